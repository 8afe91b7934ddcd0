"""When a client is asked a measure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from integration.domain.asking import OPEN, Asked, Occasion, RequestStatus, Series, asked_now
from integration.models import BookedVisit, CompletedVisit, MeasureRequest, PlannedSeries
from integration.queries.measures import hidden_of
from integration.queries.texts import Offered
from shared.events.sessions import VisitKind
from shared.store import Transaction


def requests_of(client_id: UUID, tx: Transaction) -> Sequence[MeasureRequest]:
    """When a client is and was asked, the latest first."""
    query = select(MeasureRequest).where(
        MeasureRequest.client_id == client_id, MeasureRequest.instrument.not_in(hidden_of(client_id, tx))
    )
    return tx.all(query.order_by(MeasureRequest.due_at.desc(), MeasureRequest.id.desc()))


def answerable(requests: Iterable[MeasureRequest], offers: Mapping[str, Offered]) -> list[MeasureRequest]:
    """What is asked now, as far as the clinic has words for it."""
    return [one for one in asked_now(requests) if one.instrument in offers and offers[one.instrument].worded]


def others_of(request: MeasureRequest, tx: Transaction) -> Sequence[MeasureRequest]:
    """All other requests of the same instrument."""
    query = select(MeasureRequest).where(
        MeasureRequest.client_id == request.client_id,
        MeasureRequest.instrument == request.instrument,
        MeasureRequest.id != request.id,
    )
    return tx.all(query.order_by(MeasureRequest.due_at))


def open_of(client_id: UUID, instrument: str, tx: Transaction) -> Sequence[MeasureRequest]:
    """The requests of an instrument that an answer might settle."""
    query = select(MeasureRequest).where(
        MeasureRequest.client_id == client_id,
        MeasureRequest.instrument == instrument,
        MeasureRequest.status.in_(OPEN),
    )
    return tx.all(query.order_by(MeasureRequest.id))


def open_among(client_id: UUID, tx: Transaction) -> Sequence[MeasureRequest]:
    """All that a client is asked, of every instrument."""
    query = select(MeasureRequest).where(MeasureRequest.client_id == client_id, MeasureRequest.status.in_(OPEN))
    return tx.all(query.order_by(MeasureRequest.id))


def requests_waiting_of(client_id: UUID, tx: Transaction) -> Sequence[MeasureRequest]:
    """What a client will be asked."""
    query = select(MeasureRequest).where(
        MeasureRequest.client_id == client_id, MeasureRequest.status == RequestStatus.WAITING
    )
    return tx.all(query.order_by(MeasureRequest.id))


def planned_for(
    client_id: UUID, occasion: Occasion, visits: Iterable[UUID], tx: Transaction
) -> Sequence[MeasureRequest]:
    """What is planned for these visits on that occasion."""
    query = select(MeasureRequest).where(
        MeasureRequest.client_id == client_id,
        MeasureRequest.occasion == occasion,
        MeasureRequest.visit_id.in_(list(visits)),
    )
    return tx.all(query.order_by(MeasureRequest.id))


def waits_in_the_calendar(client_id: UUID, instrument: str, tx: Transaction) -> bool:
    """Whether the calendar has a next time for that instrument already."""
    query = select(MeasureRequest.id).where(
        MeasureRequest.client_id == client_id,
        MeasureRequest.instrument == instrument,
        MeasureRequest.occasion == Occasion.BY_CALENDAR,
        MeasureRequest.status == RequestStatus.WAITING,
    )
    return tx.session.scalars(query.limit(1)).first() is not None


def series_of(client_id: UUID, series_id: UUID, tx: Transaction) -> Series | None:
    """A series as far as it went; None where it was not laid out here, or is another client's."""
    planned = tx.find(PlannedSeries, series_id)
    if planned is None or planned.client_id != client_id:
        return None
    protocol = tx.clinic.rules.protocol(planned.protocol)
    ended = [visit.completed_at for visit in medicine_visits_in(client_id, series_id, tx)]
    at_most_days = protocol.window_days if protocol else None
    return Series(planned.planned_at, planned.medicine_visits, ended, at_most_days)


def medicine_visits_in(client_id: UUID, series_id: UUID | None, tx: Transaction) -> Sequence[CompletedVisit]:
    """The medicine visits of a series that took place, by time; with None those that belong to none."""
    query = select(CompletedVisit).where(
        CompletedVisit.client_id == client_id,
        CompletedVisit.kind == VisitKind.MEDICINE,
        CompletedVisit.series_id.is_(None) if series_id is None else CompletedVisit.series_id == series_id,
    )
    return tx.all(query.order_by(CompletedVisit.completed_at, CompletedVisit.id))


def start_of_visit(visit_id: UUID | None, tx: Transaction) -> datetime | None:
    """When a booked visit begins; None where it was cancelled, or there is none."""
    visit = None if visit_id is None else tx.find(BookedVisit, visit_id)
    return None if visit is None or visit.cancelled else visit.starts_at


def as_asked(request: MeasureRequest) -> Asked:
    """What the rules look at."""
    return Asked(request.occasion, request.visit_id, request.due_at, request.status)
