"""Series and visits: what is planned, booked, cancelled, and with whom the client goes home."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql.ranges import Range

from sessions import queries
from sessions.commands.interval import check_booking, note_decision, person_in_turn, plan_medicine, unplan_medicine
from sessions.commands.occupying import occupy
from sessions.commands.record import write
from sessions.domain import planning as rules
from sessions.domain.interval import NOTHING
from sessions.domain.readiness import Known
from sessions.domain.statuses import VisitStatus, require
from sessions.models import Client, EscortLink, Occupied, Series, Step, Visit
from sessions.schemas import BookVisit, ConfirmEscort, PlanSeries
from shared.clinics import Resource
from shared.errors import Invalid, Refused
from shared.events.sessions import AppointmentBooked, AppointmentCancelled, EscortConfirmed, SeriesPlanned, VisitKind
from shared.languages import phrase
from shared.store import Transaction

LATEST_START = timedelta(minutes=15)
HORIZON = timedelta(days=2 * 366)


def plan_series(client_id: UUID, order: PlanSeries, tx: Transaction) -> Series:
    """Lay out the visits of a protocol for a cleared and consenting client; no time is booked yet."""
    client = tx.one(Client, client_id, lock=True)
    protocol = tx.clinic.rules.protocol(order.protocol)
    if protocol is None:
        raise Invalid.at("/protocol", "protocol_unknown", phrase("This clinic has no protocol of that name."))
    known = queries.what_is_known(client, tx)
    rules.check_cleared(known, tx.today, route=order.route, code_if_over="clearance_not_valid")
    rules.check_consented(known)
    series = tx.add(
        Series(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            protocol=protocol.id,
            route=order.route,
            status="planned",
            planned_at=tx.now,
            planned_by=tx.actor.id,
            rules_version=tx.clinic.rules.version,
        )
    )
    tx.session.flush()
    kinds = rules.steps(protocol)
    for position, kind in enumerate(kinds, start=1):
        tx.add(
            Step(
                series_id=series.id,
                position=position,
                clinic=tx.clinic_id,
                client_id=client_id,
                kind=kind,
                visit_id=None,
            )
        )
    tx.publish(
        SeriesPlanned(
            subject=client_id,
            series=series.id,
            protocol=protocol.id,
            medicine_visits=kinds.count(VisitKind.MEDICINE),
            integration_visits=kinds.count(VisitKind.INTEGRATION),
            route=order.route,
        )
    )
    return series


def book_visit(client_id: UUID, order: BookVisit, tx: Transaction) -> Visit:
    """Give a visit its time, its room and its people, if every rule allows it and all of them are free."""
    client = tx.one(Client, client_id, lock=True)
    person = person_in_turn(client_id, tx)
    if order.starts_at < tx.now - LATEST_START:
        raise Invalid.at("/starts_at", "in_the_past", phrase("A visit cannot be booked into the past."))
    if order.starts_at > tx.now + HORIZON:
        message = phrase("A visit is booked at most two years ahead. Check the year.")
        raise Invalid.at("/starts_at", "too_far_ahead", message)
    resources = _resources(order.resources, tx)
    series = tx.one(Series, order.series_id) if order.series_id else None
    if series is not None and series.client_id != client_id:
        raise Invalid("series_of_another_client", "That series belongs to another client of this clinic.")
    ends_at = order.starts_at + timedelta(minutes=getattr(tx.clinic.visit_minutes, order.kind.value))
    during, gap, elsewhere = Range(order.starts_at, ends_at), queries.gap_of(series, tx), NOTHING
    if order.kind == VisitKind.MEDICINE:
        _check_medicine_visit(client, order, ends_at, gap, resources, series, queries.what_is_known(client, tx), tx)
        elsewhere = check_booking(client_id, during, gap, order.interval_reason, tx)
    visit = tx.add(
        Visit(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            series_id=series.id if series else None,
            kind=order.kind,
            route=series.route if series else None,
            status=VisitStatus.BOOKED,
            held_reason=None,
            starts_at=order.starts_at,
            ends_at=ends_at,
            resources=[resource.id for resource in resources],
            escort_name=None,
            escort_phone=None,
            escort_confirmed_at=None,
            version=1,
        )
    )
    tx.session.flush()
    occupy(visit, person, tx)
    if visit.kind == VisitKind.MEDICINE:
        plan_medicine(visit, during, gap, tx)
        note_decision(visit, elsewhere, order.interval_reason, tx)
    _take_step(visit, tx)
    tx.publish(
        AppointmentBooked(
            subject=client_id,
            visit=visit.id,
            series=visit.series_id,
            kind=visit.kind,
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
        )
    )
    return visit


def cancel_visit(visit_id: UUID, reason: str, tx: Transaction) -> Visit:
    """A visit will not take place, or goes no further: a client may change their mind up to the first dose."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(
        visit.status,
        VisitStatus.BOOKED,
        VisitStatus.CHECKED_IN,
        code="too_late_to_cancel",
        sentence=phrase(
            "Only a visit that is booked or checked in is cancelled; a prescriber decides on one that is held."
        ),
    )
    write(visit, "cancelled", {"reason": reason}, tx)
    release(visit, VisitStatus.CANCELLED, tx)
    return visit


