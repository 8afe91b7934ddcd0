"""One visit: where it stands, what is missing and whose it is; checking in, the escort, cancelling."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from sessions import queries, words
from sessions.commands import escorts as asking
from sessions.commands import planning
from sessions.commands import visits as deeds
from sessions.domain.statuses import VisitStatus
from sessions.models import EscortLink, Visit
from sessions.pages import asking as forms
from shared.errors import Invalid, Refused, Stale
from shared.events.sessions import VisitKind
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.context import frame
from shared.web.face.forms import Form
from shared.web.face.showing import Page, show

visit_pages = Pages("visit_pages")

_ASKED_BEFORE = (VisitStatus.BOOKED, VisitStatus.HELD)


@visit_pages.get("/visits/<uuid:visit_id>/page", may="visit.read")
def show_visit(tx: Transaction, visit_id: UUID) -> Page:
    """Where a visit stands, and what is missing for it."""
    return _page(tx.one(Visit, visit_id), tx)


@visit_pages.post("/visits/<uuid:visit_id>/page/check-in", may="visit.check_in")
def check_in(tx: Transaction, visit_id: UUID) -> Page | Response:
    """The client is here."""
    form = forms.check_in(tx.one(Visit, visit_id))
    try:
        visit = deeds.check_in(visit_id, tx)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(tx.one(Visit, visit_id), tx, arrival=form)
    return _back(visit, tx)


@visit_pages.post("/visits/<uuid:visit_id>/page/completion", may="visit.complete")
def complete(tx: Transaction, visit_id: UUID) -> Page | Response:
    """A preparation or integration visit is over."""
    form = forms.complete(tx.one(Visit, visit_id))
    try:
        visit = deeds.complete(visit_id, tx)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(tx.one(Visit, visit_id), tx, end=form)
    return _back(visit, tx)


@visit_pages.post("/visits/<uuid:visit_id>/page/escort", may="escort.confirm")
def confirm_escort(tx: Transaction, visit_id: UUID) -> Page | Response:
    """Somebody said that they take the client home."""
    form = forms.confirm_escort(tx.one(Visit, visit_id))
    return _done(visit_id, tx, form, "escort", lambda order: planning.confirm_escort(visit_id, order, tx))


@visit_pages.post("/visits/<uuid:visit_id>/page/escort-link", may="escort.ask")
def ask_escort(tx: Transaction, visit_id: UUID) -> Page:
    """Make the link by which an escort answers. It is shown this once: only its hash is kept."""
    visit = tx.one(Visit, visit_id)
    form = forms.ask_by_link(visit)
    order = form.read(request.form)
    try:
        # Whoever is asked already may be asked again: this one's link ends the other, and is shown to whoever asks now.
        if order is None or (order.name, order.phone) != (visit.escort_name, visit.escort_phone):
            _require_as_shown(visit_id, tx)
        if order is not None:
            token, until = asking.invite_escort(visit_id, order, tx)
            begins = (frame().settings.public_url or request.host_url).rstrip("/")
            path = url_for("escorts.ask_escort", clinic=tx.clinic_id, token=token)
            return _page(tx.one(Visit, visit_id), tx, made_link=begins + path, link_until=until)
    except (Refused, Stale) as refusal:
        form.refuse(refusal)
    return _page(tx.one(Visit, visit_id), tx, link=form)


@visit_pages.post("/visits/<uuid:visit_id>/page/cancellation", may="visit.cancel")
def cancel(tx: Transaction, visit_id: UUID) -> Page | Response:
    """The visit will not take place."""
    form = forms.cancel(tx.one(Visit, visit_id))
    return _done(visit_id, tx, form, "cancelling", lambda order: planning.cancel_visit(visit_id, order.reason, tx))


def _done(
    visit_id: UUID, tx: Transaction, form: Form[Any], name: str, command: Callable[[Any], Visit]
) -> Page | Response:
    """Back to where the form was; or the visit again, with what is to be mended."""
    order = form.read(request.form)
    try:
        _require_as_shown(visit_id, tx)
        if order is not None:
            return _back(command(order), tx)
    except (Refused, Invalid, Stale) as refusal:
        form.refuse(refusal)
    return _page(tx.one(Visit, visit_id), tx, **{name: form})


def _require_as_shown(visit_id: UUID, tx: Transaction) -> None:
    """Nobody decides about a visit that a colleague, or its escort, has changed since the page was opened."""
    visit = tx.one(Visit, visit_id, lock=True)
    if visit.version != request.form.get("version", type=int):
        # The form may lie over what the page says of the visit.
        sentence = phrase(
            "The visit has changed since you opened it. It stands at “{status}” now, and the page says the rest. If"
            " this is still right, send it again.",
            status=words.STATUS_WORDS[visit.status],
        )
        raise Stale("version_changed", sentence)


def _page(visit: Visit, tx: Transaction, **given: Any) -> Page:
    own: dict[str, Form[Any]] = {
        "arrival": forms.check_in(visit),
        "end": forms.complete(visit),
        "escort": forms.confirm_escort(visit),
        "link": forms.ask_by_link(visit),
        "cancelling": forms.cancel(visit),
    }
    shown = {"made_link": None, "link_until": None} | own | given
    waits = visit.status in queries.UNDER_WAY
    lights = queries.lights_of(visit, tx) if visit.kind == VisitKind.MEDICINE and waits else []
    return show(
        "sessions/visit.html",
        tx,
        *(shown[name] for name in own),
        words=words,
        visit=visit,
        name=queries.names_of([visit.client_id], tx).get(visit.client_id),
        lights=sorted(lights, key=lambda light: light.on),
        today=queries.day_of(visit, tx) == tx.today,
        asked=tx.find(EscortLink, visit.id),
        may_be_asked=visit.status in _ASKED_BEFORE,
        **shown,
    )


def _back(visit: Visit, tx: Transaction) -> Response:
    """To where the form was: the board of the visit's day, or the visit itself."""
    if request.args.get("from") == "board":
        day = urlencode({"day": queries.day_of(visit, tx).isoformat()})
        return redirect(f"{url_for('board.show_board')}?{day}", 303)
    return redirect(url_for("visit_pages.show_visit", visit_id=visit.id), 303)
