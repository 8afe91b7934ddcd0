"""What happens in a visit: check-in, vitals, hold, order, dose, discharge."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, update

from sessions import queries
from sessions.commands.planning import release
from sessions.commands.record import write
from sessions.domain.discharge import check_discharge
from sessions.domain.dose import DoseByWeight, check_plausible
from sessions.domain.readiness import is_ready
from sessions.domain.statuses import VisitStatus, require
from sessions.models import Client, Entry, Occupied, Visit
from sessions.schemas import DecideHold, DischargeClient, OrderDose, RecordDose, RecordVitals
from shared.clinics import DoseGuard, Route
from shared.errors import Refused
from shared.events.sessions import (
    HoldReason,
    SessionCheckedIn,
    SessionCompleted,
    SessionDischarged,
    SessionDosed,
    SessionHeld,
    VisitKind,
)
from shared.store import Transaction


def check_in(visit_id: UUID, tx: Transaction) -> Visit:
    """The client is here; a medicine visit starts only with every light of its board on."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(visit.status, VisitStatus.BOOKED, code="not_booked", sentence="Only a booked visit is checked in.")
    day = visit.starts_at.astimezone(tx.clinic.zone).date()
    if day != tx.today:
        raise Refused(
            "not_today", f"This visit is on {day}, and today is {tx.today} at the clinic.", facts={"day": day}
        )
    if visit.kind == VisitKind.MEDICINE:
        lights = queries.lights_of(visit, tx)
        if not is_ready(lights):
            off = [light for light in lights if not light.on]
            raise Refused(
                "not_ready",
                "This visit may not start yet: " + " ".join(light.fact for light in off),
                facts={"lights": [light.name for light in off], "owners": sorted({light.owner for light in off})},
            )
    _move(visit, VisitStatus.CHECKED_IN)
    write(visit, "checked_in", {}, tx)
    tx.publish(SessionCheckedIn(subject=visit.client_id, visit=visit.id, kind=visit.kind, at=tx.now))
    return visit


def record_vitals(visit_id: UUID, order: RecordVitals, tx: Transaction) -> Entry:
    """Write down a reading. Before the dose, one at the limit holds the visit; a later, lower one lifts nothing."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(
        visit.status,
        VisitStatus.CHECKED_IN,
        VisitStatus.HELD,
        VisitStatus.DOSING,
        code="not_checked_in",
        sentence="Vitals are recorded from check-in to discharge.",
    )
    phase = "after_dose" if visit.status == VisitStatus.DOSING else "pre_dose"
    reading = {
        "systolic": order.systolic,
        "diastolic": order.diastolic,
        "heart_rate": order.heart_rate,
        "spo2": order.spo2,
        "position": order.position,
        "phase": phase,
    }
    limit = tx.clinic.rules.blood_pressure_hold
    high = order.systolic >= limit.systolic or order.diastolic >= limit.diastolic
    if phase == "pre_dose" and high and visit.status != VisitStatus.HELD:
        _move(visit, VisitStatus.HELD)
        write(visit, "held", {"reason": HoldReason.BLOOD_PRESSURE.value}, tx)
        at = order.taken_at or tx.now
        tx.publish(SessionHeld(subject=visit.client_id, visit=visit.id, reason=HoldReason.BLOOD_PRESSURE, at=at))
    held = visit.status == VisitStatus.HELD
    return write(visit, "vitals", reading | {"held": held}, tx, at=order.taken_at)


def decide_hold(visit_id: UUID, order: DecideHold, tx: Transaction) -> Visit:
    """A prescriber decides by name whether a held visit goes on."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(visit.status, VisitStatus.HELD, code="not_held", sentence="This visit is not held.")
    write(visit, "hold_decided", {"decision": order.decision.value, "reason": order.reason}, tx)
    if order.decision.proceeds:
        _move(visit, VisitStatus.CHECKED_IN)
    else:
        release(visit, VisitStatus.DEFERRED, tx)
    return visit


