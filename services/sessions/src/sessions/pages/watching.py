"""A medicine session as the room sees it: what was ordered and given, what was measured, and what is due next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sessions import queries
from sessions.domain.pressure import Pressure
from sessions.domain.statuses import VisitStatus
from sessions.domain.vitals_due import Due, Stand, due_times, next_due
from sessions.models import Entry, Visit
from shared.clinics import PressureLimit, Route, VitalsSchedule
from shared.errors import NotFound
from shared.languages import Reader, phrase
from shared.pictures import Event, Limit, Picture, Reading, Series, at_any_width, line, range_bars
from shared.pictures import Pressure as Bar
from shared.store import Transaction

_AHEAD = 4
"""How many of the times that lie ahead a picture shows."""


@dataclass(frozen=True)
class Watched:
    """One session with its lines as they stand.

    `unscheduled` is the route by which medicine was given and for which the clinic's rules name no times.
    """

    visit: Visit
    name: str | None
    since: datetime
    order: Entry | None
    doses: Sequence[Entry]
    readings: Sequence[Entry]
    held: Entry | None
    seen_high: Entry | None
    limit: PressureLimit
    due: Sequence[Due]
    unscheduled: Route | None
    once_more: bool
    continuous_spo2: bool

    @property
    def client_id(self) -> UUID:
        return self.visit.client_id

    @property
    def next(self) -> Due | None:
        return next_due(self.due)

    @property
    def late(self) -> bool:
        return self.next is not None and self.next.stand is Stand.LATE

    @property
    def missed(self) -> Sequence[datetime]:
        return [one.at for one in self.due if one.stand is Stand.MISSED]

    @property
    def last(self) -> Entry | None:
        return self.readings[-1] if self.readings else None

    @property
    def last_is_high(self) -> bool:
        """Whether the last reading is at or above the clinic's limit, before a dose or after it."""
        return self.last is not None and _pressure(self.last).reaches(self.limit)


def watched(visit: Visit, name: str | None, tx: Transaction) -> Watched:
    """The session of a visit that has begun; NotFound before its client was checked in."""
    kinds = ("checked_in", "ordered", "dosed", "vitals", "held")
    lines = queries.standing(visit.id, tx, *kinds)
    by_kind = {kind: [entry for entry in lines if entry.kind == kind] for kind in kinds}
    if not by_kind["checked_in"]:
        raise NotFound("session")
    schedules = {schedule.route: schedule for schedule in tx.clinic.rules.vitals}
    limit = tx.clinic.rules.blood_pressure_hold
    doses, readings = by_kind["dosed"], by_kind["vitals"]
    routes = [Route(dose.data["route"]) for dose in doses]
    counted = [(dose.at, schedules[route]) for dose, route in zip(doses, routes, strict=True) if route in schedules]
    present = counted[-1][1] if counted else None
    order = by_kind["ordered"][-1] if by_kind["ordered"] else None
    return Watched(
        visit=visit,
        name=name,
        since=by_kind["checked_in"][0].at,
        order=order if order and all(dose.data.get("order_id") != str(order.id) for dose in doses) else None,
        doses=doses,
        readings=readings,
        held=by_kind["held"][-1] if visit.status == VisitStatus.HELD else None,
        seen_high=_newest_high(readings, by_kind["held"], limit),
        limit=limit,
        due=_due(counted, readings, visit, tx),
        unscheduled=next((route for route in routes if route not in schedules), None),
        once_more=present is not None and present.before_discharge,
        continuous_spo2=present is not None and present.continuous_spo2,
    )


def _due(
    counted: Sequence[tuple[datetime, VitalsSchedule]], readings: Sequence[Entry], visit: Visit, tx: Transaction
) -> Sequence[Due]:
    """What is due as long as the session lasts."""
    if visit.status != VisitStatus.DOSING:
        return []
    return due_times(counted, [reading.at for reading in readings], now=tx.now, until=max(tx.now, visit.ends_at))


def _newest_high(readings: Sequence[Entry], held: Sequence[Entry], limit: PressureLimit) -> Entry | None:
    """The newest reading at the clinic's limit that came after the hold: a decision to proceed names it."""
    if not held:
        return None
    high = [entry for entry in readings if entry.position > held[-1].position and _pressure(entry).reaches(limit)]
    return high[-1] if high else None


def _pressure(reading: Entry) -> Pressure:
    return Pressure(reading.data["systolic"], reading.data["diastolic"])


def pictures_of(one: Watched, reads: Reader, tx: Transaction) -> dict[str, Picture]:
    """Blood pressure, and pulse with oxygen, by the names under which they stand on a page."""
    ahead = [due.at for due in one.due if due.stand is Stand.AHEAD][:_AHEAD]
    open_times = tuple([due.at for due in one.due if due.stand is Stand.LATE] + ahead)
    doses = tuple(Event(dose.at, reads.say("{mg} mg", mg=dose.data["dose_mg"]), "dose") for dose in one.doses)
    bars = tuple(Bar(entry.at, entry.data["systolic"], entry.data["diastolic"]) for entry in one.readings)
    limits = (Limit(reads.say("Hold before a dose"), one.limit.systolic, one.limit.diastolic),)
    now = tx.now if one.visit.status in queries.UNDER_WAY else None

    def of(name: str) -> tuple[Reading, ...]:
        return tuple(Reading(entry.at, entry.data.get(name)) for entry in one.readings)

    series = (
        Series(reads.say("Heart rate"), of("heart_rate"), reads.say("a minute"), due=open_times),
        Series(reads.say("Oxygen"), of("spo2"), "%"),
    )
    common: dict[str, Any] = {"events": doses, "now": now}
    return {
        f"pressure-{one.visit.id}": at_any_width(
            f"pressure-{one.visit.id}",
            lambda name, width: range_bars(
                name,
                bars,
                reads,
                title=reads.say(phrase("Blood pressure")),
                limits=limits,
                due_at=open_times,
                width=width,
                **common,
            ),
        ),
        f"pulse-{one.visit.id}": at_any_width(
            f"pulse-{one.visit.id}",
            lambda name, width: line(
                name, series, reads, title=reads.say(phrase("Heart rate and oxygen")), width=width, **common
            ),
        ),
    }
