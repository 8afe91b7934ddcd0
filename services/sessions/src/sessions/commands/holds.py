"""Booked medicine visits that the clearance or the consent no longer carries."""

from uuid import UUID

from sqlalchemy import select

from sessions import queries
from sessions.commands.record import write
from sessions.domain.planning import reason_to_hold
from sessions.domain.statuses import VisitStatus
from sessions.models import Client, Visit
from shared.events.sessions import VisitKind
from shared.store import Transaction


def review_bookings(client_id: UUID, tx: Transaction) -> None:
    """Hold each future medicine visit that could not be booked as things stand now, and release it once it could.

    Nothing is cancelled: the time stays taken, the readiness board shows the reason, and a person decides. Each change
    is a line in the visit's record that names the event that led to it.
    """
    # The client first, as booking does: a booking under way is either seen here, or sees what has changed.
    client = tx.session.get(Client, client_id, with_for_update=True)
    if client is None:
        return
    query = select(Visit).where(
        Visit.client_id == client_id,
        Visit.kind == VisitKind.MEDICINE,
        Visit.status == VisitStatus.BOOKED,
        Visit.ends_at > tx.now,
    )
    visits = tx.all(query.order_by(Visit.starts_at, Visit.id).with_for_update())
    known = queries.what_is_known(client, tx)
    for visit in visits:
        reason = reason_to_hold(known, queries.day_of(visit, tx), visit.route)
        if reason == visit.held_reason:
            continue
        visit.held_reason, visit.version = reason, visit.version + 1
        because = str(tx.cause.id) if tx.cause else None
        write(visit, "booking_held" if reason else "booking_released", {"reason": reason, "event_id": because}, tx)