def order_dose(visit_id: UUID, order: OrderDose, tx: Transaction) -> Entry:
    """A prescriber orders a dose for this visit; the typing-error guards look at it already here."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(
        visit.status,
        VisitStatus.BOOKED,
        VisitStatus.CHECKED_IN,
        VisitStatus.HELD,
        VisitStatus.DOSING,
        code="visit_over",
        sentence="Nothing is ordered for a visit that is over.",
    )
    dose = _judge(visit, order.route, order.dose_mg, order.confirmed_by, tx)
    return write(visit, "ordered", _dose_data(order.route, dose), tx)


def record_dose(visit_id: UUID, order: RecordDose, tx: Transaction) -> Entry:
    """A dose was given as ordered. Everything that forbids it is looked at before anything is written."""
    visit = tx.one(Visit, visit_id, lock=True)
    _check_may_dose(visit, tx)
    dose = _judge(visit, order.route, order.dose_mg, order.confirmed_by, tx, weight_kg=order.weight_kg)
    ordered = tx.find(Entry, order.order_id)
    if ordered is None or ordered.visit_id != visit.id or ordered.kind != "ordered":
        raise Refused("order_missing", "There is no such order for this visit. A prescriber orders first.")
    if (ordered.data["route"], Decimal(ordered.data["dose_mg"])) != (order.route.value, order.dose_mg):
        raise Refused(
            "order_differs",
            "What is given must be what was ordered.",
            facts={"ordered_route": ordered.data["route"], "ordered_mg": ordered.data["dose_mg"]},
        )
    data = _dose_data(order.route, dose) | {
        "order_id": str(ordered.id),
        "lot": order.lot,
        "confirmed_by": order.confirmed_by,
    }
    entry = write(visit, "dosed", data, tx, at=order.given_at)
    _move(visit, VisitStatus.DOSING)
    tx.publish(
        SessionDosed(
            subject=visit.client_id,
            visit=visit.id,
            dose=entry.id,
            route=order.route,
            dose_mg=order.dose_mg,
            dose_mg_per_kg=dose.shown_mg_per_kg,
            at=entry.at,
        )
    )
    return entry


def discharge(visit_id: UUID, order: DischargeClient, tx: Transaction) -> Entry:
    """A clinician signs that the client may go home; the visit is over and its time is free."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(visit.status, VisitStatus.DOSING, code="not_dosed", sentence="Only a client who was dosed is discharged.")
    last = queries.last_entry(visit.id, "vitals", tx)
    if last is None or last.data["phase"] != "after_dose":
        raise Refused("after_dose_vitals_missing", "Take vitals after the dose before the client goes home.")
    check_discharge(
        order.padss.total,
        needed=tx.clinic.rules.discharge_score.value,
        escort_present=order.escort_present,
        arrangement=order.arrangement,
        by_prescriber=tx.actor.has("prescriber"),
    )
    data = {
        "padss": order.padss.dump(),
        "score": order.padss.total,
        "escort_present": order.escort_present,
        "arrangement": order.arrangement,
        "signed_name": order.signed_name,
    }
    entry = write(visit, "discharged", data, tx)
    with_escort = bool(order.escort_present)
    score = order.padss.total
    tx.publish(
        SessionDischarged(subject=visit.client_id, visit=visit.id, score=score, with_escort=with_escort, at=tx.now)
    )
    _complete(visit, tx)
    return entry


def complete(visit_id: UUID, tx: Transaction) -> Visit:
    """A preparation or integration visit is over."""
    visit = tx.one(Visit, visit_id, lock=True)
    if visit.kind == VisitKind.MEDICINE:
        raise Refused("discharge_first", "A medicine visit ends with the discharge of the client.")
    require(
        visit.status, VisitStatus.CHECKED_IN, code="not_checked_in", sentence="Only a visit that began is completed."
    )
    _complete(visit, tx)
    return visit


def _check_may_dose(visit: Visit, tx: Transaction) -> None:
    last = queries.last_entry(visit.id, "vitals", tx)
    if visit.status == VisitStatus.HELD:
        limit = tx.clinic.rules.blood_pressure_hold
        seen = {"systolic": last.data["systolic"], "diastolic": last.data["diastolic"]} if last else {}
        raise Refused(
            "hold_open",
            f"This visit is held: the limit before a dose is {limit.systolic}/{limit.diastolic}. "
            "A prescriber decides to proceed or to defer.",
            facts=seen | {"limit_systolic": limit.systolic, "limit_diastolic": limit.diastolic},
        )
    require(
        visit.status,
        VisitStatus.CHECKED_IN,
        VisitStatus.DOSING,
        code="not_checked_in",
        sentence="A dose is given between check-in and discharge.",
    )
    if last is None:
        raise Refused("pre_dose_vitals_missing", "Take vitals before the first dose.")


def _judge(
    visit: Visit,
    route: Route,
    dose_mg: Decimal,
    confirmed_by: str | None,
    tx: Transaction,
    *,
    weight_kg: Decimal | None = None,
) -> DoseByWeight:
    client = tx.one(Client, visit.client_id)
    if route.value not in (client.cleared_routes or ()):
        raise Refused("route_not_cleared", f"The clearance does not cover {route.value}.")
    weight = weight_kg or client.weight_kg
    if weight is None:
        raise Refused("weight_missing", "A dose is judged by body weight, and none is known.")
    dose = DoseByWeight(dose_mg, weight)
    check_plausible(dose, _guard(route, tx), confirmed_by=confirmed_by, given_by=tx.actor.id)
    return dose


def _guard(route: Route, tx: Transaction) -> DoseGuard:
    guard = tx.clinic.rules.dose_guard(route)
    if guard is None:
        raise Refused("route_without_guard", f"This clinic's rules name no limits for {route.value}.")
    return guard


def _dose_data(route: Route, dose: DoseByWeight) -> dict[str, str]:
    return {
        "route": route.value,
        "dose_mg": str(dose.dose_mg),
        "dose_mg_per_kg": str(dose.shown_mg_per_kg),
        "weight_kg": str(dose.weight_kg),
    }


def _move(visit: Visit, status: VisitStatus) -> None:
    visit.status, visit.version = status, visit.version + 1


def _complete(visit: Visit, tx: Transaction) -> None:
    """Close the record and let room and people go from now on."""
    _move(visit, VisitStatus.COMPLETED)
    write(visit, "completed", {}, tx)
    until_now = func.tstzrange(func.lower(Occupied.during), func.greatest(func.lower(Occupied.during), tx.now), "[]")
    tx.session.execute(update(Occupied).where(Occupied.visit_id == visit.id).values(during=until_now))
    tx.publish(
        SessionCompleted(
            subject=visit.client_id, visit=visit.id, series=visit.series_id, kind=visit.kind, completed_at=tx.now
        )
    )
