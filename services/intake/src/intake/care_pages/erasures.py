"""A client is erased: one person asks, another confirms or puts it aside, on one page that says where it stands."""

from uuid import UUID

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from intake.care_pages.showing import Page, Wrong, care, on_to, show, shown_client, typed
from intake.commands.erasures import confirm_erasure, request_erasure, withdraw_erasure
from intake.models import ErasureRequest
from intake.schemas.records import ConfirmErasure, RequestErasure
from shared.errors import Invalid
from shared.store import Transaction
from shared.store.erasure import erased_at


@care.get("/clients/<uuid:client_id>/care/erasure", may="erasure.read")
def erasure(tx: Transaction, client_id: UUID) -> Page:
    """What an erasure takes and leaves, and where this client's stands."""
    return _erasure(client_id, tx)


@care.post("/clients/<uuid:client_id>/care/erasure", may="erasure.request")
def ask_for_erasure(tx: Transaction, client_id: UUID) -> Page | Response:
    """Ask that a client be erased."""
    try:
        said = RequestErasure.load(typed("reason", "confirm"))
        request_erasure(client_id, said.reason, said.confirm, tx)
    except (ValidationError, Invalid) as wrong:
        return _erasure(client_id, tx, wrong)
    return on_to("erasure", client_id)


@care.post("/clients/<uuid:client_id>/care/erasure/withdrawal", may="erasure.confirm")
def put_aside(tx: Transaction, client_id: UUID) -> Response:
    """Put a request aside; the client stays."""
    withdraw_erasure(client_id, tx)
    return on_to("erasure", client_id)


@care.post("/clients/<uuid:client_id>/care/erasure/confirmation", may="erasure.confirm")
def erase(tx: Transaction, client_id: UUID) -> Page | Response:
    """Erase a client, as somebody else has asked."""
    try:
        confirm_erasure(client_id, ConfirmErasure.load(typed("confirm")).confirm, tx)
    except (ValidationError, Invalid) as wrong:
        return _erasure(client_id, tx, wrong)
    return on_to("erasure", client_id)


def _erasure(client_id: UUID, tx: Transaction, wrong: Wrong | None = None) -> Page:
    gone_at = erased_at(client_id, tx)
    if gone_at is not None:
        return show("erased", tx, gone_at=gone_at)
    asked = tx.find(ErasureRequest, client_id)
    return show(
        "erasure",
        tx,
        wrong,
        client=shown_client(client_id, tx),
        asked=asked,
        asked_by_reader=asked is not None and asked.requested_by == tx.actor.id,
    )
