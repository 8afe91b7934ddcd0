"""When a client is asked a measure, by the plan of their clinic; and how nobody is asked the same twice in a week.

What is planned by days comes in the morning of the client's own day, whatever the clocks do in between. What is asked
so many hours after a medicine visit comes exactly so many hours after it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.clinics.rules import MeasurePlan


class Occasion(StrEnum):
    """Why a measure is asked when it is."""

    BEFORE_MEDICINE = "before_medicine"
    AFTER_MEDICINE = "after_medicine"
    BY_CALENDAR = "by_calendar"
    AFTER_SERIES = "after_series"
    WISHED = "wished"


class RequestStatus(StrEnum):
    """Where it stands. Nobody has to answer: it can be skipped, and rests while the client rests."""

    WAITING = "waiting"
    DUE = "due"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({RequestStatus.DUE, RequestStatus.OVERDUE})
"""What the client is asked, and has not answered."""

MORNING = time(9)
DAYS_BEFORE_A_VISIT = 3
REMINDED_AFTER_DAYS = (2, 4)
OVERDUE_AFTER_DAYS = 6
ONCE_IN_DAYS = 7
"""Nobody is asked the same twice within this: the later request is answered by the earlier answer, or taken back.

Counted on the client's calendar: the same weekday of the next week is another week, also where an hour is lost between.
"""

LASTS_AT_MOST_DAYS = 366
"""For how long the calendar of a series goes on whose protocol says nothing of it, and whose visits never come."""


@dataclass(frozen=True)
class Wanted:
    """One time at which the plan wants a measure."""

    instrument: str
    occasion: Occasion
    due_at: datetime


@dataclass(frozen=True)
class Series:
    """A series of medicine visits: when it was laid out, for how many, and when those that took place ended.

    `at_most_days` is the protocol's, from the first medicine visit to the last.
    """

    planned_at: datetime
    medicine_visits: int
    ended: Sequence[datetime] = ()
    at_most_days: int | None = None

    def lasts(self, at: datetime) -> bool:
        """Whether it goes on at that time: visits are to come, and there are days left for them."""
        first = min(self.ended, default=self.planned_at)
        within = timedelta(days=self.at_most_days or LASTS_AT_MOST_DAYS)
        return len(self.ended) < self.medicine_visits and at < first + within


def before_medicine(plans: Iterable[MeasurePlan], starts_at: datetime, now: datetime, zone: ZoneInfo) -> list[Wanted]:
    """In the morning three days before a visit; at once where it is booked later than that. Never after its start."""
    if starts_at <= now:
        return []
    due_at = max(morning_of(starts_at.astimezone(zone).date() - timedelta(days=DAYS_BEFORE_A_VISIT), zone), now)
    return [Wanted(plan.instrument, Occasion.BEFORE_MEDICINE, due_at) for plan in plans if plan.before_medicine]


def after_medicine(plans: Iterable[MeasurePlan], completed_at: datetime) -> list[Wanted]:
    """So many hours after a medicine visit."""
    return [
        Wanted(plan.instrument, Occasion.AFTER_MEDICINE, completed_at + timedelta(hours=plan.hours_after_medicine))
        for plan in plans
        if plan.hours_after_medicine is not None
    ]


def after_series(plans: Iterable[MeasurePlan], completed_at: datetime, zone: ZoneInfo) -> list[Wanted]:
    """In the mornings so many days after what was, so far, the last medicine visit of a series."""
    day = completed_at.astimezone(zone).date()
    return [
        Wanted(plan.instrument, Occasion.AFTER_SERIES, morning_of(day + timedelta(days=days), zone))
        for plan in plans
        for days in sorted(set(plan.days_after_series))
    ]


def next_by_calendar(plan: MeasurePlan, series: Series, after: datetime, zone: ZoneInfo) -> Wanted | None:
    """The first time later than `after`, counted in days from when the series was laid out; None once it is over."""
    if plan.every_days is None:
        return None
    begun = series.planned_at.astimezone(zone).date()
    passed = max((after.astimezone(zone).date() - begun).days, 0) // plan.every_days
    due_at = next(at for at in _mornings(begun, plan.every_days, passed, zone) if at > after)
    return Wanted(plan.instrument, Occasion.BY_CALENDAR, due_at) if series.lasts(due_at) else None


@dataclass(frozen=True)
class Asked:
    """Another request of the same instrument. `visit_id` is the medicine visit that it belongs to."""

    occasion: Occasion
    visit_id: UUID | None
    due_at: datetime
    status: RequestStatus


class Request(Protocol):
    """A request of whichever instrument, as far as it matters to what a client can answer now."""

    @property
    def id(self) -> UUID: ...
    @property
    def instrument(self) -> str: ...
    @property
    def occasion(self) -> Occasion: ...
    @property
    def visit_id(self) -> UUID | None: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def status(self) -> RequestStatus: ...


R = TypeVar("R", bound=Request)


def asked_now(requests: Iterable[R]) -> list[R]:
    """What a client can answer now, the first that came due first: of the same question the newest alone."""
    newest: list[R] = []
    for request in sorted(requests, key=lambda one: (one.due_at, one.id), reverse=True):
        if request.status in (RequestStatus.WAITING, RequestStatus.WITHDRAWN, RequestStatus.PAUSED):
            continue
        if not any(one.instrument == request.instrument and is_same_question(one, request) for one in newest):
            newest.append(request)
    return [one for one in reversed(newest) if one.status in OPEN]


def is_same_question(one: Asked | Request, other: Asked | Request) -> bool:
    """Whether an answer to one is an answer to the other.

    What is asked after a medicine visit is about that visit, and about no other; all else is about how somebody is.
    """
    after = Occasion.AFTER_MEDICINE
    if after in (one.occasion, other.occasion):
        return one.occasion == other.occasion and one.visit_id == other.visit_id
    return True


def when_due(request: Asked, others: Iterable[Asked], answered_at: datetime | None, zone: ZoneInfo) -> RequestStatus:
    """What becomes of a request whose time has come. `answered_at` is when the instrument was answered last.

    It is answered where that was less than a week ago, withdrawn where the same was asked less than a week ago, and due
    otherwise. Of what is about one visit the last answer may be about another: it says nothing.
    """
    about_a_visit = request.occasion is Occasion.AFTER_MEDICINE
    if not about_a_visit and answered_at is not None and _in_a_week(answered_at, request.due_at, zone):
        return RequestStatus.ANSWERED
    asked = OPEN | {RequestStatus.SKIPPED}
    if any(
        one.status in asked and _in_a_week(one.due_at, request.due_at, zone) and is_same_question(request, one)
        for one in others
    ):
        return RequestStatus.WITHDRAWN
    return RequestStatus.DUE


def is_settled_by(request: Asked, answered: Asked | None, answered_at: datetime, zone: ZoneInfo) -> bool:
    """Whether an answer settles a request: one that is asked, and was not asked more than a week after the answer.

    `answered` is the request that it was given to; None for an answer that came by itself.
    """
    if request.status not in OPEN or not _in_a_week(answered_at, request.due_at, zone):
        return False
    if answered is None:
        return request.occasion is not Occasion.AFTER_MEDICINE
    return is_same_question(request, answered)


def next_reminder(due_at: datetime, reminded: int, until: datetime | None, zone: ZoneInfo) -> tuple[datetime, bool]:
    """When a client who was reminded so often is reminded next, and True; or when it is overdue, and False.

    `until` is the start of the visit before which it is asked: nobody is reminded after that.
    """
    if reminded < len(REMINDED_AFTER_DAYS):
        at = days_later(due_at, REMINDED_AFTER_DAYS[reminded], zone)
        if until is None or at < until:
            return at, True
    at = days_later(due_at, OVERDUE_AFTER_DAYS, zone)
    return (at if until is None else min(at, until)), False


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """The client's morning, in UTC. No clock is ever put forward or back at that time."""
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def days_later(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """At the same time by the client's clock so many days later, in UTC."""
    local = at.astimezone(zone)
    return datetime.combine(local.date() + timedelta(days=days), local.time(), zone).astimezone(UTC)


def _in_a_week(earlier: datetime, later: datetime, zone: ZoneInfo) -> bool:
    """Whether the later day is less than a week after the earlier; also where it is before it."""
    return (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days < ONCE_IN_DAYS


def _mornings(begun: date, every_days: int, passed: int, zone: ZoneInfo) -> Iterator[datetime]:
    for times in range(max(passed, 1), max(passed, 1) + 2):
        yield morning_of(begun + timedelta(days=times * every_days), zone)
