"""Vitals, and the hold that they may put on a visit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sessions import queries
from sessions.commands.planning import release
from sessions.commands.record import correct, correctable, moment, write
from sessions.commands.visits import move, require_medicine
from sessions.domain.pressure import Pressure
from sessions.domain.statuses import VisitStatus, require
from sessions.models import Entry, Visit
from sessions.schemas import CorrectVitals, DecideHold, Reading, RecordVitals
from shared.errors import Invalid, Refused
from shared.events.sessions import HoldReason, SessionHeld
from shared.languages import phrase
from shared.store import Transaction


@dataclass(frozen=True)
class Measured:
    """A line with a reading, and whether the visit is held now."""

    entry: Entry
    held: bool


def record_vitals(visit_id: UUID, order: RecordVitals, tx: Transaction) -> Measured:
    """Write down a reading. Before the dose, one at the clinic's limit holds the visit; a lower one lifts nothing."""
    visit = tx.one(Visit, visit_id, lock=True)
    require_medicine(visit)
    require(
        visit.status,
        VisitStatus.CHECKED_IN,
        VisitStatus.HELD,
        VisitStatus.DOSING,
        code="not_checked_in",
        sentence=phrase("Vitals are recorded from check-in to discharge."),
    )
    at = moment(order.taken_at, "/taken_at", queries.began_at(visit.id, tx), tx)
    doses = queries.standing(visit.id, tx, "dosed")
    phase = "after_dose" if any(dose.at <= at for dose in doses) else "pre_dose"
    entry = write(visit, "vitals", _reading(order) | {"phase": phase}, tx, at=at)
    _hold_if_high(visit, entry, at, tx)
    return Measured(entry, visit.status == VisitStatus.HELD)


def correct_vitals(visit_id: UUID, entry_id: UUID, order: CorrectVitals, tx: Transaction) -> Measured:
    """A reading had been written down wrongly. The right one may hold the visit; it never lifts a hold."""
    visit = tx.one(Visit, visit_id, lock=True)
    wrong = correctable(visit, entry_id, "vitals", tx)
    entry = correct(visit, wrong, _reading(order), order.reason, tx)
    _hold_if_high(visit, entry, tx.now, tx)
    return Measured(entry, visit.status == VisitStatus.HELD)


def decide_hold(visit_id: UUID, order: DecideHold, tx: Transaction) -> Visit:
    """A prescriber decides by name whether a held visit goes on."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(visit.status, VisitStatus.HELD, code="not_held", sentence=phrase("This visit is not held."))
    if order.decision.proceeds:
        _check_seen(visit, order, tx)
    write(visit, "hold_decided", {"decision": order.decision.value, "reason": order.reason}, tx)
    if order.decision.proceeds:
        move(visit, VisitStatus.CHECKED_IN)
    else:
        release(visit, VisitStatus.DEFERRED, tx)
    return visit


def _check_seen(visit: Visit, order: DecideHold, tx: Transaction) -> None:
    """A decision to proceed does not reach past the reading that it rests on: a later high one must be named."""
    held = queries.standing(visit.id, tx, "held")[-1]
    later = [line for line in queries.standing(visit.id, tx, "vitals") if line.position > held.position]
    limit = tx.clinic.rules.blood_pressure_hold
    high = [line for line in later if Pressure(line.data["systolic"], line.data["diastolic"]).reaches(limit)]
    if high and order.reading_id != high[-1].id:
        data = high[-1].data
        raise Refused(
            "newer_reading",
            phrase(
                "{systolic}/{diastolic} was measured since. Look at it, and name it in reading_id.",
                systolic=data["systolic"],
                diastolic=data["diastolic"],
            ),
            facts={"reading_id": high[-1].id, "systolic": data["systolic"], "diastolic": data["diastolic"]},
        )


def _hold_if_high(visit: Visit, entry: Entry, at: datetime, tx: Transaction) -> None:
    pressure = Pressure(entry.data["systolic"], entry.data["diastolic"])
    before_dose = entry.data["phase"] == "pre_dose" and visit.status == VisitStatus.CHECKED_IN
    if not before_dose or not pressure.reaches(tx.clinic.rules.blood_pressure_hold):
        return
    move(visit, VisitStatus.HELD)
    seen = {"systolic": pressure.systolic, "diastolic": pressure.diastolic}
    write(visit, "held", {"reason": HoldReason.BLOOD_PRESSURE.value, "vitals": str(entry.id)} | seen, tx)
    tx.publish(SessionHeld(subject=visit.client_id, visit=visit.id, reason=HoldReason.BLOOD_PRESSURE, at=at))


def _reading(order: Reading) -> dict[str, Any]:
    if not Pressure(order.systolic, order.diastolic).can_be:
        sentence = phrase("The upper pressure is not above the lower one. Were they swapped?")
        raise Invalid.at("/systolic", "pressure_swapped", sentence)
    names = ("systolic", "diastolic", "heart_rate", "spo2", "position")
    return {name: getattr(order, name) for name in names}