def release(visit: Visit, status: VisitStatus, tx: Transaction) -> None:
    """Let room, people and the step of its series go, and tell everyone that the time is free.

    The link of its escort ends.
    """
    visit.status, visit.held_reason, visit.version = status, None, visit.version + 1
    tx.session.execute(delete(Occupied).where(Occupied.visit_id == visit.id))
    unplan_medicine(visit, tx)
    _end_link(visit, tx)
    for step in tx.all(select(Step).where(Step.visit_id == visit.id)):
        step.visit_id = None
    tx.publish(
        AppointmentCancelled(subject=visit.client_id, visit=visit.id, kind=visit.kind, starts_at=visit.starts_at)
    )


def confirm_escort(visit_id: UUID, order: ConfirmEscort, tx: Transaction) -> Visit:
    """Somebody will take the client home. Name and phone stay here. The link of whoever was asked before them ends."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(
        visit.status,
        VisitStatus.BOOKED,
        VisitStatus.CHECKED_IN,
        VisitStatus.HELD,
        VisitStatus.DOSING,
        code="visit_over",
        sentence=phrase("This visit does not need an escort any more."),
    )
    if not order.confirmed:
        raise Invalid("escort_not_confirmed", "Record an escort once they have said yes.")
    if (visit.escort_name, visit.escort_phone) != (order.name, order.phone):
        _end_link(visit, tx)
    visit.escort_name, visit.escort_phone, visit.escort_confirmed_at = order.name, order.phone, tx.now
    visit.version += 1
    write(visit, "escort_confirmed", {}, tx)
    tx.publish(EscortConfirmed(subject=visit.client_id, visit=visit.id))
    return visit


def _end_link(visit: Visit, tx: Transaction) -> None:
    tx.session.execute(delete(EscortLink).where(EscortLink.visit_id == visit.id))


def _resources(ids: Sequence[str], tx: Transaction) -> list[Resource]:
    found = {resource.id: resource for resource in tx.clinic.resources}
    unknown = [
        {"path": f"/resources/{place}", "message": phrase("This clinic has no such room or person.")}
        for place, resource_id in enumerate(ids)
        if resource_id not in found
    ]
    if unknown:
        raise Invalid("resource_unknown", "Some rooms or people are not of this clinic; see errors.", errors=unknown)
    return [found[resource_id] for resource_id in dict.fromkeys(ids)]


def _check_medicine_visit(
    client: Client,
    order: BookVisit,
    ends_at: datetime,
    gap: timedelta,
    resources: Sequence[Resource],
    series: Series | None,
    known: Known,
    tx: Transaction,
) -> None:
    day = order.starts_at.astimezone(tx.clinic.zone).date()
    route = series.route if series else None
    rules.check_cleared(known, day, route=route, code_if_over="clearance_expired_on_date")
    rules.check_consented(known)
    rules.check_resources(resources)
    near = queries.neighbours(client.id, order.starts_at, ends_at, gap, tx)
    if near:
        raise Refused(
            "visits_too_close",
            phrase("There are at least {hours} h between two medicine visits.", hours=round(gap / timedelta(hours=1))),
            facts={"other_visits": [visit.starts_at.isoformat() for visit in near]},
        )


def _take_step(visit: Visit, tx: Transaction) -> None:
    """A visit of a series takes the next open place of its kind, if there is one."""
    if visit.series_id is None:
        return
    for step in queries.steps_of(visit.series_id, tx):
        if step.kind == visit.kind and step.visit_id is None:
            step.visit_id = visit.id
            return
    raise Refused(
        "series_is_full",
        phrase("Every visit of this kind in this series is booked already."),
        facts={"series_id": str(visit.series_id)},
    )


def series_reply(series: Series, tx: Transaction) -> dict[str, Any]:
    """A series with its steps, for an API reply."""
    steps = queries.steps_of(series.id, tx)
    kinds = [step.kind for step in steps]
    names = ("id", "client_id", "protocol", "route", "status", "planned_at")
    return {name: getattr(series, name) for name in names} | {
        "medicine_visits": kinds.count(VisitKind.MEDICINE),
        "integration_visits": kinds.count(VisitKind.INTEGRATION),
        "steps": steps,
    }
