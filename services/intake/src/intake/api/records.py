"""Doors of caseloads, opened records and erasures: who may see a client, and that nobody sees anything any more."""

from collections.abc import Sequence
from uuid import UUID

from intake import queries
from intake.commands.caseloads import join_caseload, leave_caseload
from intake.commands.erasures import (
    Erased,
    confirm_erasure,
    request_erasure,
    requested_erasure,
    withdraw_erasure,
)
from intake.commands.openings import open_record
from intake.models import ErasureRequest, Opening
from intake.queries import Looking
from intake.schemas.records import (
    CaseloadReply,
    ConfirmErasure,
    ErasedReply,
    ErasureRequestReply,
    JoinCaseload,
    OpeningReply,
    OpenRecord,
    OwnClientReply,
    RequestErasure,
)
from shared.store import Transaction
from shared.web import Doors

caseloads = Doors("caseloads", "Who looks after whom.")
openings = Doors("openings", "Who opened a record that is not theirs, and why.")
erasures = Doors("erasures", "A client is erased, by two people.")


@caseloads.get("/caseload", may="caseload.own", reply=OwnClientReply, many=True)
def list_own_clients(tx: Transaction) -> list[Looking]:
    """The clients whom you look after."""
    return queries.own_clients(tx)


@caseloads.get("/clients/<uuid:client_id>/caseload", may="caseload.read", reply=CaseloadReply, many=True)
def list_caseload(tx: Transaction, client_id: UUID) -> list[Looking]:
    """Who looks after a client."""
    return queries.looking_after(client_id, tx)


@caseloads.post("/clients/<uuid:client_id>/caseload", may="caseload.change", body=JoinCaseload, reply=CaseloadReply)
def join(tx: Transaction, body: JoinCaseload, client_id: UUID) -> Looking:
    """Have somebody look after a client from now on."""
    return join_caseload(client_id, body.staff, tx)


@caseloads.post(
    "/clients/<uuid:client_id>/caseload/<staff>/leaving", may="caseload.change", reply=CaseloadReply, status=200
)
def leave(tx: Transaction, client_id: UUID, staff: str) -> Looking:
    """Have somebody not look after a client any more; they see nothing more of theirs from now on."""
    return leave_caseload(client_id, staff, tx)


@openings.post("/clients/<uuid:client_id>/opening", may="record.open", body=OpenRecord, reply=OpeningReply)
def open_(tx: Transaction, body: OpenRecord, client_id: UUID) -> Opening:
    """Open the record of a client who is not on your caseload, for one hour. The clinic is told at once."""
    return open_record(client_id, body.reason, tx)


@openings.get("/clients/<uuid:client_id>/openings", may="opening.read", reply=OpeningReply, many=True)
def list_openings(tx: Transaction, client_id: UUID) -> Sequence[Opening]:
    """Who opened a client's record with a reason, the newest first."""
    return queries.openings_of(client_id, tx)


@erasures.post(
    "/clients/<uuid:client_id>/erasure", may="erasure.request", body=RequestErasure, reply=ErasureRequestReply
)
def ask_for_erasure(tx: Transaction, body: RequestErasure, client_id: UUID) -> ErasureRequest:
    """Ask that a client be erased. It waits for a second person."""
    return request_erasure(client_id, body.reason, body.confirm, tx)


@erasures.get("/clients/<uuid:client_id>/erasure", may="erasure.read", reply=ErasureRequestReply)
def read_erasure(tx: Transaction, client_id: UUID) -> ErasureRequest:
    """Read a request that waits."""
    return requested_erasure(client_id, tx)


@erasures.post(
    "/clients/<uuid:client_id>/erasure/withdrawal", may="erasure.confirm", reply=ErasureRequestReply, status=200
)
def put_erasure_aside(tx: Transaction, client_id: UUID) -> ErasureRequest:
    """Put a request aside; the client stays."""
    return withdraw_erasure(client_id, tx)


@erasures.post(
    "/clients/<uuid:client_id>/erasure/confirmation",
    may="erasure.confirm",
    body=ConfirmErasure,
    reply=ErasedReply,
    status=200,
)
def erase_client(tx: Transaction, body: ConfirmErasure, client_id: UUID) -> Erased:
    """Erase a client, as somebody else has asked. Nobody can undo it."""
    return confirm_erasure(client_id, body.confirm, tx)
