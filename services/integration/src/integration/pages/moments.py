"""One moment, on its own page: who may read it, and taking it back."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands.inner_work import share_moment
from integration.models import Moment
from integration.pages.forms import sharing_form
from integration.pages.themselves import own_id, zone_of
from integration.pages.words import MOMENTS
from integration.schemas import ShareMoment
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.showing import Page, show

moment_pages = Pages("moments")


@moment_pages.get("/moments/<uuid:moment_id>", may="own.read", own=True)
def moment(tx: Transaction, moment_id: UUID) -> Page:
    """A moment of the client's own, with who may read it."""
    found = tx.one(Moment, moment_id, of=own_id(tx))
    return _show(found, sharing_form(found), tx, changed="changed" in request.args)


@moment_pages.post("/moments/<uuid:moment_id>/sharing", may="moment.share", own=True)
def share(tx: Transaction, moment_id: UUID) -> Page | Response:
    """Share it with more people, or take it back; taking it back tells nobody."""
    found = tx.one(Moment, moment_id, of=own_id(tx))
    form = sharing_form(found)
    order = form.read(request.form)
    if order is None:
        return _show(found, form, tx)
    share_moment(found.client_id, moment_id, order.visibility, tx)
    return redirect(url_for("moments.moment", moment_id=moment_id, changed=1), 303)


def _show(found: Moment, form: Form[ShareMoment], tx: Transaction, *, changed: bool = False) -> Page:
    zone = zone_of(found.client_id, tx)
    return show("integration/moment.html", tx, form, moment=found, form=form, kinds=MOMENTS, zone=zone, changed=changed)
