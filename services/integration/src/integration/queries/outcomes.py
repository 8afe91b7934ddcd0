"""Outcomes: what a clinic tells of itself, what a network's clinics tell together, and what both are counted from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Row, and_, exists, func, select, text
from sqlalchemy.orm import aliased

from integration.domain.checkins import CAME_TO_THEM, CheckInStatus
from integration.domain.figures import Figure, pool
from integration.domain.outcomes import FOLLOW_UP_TO, Course, LaterReading
from integration.models import BookedVisit, CheckIn, CompletedVisit, OutcomeFigures, PlannedSeries, Reading, Window
from shared.events.sessions import VisitKind
from shared.store import Transaction

_OF_NETWORK = text("select protocol, counted_until, told from outcomes_of_network()")


def told_by_clinic(tx: Transaction) -> list[Figure]:
    """What this clinic may tell of itself."""
    return [figure for row in rows_of_clinic(tx) for figure in _figures(row)]


def told_by_network(tx: Transaction) -> list[Figure]:
    """What all clinics of this clinic's network tell of themselves, as one; none where it belongs to none."""
    return pool(figure for row in tx.session.execute(_OF_NETWORK) for figure in _figures(row))


def rows_of_clinic(tx: Transaction) -> Sequence[OutcomeFigures]:
    """A row for each protocol of which this clinic can tell something."""
    query = select(OutcomeFigures).where(OutcomeFigures.clinic == tx.clinic_id)
    return tx.all(query.order_by(OutcomeFigures.protocol))


def courses_until(at: datetime, tx: Transaction) -> list[Course]:
    """Every series of this clinic of which at least one medicine visit was over at that moment."""
    went = _went(at)
    over, booked = aliased(CompletedVisit), aliased(BookedVisit)
    ahead = exists().where(
        booked.client_id == went.c.client_id,
        booked.kind == VisitKind.MEDICINE,
        booked.cancelled.is_(False),
        booked.starts_at > at,
    )
    integration = (
        select(func.count())
        .select_from(over)
        .where(
            over.client_id == went.c.client_id,
            over.kind == VisitKind.INTEGRATION,
            over.completed_at.between(went.c.first_at, went.c.last_at + FOLLOW_UP_TO),
            over.completed_at <= at,
        )
    )
    query = select(
        went,
        ahead.label("ahead"),
        integration.scalar_subquery().label("integration_visits"),
        _asked(went.c.id, at).label("asked"),
        _asked(went.c.id, at, CheckIn.status == CheckInStatus.COMPLETED).label("answered"),
    )
    return [_course(row) for row in tx.session.execute(query)]


def answered_after(courses: Sequence[Course], at: datetime, tx: Transaction) -> list[LaterReading]:
    """The readings since the first of these series ended: among them are those that tell an outcome."""
    if not courses:
        return []
    first = min(course.last_at for course in courses)
    query = select(
        Reading.client_id,
        Reading.instrument,
        Reading.answered_at,
        Reading.overlapping,
        (Reading.score - Reading.baseline).label("points"),
        Reading.response,
        Reading.remission,
        Reading.reliable,
    ).where(Reading.is_baseline.is_(False), Reading.answered_at.between(first, at))
    return [LaterReading(**row._mapping) for row in tx.session.execute(query.order_by(Reading.answered_at, Reading.id))]


def _went(at: datetime) -> CTE:
    of_medicine = CompletedVisit.kind == VisitKind.MEDICINE
    return (
        select(
            PlannedSeries.id,
            PlannedSeries.client_id,
            PlannedSeries.protocol,
            PlannedSeries.planned_at,
            PlannedSeries.medicine_visits.label("planned"),
            func.count().label("medicine_visits"),
            func.min(CompletedVisit.completed_at).label("first_at"),
            func.max(CompletedVisit.completed_at).label("last_at"),
        )
        .join(CompletedVisit, and_(CompletedVisit.series_id == PlannedSeries.id, of_medicine))
        .where(CompletedVisit.completed_at <= at)
        .group_by(PlannedSeries.id)
        .cte("went")
    )


def _asked(series: ColumnElement[UUID], at: datetime, *which: ColumnElement[bool]) -> ColumnElement[int]:
    """How many check-ins came after the medicine visits of a series."""
    after = aliased(CompletedVisit)
    query = (
        select(func.count())
        .select_from(CheckIn)
        .join(Window, Window.id == CheckIn.window_id)
        .join(after, after.id == Window.visit_id)
        .where(after.series_id == series, CheckIn.status.in_(CAME_TO_THEM), CheckIn.due_at <= at, *which)
    )
    return query.scalar_subquery()


def _course(row: Row[Any]) -> Course:
    told = row._mapping
    return Course(**{name: told[name] for name in Course.__dataclass_fields__})


def _figures(row: Any) -> list[Figure]:
    return [Figure.from_stored(row.protocol, stored, row.counted_until) for stored in row.told]
