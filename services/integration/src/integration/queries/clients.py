"""Who a client is, which visits they have behind them and before them, and what they have allowed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from integration.models import Authorisation, BookedVisit, Client, CompletedVisit
from shared.clinics import AuthorisationKind
from shared.events.sessions import VisitKind
from shared.store import Transaction
from shared.web.policy import Role


def is_client(client_id: UUID, tx: Transaction) -> bool:
    """Whether the actor is signed in as this very client; their id in the token of another role is not enough."""
    return tx.actor.has(Role.CLIENT) and tx.actor.client_id == client_id


def zone_of(client_id: UUID, tx: Transaction) -> ZoneInfo:
    """The client's own clock; the clinic's where theirs is not known."""
    client = tx.find(Client, client_id)
    return ZoneInfo(client.time_zone) if client and client.time_zone else tx.clinic.zone


def is_allowed(kind: AuthorisationKind, client_id: UUID, tx: Transaction) -> bool:
    """Whether the client has allowed it and not taken it back."""
    in_force = select(Authorisation.id).where(
        Authorisation.client_id == client_id, Authorisation.kind == kind, Authorisation.withdrawn_at.is_(None)
    )
    return tx.session.scalars(in_force.limit(1)).first() is not None


def visits_ahead_of(client_id: UUID, tx: Transaction) -> Sequence[BookedVisit]:
    """A client's visits that are not over, the next one first."""
    query = select(BookedVisit).where(
        BookedVisit.client_id == client_id,
        BookedVisit.ends_at > tx.now,
        BookedVisit.cancelled.is_(False),
        BookedVisit.id.not_in(select(CompletedVisit.id).where(CompletedVisit.client_id == client_id)),
    )
    return tx.all(query.order_by(BookedVisit.starts_at, BookedVisit.id))


def medicine_ahead_of(client_id: UUID, tx: Transaction) -> BookedVisit | None:
    """The client's next medicine visit, if one is booked."""
    ahead = (visit for visit in visits_ahead_of(client_id, tx) if visit.kind == VisitKind.MEDICINE)
    return next(ahead, None)


def medicine_visits_of(client_id: UUID, tx: Transaction) -> Sequence[datetime]:
    """When the client's medicine visits ended, by time."""
    query = select(CompletedVisit.completed_at).where(
        CompletedVisit.client_id == client_id, CompletedVisit.kind == VisitKind.MEDICINE
    )
    return tx.session.scalars(query.order_by(CompletedVisit.completed_at)).all()
