"""Where commitments and practices stand, and when somebody wants to be invited to a practice.

Nothing here counts what was missed, and nothing ranks a person.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from integration.domain.living import on_the_day
from shared.events.integration import CommitmentOutcome


class CommitmentStatus(StrEnum):
    """Where a commitment stands; an adjusted one is open again, in other words."""

    OPEN = "open"
    KEPT = "kept"
    LET_GO = "let_go"


class PracticeStatus(StrEnum):
    """Where a practice stands. What rests or was let go can be taken up again."""

    LIVING = "living"
    RESTING = "resting"
    LET_GO = "let_go"


def stands_after(outcome: CommitmentOutcome) -> CommitmentStatus:
    """Where a commitment stands once its client has looked back at it so."""
    return {
        CommitmentOutcome.KEPT: CommitmentStatus.KEPT,
        CommitmentOutcome.ADJUSTED: CommitmentStatus.OPEN,
        CommitmentOutcome.LET_GO: CommitmentStatus.LET_GO,
    }[outcome]


def next_invitation(after: datetime, *, begun: date, every_days: int, at: time, zone: ZoneInfo) -> datetime:
    """The first invitation after an instant, in UTC: `every_days` from the day it was begun on, at `at` by their clock.

    Where the clocks go forward past that time it comes as much later; where they go back over it, at the first of both.
    It rests on the calendar alone: what was not lived, or not asked because they rested, moves nothing.
    """
    day = after.astimezone(zone).date()
    day += timedelta(days=-(day - begun).days % every_days) if day > begun else begun - day
    while (instant := on_the_day(day, zone, at)) <= after:
        day += timedelta(days=every_days)
    return instant


def by_month(lived: Iterable[datetime], zone: ZoneInfo) -> list[tuple[date, list[date]]]:
    """The days on which a practice was lived, by the first of their month, the newest month first.

    A month without any is not there, and neither is a day: nobody looks at gaps.
    """
    months: dict[date, set[date]] = {}
    for instant in lived:
        day = instant.astimezone(zone).date()
        months.setdefault(day.replace(day=1), set()).add(day)
    return [(month, sorted(months[month])) for month in sorted(months, reverse=True)]
