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
    reliable: bool | None = None
    overlapping: bool = False


def compare(
    instrument: Instrument,
    score: int | None,
    answered_at: datetime,
    baseline: tuple[int, datetime] | None,
    zone: ZoneInfo,
) -> Compared:
    """Compare on calendar days of the clinic's zone. `change_percent` is the reduction: positive when lower.

    Answers from before the baseline, handed in late, are not a change from it, and are compared with nothing; nor is
    the level of a triage, which has no total, or the depth of an experience, which is no target. Where the look-backs
    overlap nothing is said of a change at all.
    """
    incomparable = score is None or not instrument.has_total or instrument.direction == "neither"
    if score is None or incomparable or baseline is None or answered_at < baseline[1]:
        return Compared()
    before, before_at = baseline
    found = change(
        instrument,
        Reading(before, before_at.astimezone(zone).date()),
        Reading(score, answered_at.astimezone(zone).date()),
    )
    percent = None if found.percent_change is None or found.overlapping else -found.percent_change
    return Compared(before, before_at, percent, found.response, found.remission, found.reliable, found.overlapping)
