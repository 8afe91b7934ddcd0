"""When a client is asked how they are after a medicine visit, and which answers call for a person at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.events.integration import RedFlagReason

MISSED_AFTER = timedelta(hours=24)


def due_times(completed_at: datetime, hours_after: Iterable[int]) -> dict[int, datetime]:
    """The instant of each check-in: exactly so many hours later, whatever the clocks do in between."""
    return {hours: completed_at + timedelta(hours=hours) for hours in sorted(set(hours_after))}


def flags_of(
    *, help_now: bool | None, hard_thoughts: bool | None, burning_or_blood: bool | None
) -> list[RedFlagReason]:
    """The red flags of an answer. A question that was left open raises none: it was not answered with "no" either."""
    asked = (
        (help_now, RedFlagReason.HELP_NOW),
        (hard_thoughts, RedFlagReason.SUICIDALITY),
        (burning_or_blood, RedFlagReason.BLADDER),
    )
    return [reason for answer, reason in asked if answer]


def shows_help(reasons: Iterable[RedFlagReason]) -> bool:
    """Whether the client is shown at once whom to call."""
    return bool({RedFlagReason.HELP_NOW, RedFlagReason.SUICIDALITY} & set(reasons))
