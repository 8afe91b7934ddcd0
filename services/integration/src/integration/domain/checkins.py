"""When a client is asked how they are after a medicine visit, and which answers call for a person at once."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.events.integration import RedFlagReason

A_WEEK_H = 168
"""From so many hours on a time is told in days, as people do."""

MISSED_AFTER = timedelta(hours=24)
"""A day without an answer is when somebody may want to call. Product default; no published figure is known."""

TOGETHER_WITHIN = timedelta(hours=12)
"""Two visits that would have a client asked twice within half a day have them asked once. Product default."""

UNREAL_AFTER = timedelta(hours=24)
"""That oneself or the world feels unreal calls for a person when it lasts longer than this after the medicine.

Product default; no published figure is known. Within that time it is what the medicine does to many.
"""


class CheckInStatus(StrEnum):
    """Where a check-in stands. Whatever is not completed may still be answered."""

    WAITING = "waiting"
    DUE = "due"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    MISSED = "missed"
    PAUSED = "paused"
    JOINED = "joined"


UNANSWERED = (CheckInStatus.DUE, CheckInStatus.MISSED)
"""The client was asked, and has neither answered nor said that they skip it."""

CAME_TO_THEM = (CheckInStatus.COMPLETED, CheckInStatus.SKIPPED, CheckInStatus.MISSED)
"""The client was asked, and nothing more is awaited. Who rests is not asked."""

SETTLED = (*CAME_TO_THEM, CheckInStatus.PAUSED)
"""It waits for no answer any more."""


def later(at: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """The instant (UTC) so many hours after another, as people in that zone count them.

    Up to a week hours are hours, whatever the clocks do in between. From a week on days are days: it is the same time
    of day again. A time of day that comes twice is the first of the two; one that the clocks leave out is as much
    later as they go forward.
    """
    if hours < A_WEEK_H:
        return at.astimezone(UTC) + timedelta(hours=hours)
    days, odd = divmod(hours, 24)
    same_time_of_day = at.astimezone(zone).replace(fold=0) + timedelta(days=days)
    return same_time_of_day.astimezone(UTC) + timedelta(hours=odd)


def due_times(completed_at: datetime, hours_after: Iterable[int], zone: ZoneInfo) -> dict[int, datetime]:
    """The instant of each check-in of a visit, by its hours, the first one first."""
    return {hours: later(completed_at, hours, zone) for hours in sorted(set(hours_after))}


def closing(completed_at: datetime, tended_days: int | None, last_due: datetime, zone: ZoneInfo) -> datetime:
    """When the window closes: after so many days, or with the last check-in where the clinic has not said."""
    return last_due if tended_days is None else later(completed_at, tended_days * 24, zone)


def fall_together(one: datetime, other: datetime) -> bool:
    """Whether the client is asked once for both: then for the visit that ended last."""
    return abs(one - other) <= TOGETHER_WITHIN


FIRST_ASKED: Mapping[str, RedFlagReason] = {
    "help_now": RedFlagReason.HELP_NOW,
    "hard_thoughts": RedFlagReason.SUICIDALITY,
}
"""What is asked first, with what a yes is."""

THEN_ASKED: Mapping[str, RedFlagReason] = {
    "chest_pain_or_fainting": RedFlagReason.CHEST_PAIN_OR_FAINTING,
    "unsafe_at_home": RedFlagReason.UNSAFE_AT_HOME,
    "unusual_perception": RedFlagReason.UNUSUAL_PERCEPTION,
    "sleepless_energy": RedFlagReason.SLEEPLESS_ENERGY,
    "feels_unreal": RedFlagReason.FEELS_UNREAL,
    "burning_or_blood": RedFlagReason.BLADDER,
    "craving": RedFlagReason.CRAVING,
    "outside_the_plan": RedFlagReason.OUTSIDE_THE_PLAN,
    "pregnant": RedFlagReason.PREGNANCY,
}
"""What is asked after that."""

ASKED: Mapping[str, RedFlagReason] = {**FIRST_ASKED, **THEN_ASKED}

AT_ONCE = frozenset(
    {
        RedFlagReason.HELP_NOW,
        RedFlagReason.SUICIDALITY,
        RedFlagReason.CHEST_PAIN_OR_FAINTING,
        RedFlagReason.UNSAFE_AT_HOME,
    }
)
"""After a yes to one of these the client is shown whom to call before anything else."""


EMERGENCY = frozenset({RedFlagReason.CHEST_PAIN_OR_FAINTING, RedFlagReason.UNSAFE_AT_HOME})
"""After a yes to one of these that is the emergency number first, and a crisis line second."""


def flags_of(answers: Mapping[str, bool | None], since_medicine: timedelta) -> list[RedFlagReason]:
    """The red flags of an answer, `since_medicine` after the last medicine visit.

    A question that was left open raises none: it was not answered with "no" either.
    """
    said = [reason for question, reason in ASKED.items() if answers.get(question)]
    if since_medicine <= UNREAL_AFTER:
        return [reason for reason in said if reason is not RedFlagReason.FEELS_UNREAL]
    return said


def shows_help(reasons: Iterable[RedFlagReason]) -> bool:
    """Whether the client is shown at once whom to call."""
    return bool(AT_ONCE & set(reasons))


def is_emergency(reasons: Iterable[RedFlagReason]) -> bool:
    """Whether the emergency number comes first."""
    return bool(EMERGENCY & set(reasons))
