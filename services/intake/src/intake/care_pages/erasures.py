"""A client is erased: one person asks, another confirms or puts it aside, on one page that says where it stands."""

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from intake.care_pages.showing import care, on_to, show, shown_client
from intake.commands.erasures import confirm_erasure, request_erasure, withdraw_erasure
from intake.models import Client, ErasureRequest
from intake.schemas.records import ConfirmErasure, RequestErasure
from shared.errors import Invalid
from shared.languages import phrase
from shared.store import Transaction
from shared.store.erasure import erased_at
from shared.web.face.forms import Ask, Form
from shared.web.face.showing import Page


@care.get("/clients/<uuid:client_id>/care/erasure", may="erasure.read")
def erasure(tx: Transaction, client_id: UUID) -> Page:
    """What an erasure takes and leaves, and where this client's stands."""
    gone_at = erased_at(client_id, tx)
    if gone_at is not None:
        return show("erased", tx, gone_at=gone_at)
    return _page(shown_client(client_id, tx), tx)


@care.post("/clients/<uuid:client_id>/care/erasure", may="erasure.request")
def ask_for_erasure(tx: Transaction, client_id: UUID) -> Page | Response:
    """Ask that a client be erased."""
    client = shown_client(client_id, tx)
    form = _asking(client)
    order = form.read(request.form)
    if order is not None:
        try:
            request_erasure(client_id, order.reason, order.confirm, tx)
        except Invalid as invalid:
            form.complain(invalid.errors)
        else:
            return on_to("erasure", client_id)
    return _page(client, tx, asking=form)


@care.post("/clients/<uuid:client_id>/care/erasure/withdrawal", may="erasure.confirm")
def put_aside(tx: Transaction, client_id: UUID) -> Response:
    """Put a request aside; the client stays."""
    withdraw_erasure(client_id, tx)
    return on_to("erasure", client_id)


@care.post("/clients/<uuid:client_id>/care/erasure/confirmation", may="erasure.confirm")
def erase(tx: Transaction, client_id: UUID) -> Page | Response:
    """Erase a client, as somebody else has asked."""
    client = shown_client(client_id, tx)
    form = _confirming(client)
    order = form.read(request.form)
    if order is not None:
        try:
            confirm_erasure(client_id, order.confirm, tx)
        except Invalid as invalid:
            form.complain(invalid.errors)
        else:
            return on_to("erasure", client_id)
    return _page(client, tx, confirming=form)


def _asking(client: Client) -> Form[RequestErasure]:
    hint = phrase("The second person reads it. It goes with the rest.")
    asks = {"reason": Ask(phrase("In whose name, and why"), hint), "confirm": _name_of(client)}
    return Form(RequestErasure, asks, not_done=phrase("Nobody was asked yet"))


def _confirming(client: Client) -> Form[ConfirmErasure]:
    return Form(ConfirmErasure, {"confirm": _name_of(client)}, not_done=phrase("Nothing was erased yet"))


def _name_of(client: Client) -> Ask:
    return Ask(phrase("Type “{name}”, so that it is the right one", name=client.display_name))


def _page(
    client: Client,
    tx: Transaction,
    *,
    asking: Form[RequestErasure] | None = None,
    confirming: Form[ConfirmErasure] | None = None,
) -> Page:
    asked = tx.find(ErasureRequest, client.id)
    return show(
        "erasure",
        tx,
        *(form for form in (asking, confirming) if form is not None),
        client=client,
        asking=asking or _asking(client),
        confirming=confirming or _confirming(client),
        asked=asked,
        asked_by_reader=asked is not None and asked.requested_by == tx.actor.id,
    )
