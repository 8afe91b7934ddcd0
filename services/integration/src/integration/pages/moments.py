"""Moments: written, spoken, drawn or photographed in a few seconds; looked for again, shared, taken back, removed."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands.moments import calls_for_care, remove_moment, share_moment, write_moment
from integration.domain.attaching import LARGEST_FORM
from integration.domain.reading_words import SharedWords
from integration.models import Moment
from integration.pages.attachments import attached_to
from integration.pages.moment_forms import capture_form, order_of, removal_form, search_form, sharing_form
from integration.pages.telling import tell_moments
from integration.pages.themselves import own_id, zone_of
from integration.queries.flags import is_asked_to_read
from integration.queries.intentions import intentions_of
from integration.queries.moments import own_moments, own_threads, search_own
from integration.schemas.moments import CaptureMoment, SearchMoments, ShareMoment
from integration.words import MOMENTS, SHARED_WITH
from shared.errors import Invalid
from shared.events.integration import IntentionStatus
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.face.waited import written_at

moment_pages = Pages("moment_pages")

_AT_ONCE = 10
_CHOICES = 10


@moment_pages.get("/moments", may="own.read", own=True, microphone=True)
def moments(tx: Transaction) -> Page:
    """Where a client writes, speaks, draws; and their moments, the newest first."""
    return _capture(tx, _capture_form(tx), gone="gone" in request.args)


@moment_pages.post("/moments", may="moment.write", own=True, microphone=True, largest=LARGEST_FORM)
def keep(tx: Transaction) -> Page | Response:
    """Keep a moment, for the client alone unless they chose otherwise."""
    form = _capture_form(tx)
    said = form.read(request.form, request.files)
    if said is None:
        return _capture(tx, form)
    try:
        order = replace(order_of(said), felt_at=written_at(tx.now))
        moment = write_moment(own_id(tx), order, tx, attached_to(form.files))
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _capture(tx, form)
    return redirect(url_for("moment_pages.moment", moment_id=moment.id, kept=1), 303)


@moment_pages.post("/moments/search", may="own.read", own=True)
def search(tx: Transaction) -> Page:
    """Moments of one's own that say something; asked by a form, so that no words stand in an address."""
    form = search_form()
    order = form.read(request.form)
    found = search_own(own_id(tx), order.words, tx) if order else []
    return _list("integration/moments_found.html", tx, found, form, sought=None if order is None else order.words)


@moment_pages.get("/moments/<uuid:moment_id>", may="own.read", own=True)
def moment(tx: Transaction, moment_id: UUID) -> Page:
    """A moment of the client's own, with who may see it."""
    found = tx.one(Moment, moment_id, of=own_id(tx))
    return _show(found, sharing_form(found), tx, changed="changed" in request.args, kept="kept" in request.args)


@moment_pages.post("/moments/<uuid:moment_id>/sharing", may="moment.share", own=True)
def share(tx: Transaction, moment_id: UUID) -> Page | Response:
    """Share it with more people, or take it back; taking it back tells nobody."""
    found = tx.one(Moment, moment_id, of=own_id(tx))
    form = sharing_form(found)
    order = form.read(request.form)
    if order is None:
        return _show(found, form, tx)
    share_moment(found.client_id, moment_id, order.visibility, tx)
    return redirect(url_for("moment_pages.moment", moment_id=moment_id, changed=1), 303)


@moment_pages.post("/moments/<uuid:moment_id>/removal", may="moment.remove", own=True)
def remove(tx: Transaction, moment_id: UUID) -> Response:
    """Remove it for good, with what was spoken and photographed."""
    remove_moment(own_id(tx), moment_id, tx)
    return redirect(url_for("moment_pages.moments", gone=1), 303)


def _capture_form(tx: Transaction) -> Form[CaptureMoment]:
    client_id = own_id(tx)
    living = [one for one in intentions_of(client_id, tx) if one.status is not IntentionStatus.RELEASED]
    return capture_form(own_threads(client_id, tx), living[:_CHOICES], reader())


def _capture(tx: Transaction, form: Form[CaptureMoment], *, gone: bool = False) -> Page:
    page = max(request.args.get("page", 1, type=int), 1)
    shown = own_moments(own_id(tx), tx, most=_AT_ONCE + 1, skipping=(page - 1) * _AT_ONCE)
    looking = search_form()
    more = {"form": form, "gone": gone, "page": page, "has_more": len(shown) > _AT_ONCE}
    return _list("integration/moments.html", tx, shown[:_AT_ONCE], looking, form, **more)


def _list(
    template: str,
    tx: Transaction,
    shown: Sequence[Moment],
    looking: Form[SearchMoments],
    *forms: Form[CaptureMoment],
    **more: object,
) -> Page:
    return show(
        template,
        tx,
        looking,
        *forms,
        moments=shown,
        told_of=tell_moments(shown, tx),
        looking=looking,
        kinds=MOMENTS,
        shared_with=SHARED_WITH,
        zone=zone_of(own_id(tx), tx),
        **more,
    )


def _show(
    found: Moment, form: Form[ShareMoment], tx: Transaction, *, changed: bool = False, kept: bool = False
) -> Page:
    return show(
        "integration/moment.html",
        tx,
        form,
        moment=found,
        told_of=tell_moments([found], tx),
        form=form,
        removal=removal_form(),
        kinds=MOMENTS,
        zone=zone_of(found.client_id, tx),
        changed=changed,
        kept=kept,
        care=calls_for_care(found),
        asked=is_asked_to_read(SharedWords.MOMENT, [found.id], tx),
    )
