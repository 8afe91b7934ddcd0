"""What a new score means beside the baseline, by the instrument's own rules."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.measures import Instrument, Reading, change


@dataclass(frozen=True)
class Compared:
    """A score beside its baseline. None is unknown: there is no baseline before it, or the look-backs overlap."""

    baseline: int | None = None
    baseline_answered_at: datetime | None = None
    change_percent: Decimal | None = None
    response: bool | None = None
    remission: bool | None = None
    overlapping: bool = False


def compare(
    instrument: Instrument, score: int, answered_at: datetime, baseline: tuple[int, datetime] | None, zone: ZoneInfo
) -> Compared:
    """Compare on calendar days of the clinic's zone. `change_percent` is the reduction: positive when lower.

    Answers from before the baseline, handed in late, are not a change from it, and are compared with nothing.
    """
    if baseline is None or answered_at < baseline[1]:
        return Compared()
    before, before_at = baseline
    found = change(
        instrument,
        Reading(before, before_at.astimezone(zone).date()),
        Reading(score, answered_at.astimezone(zone).date()),
    )
    percent = None if found.percent_change is None else -found.percent_change
    return Compared(before, before_at, percent, found.response, found.remission, found.overlapping)
