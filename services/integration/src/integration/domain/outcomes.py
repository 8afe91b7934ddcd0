"""Whose series is over, what became of them, and how many of them that makes: exact counts, which nobody is shown.

Each person counts once in a protocol, by the newest series of it that is over. The days are product defaults, not
guidelines, and stand here once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from integration.domain.small_cells import Engagement, Outcome, Part, Split
from shared.measures import Instrument, find_instrument

NO_FURTHER_VISIT_AFTER = timedelta(days=60)
"""After so long without a medicine visit, and with none booked, a series has had no further visit. Product default: no
published schedule that the product knows of lets more than two months pass between two medicine visits (boosters each
1-2 months; Journey Clinical, KAP session frequency).
"""
FOLLOW_UP_FROM, FOLLOW_UP_TO = timedelta(days=16), timedelta(days=44)
"""When after the last medicine visit a reading tells the outcome: a month later, give or take two weeks, of which the
latest that overlaps nothing counts. Product default: measures are due a month after a series, and from the 16th day on
the two weeks that PHQ-9 and GAD-7 ask about lie wholly after the visit and the day that followed it.
"""


class CourseStatus(StrEnum):
    """Where a series stands. That it had no further visit says nothing of why."""

    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    NO_FURTHER_VISIT = "no_further_visit"


@dataclass(frozen=True)
class Course:
    """One client's series as it went up to a moment: at least one medicine visit of it is over.

    `ahead` says that another medicine visit is booked. Of the check-ins after its visits so many were asked, and so
    many answered.
    """

    client_id: UUID
    protocol: str
    planned_at: datetime
    planned: int
    medicine_visits: int
    last_at: datetime
    ahead: bool
    integration_visits: int
    asked: int
    answered: int

    def standing(self, at: datetime) -> CourseStatus:
        """Where it stands at that moment."""
        if self.medicine_visits >= self.planned:
            return CourseStatus.COMPLETED
        over = not self.ahead and at - self.last_at >= NO_FURTHER_VISIT_AFTER
        return CourseStatus.NO_FURTHER_VISIT if over else CourseStatus.UNDER_WAY

    def counts(self, at: datetime) -> bool:
        """Whether it is over for long enough: a series that ended early is known to be over no sooner than that."""
        return self.standing(at) is not CourseStatus.UNDER_WAY and at - self.last_at >= NO_FURTHER_VISIT_AFTER

    def part(self, engagement: Engagement) -> Part:
        """In which of the two groups its client is; whoever was asked nothing answered less."""
        if engagement is Engagement.CHECK_INS:
            more = self.asked > 0 and 2 * self.answered >= self.asked
        else:
            more = 2 * self.integration_visits >= self.medicine_visits
        return Part.MORE if more else Part.LESS


@dataclass(frozen=True)
class LaterReading:
    """A reading that is no baseline, as far as an outcome asks for it. None is unknown, and never "no"."""

    client_id: UUID
    instrument: str
    answered_at: datetime
    overlapping: bool
    points: int | None
    response: bool | None
    remission: bool | None
    reliable: bool | None

    def outcome(self, outcome: Outcome, instrument: Instrument) -> bool | None:
        """What it says of that outcome, beside the baseline."""
        if outcome is Outcome.RESPONSE:
            return self.response
        if outcome is Outcome.REMISSION:
            return self.remission
        if self.reliable is None or self.points is None:
            return None
        return self.reliable and (self.points < 0 if instrument.direction == "lower_is_better" else self.points > 0)


@dataclass(frozen=True)
class MeasureCounts:
    """One instrument's outcomes: of everybody whose series counts, and of the parts of them."""

    whole: Split
    parts: Mapping[Engagement, Mapping[Part, Split]]


@dataclass(frozen=True)
class Counts:
    """One protocol at one clinic: exact, and so for no page, no file and no other clinic."""

    people: int
    completed: int
    under_way: int
    measures: Mapping[str, MeasureCounts] = field(default_factory=dict)


def outcomes_of(instrument: Instrument) -> tuple[Outcome, ...]:
    """The outcomes that it has a rule for. Depth of experience has neither a good nor a bad direction, and so none."""
    rules = instrument.change_rules
    if instrument.direction == "neither" or not instrument.has_total:
        return ()
    has = {
        Outcome.RESPONSE: rules.response_percent,
        Outcome.REMISSION: rules.remission_below,
        Outcome.RELIABLY_BETTER: rules.reliable_points,
    }
    return tuple(outcome for outcome, rule in has.items() if rule is not None)


def count(courses: Iterable[Course], readings: Iterable[LaterReading], at: datetime) -> dict[str, Counts]:
    """Everybody whose series is over at that moment, by protocol."""
    over: dict[str, dict[UUID, Course]] = defaultdict(dict)
    under_way: dict[str, set[UUID]] = defaultdict(set)
    for course in sorted(courses, key=lambda one: one.planned_at):
        if course.counts(at):
            over[course.protocol][course.client_id] = course
        elif course.standing(at) is CourseStatus.UNDER_WAY:
            under_way[course.protocol].add(course.client_id)
    by_client: dict[UUID, list[LaterReading]] = defaultdict(list)
    for reading in readings:
        by_client[reading.client_id].append(reading)
    return {
        protocol: _counted(list(over[protocol].values()), len(under_way[protocol]), by_client, at)
        for protocol in sorted({*over, *under_way})
    }


def follow_up(course: Course, readings: Iterable[LaterReading]) -> dict[str, LaterReading]:
    """By instrument the latest reading in the time after the series that overlaps no earlier one."""
    first, last = course.last_at + FOLLOW_UP_FROM, course.last_at + FOLLOW_UP_TO
    meant = [one for one in readings if first <= one.answered_at <= last and not one.overlapping]
    return {one.instrument: one for one in sorted(meant, key=lambda one: one.answered_at)}


def _counted(
    courses: Sequence[Course], under_way: int, by_client: Mapping[UUID, Iterable[LaterReading]], at: datetime
) -> Counts:
    after = {course.client_id: follow_up(course, by_client.get(course.client_id, ())) for course in courses}
    measures = {}
    for name in sorted({name for found in after.values() for name in found}):
        instrument = find_instrument(name)
        outcomes = () if instrument is None else outcomes_of(instrument)
        if instrument is None or not outcomes:
            continue
        told = {course: _told(after[course.client_id].get(name), outcomes, instrument) for course in courses}
        measures[name] = MeasureCounts(
            _split(told.values(), outcomes),
            {
                engagement: {
                    part: _split((said for course, said in told.items() if course.part(engagement) is part), outcomes)
                    for part in Part
                }
                for engagement in Engagement
            },
        )
    completed = sum(course.standing(at) is CourseStatus.COMPLETED for course in courses)
    return Counts(len(courses), completed, under_way, measures)


def _told(
    reading: LaterReading | None, outcomes: Sequence[Outcome], instrument: Instrument
) -> Mapping[Outcome, bool | None] | None:
    """What is known of somebody; None where not all that the instrument has rules for is known."""
    if reading is None:
        return None
    said = {outcome: reading.outcome(outcome, instrument) for outcome in outcomes}
    return None if None in said.values() else said


def _split(told: Iterable[Mapping[Outcome, bool | None] | None], outcomes: Sequence[Outcome]) -> Split:
    everybody = list(told)
    known = [said for said in everybody if said is not None]
    yes = {outcome: sum(bool(said[outcome]) for said in known) for outcome in outcomes}
    return Split(len(everybody), len(everybody) - len(known), yes)
