"""Who looks after whom: the clients of a member of the staff, who may see their records."""

from uuid import UUID

from intake.models import Client
from intake.queries import Looking, looking_after
from shared.bus.everybody import keep_on_caseload, take_off_caseload
from shared.errors import NotFound
from shared.events.intake import CaseloadJoined, CaseloadLeft
from shared.store import Transaction


def join_caseload(client_id: UUID, staff: str, tx: Transaction) -> Looking:
    """From now on somebody looks after the client; that they do already changes nothing."""
    tx.one(Client, client_id, lock=True)
    already = _looking(client_id, staff, tx)
    if already is not None:
        return already
    joined = CaseloadJoined(subject=client_id, staff=staff, joined_at=tx.now)
    keep_on_caseload(joined, tx)
    tx.publish(joined)
    return Looking(client_id, staff, tx.now)


def leave_caseload(client_id: UUID, staff: str, tx: Transaction) -> Looking:
    """Somebody does not look after the client any more, and sees nothing more of theirs from this moment."""
    tx.one(Client, client_id, lock=True)
    until_now = _looking(client_id, staff, tx)
    if until_now is None:
        raise NotFound("member of the staff on this client's caseload")
    left = CaseloadLeft(subject=client_id, staff=staff, left_at=tx.now)
    take_off_caseload(left, tx)
    tx.publish(left)
    return until_now


def _looking(client_id: UUID, staff: str, tx: Transaction) -> Looking | None:
    return next((one for one in looking_after(client_id, tx) if one.staff == staff), None)
