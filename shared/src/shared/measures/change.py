"""What two readings of one instrument say about change, and when they may not say it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from shared.measures.instrument import Instrument
from shared.measures.rules import ChangeRules, Scale, Threshold

TENTH = Decimal("0.1")
AS_IT_IS = Scale(times=1, divided_by=1, decimals=0, source="", verified=True)


class NotLater(ValueError):  # noqa: N818 - an error is named for what is wrong.
    """The reading given as the later one was answered before the baseline."""


class Incomparable(ValueError):  # noqa: N818 - an error is named for what is wrong.
    """Readings of an instrument that has no total, and so nothing to subtract."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A total and when it was answered: a date, or an aware datetime whose own zone says which day that was.

    Give the clinic's or client's local time rather than UTC: people count "two weeks" in their own days, and
    only so does the fourteenth day stay the fourteenth across a change of clocks.
    """

    total: int
    answered_on: date

    def __post_init__(self) -> None:
        if isinstance(self.answered_on, datetime) and self.answered_on.tzinfo is None:
            raise ValueError("A reading's time must say its zone.")

    @property
    def day(self) -> date:
        """The calendar day of the answers."""
        return self.answered_on.date() if isinstance(self.answered_on, datetime) else self.answered_on


@dataclass(frozen=True, slots=True)
class Change:
    """How a later reading differs from its baseline; None is "unknown" and must never be shown as "no".

    `points` and `percent_change` (one decimal; None at a baseline of 0) are later minus baseline, so a PHQ-9
    that fell from 18 to 9 is -9 and -50.0; `Instrument.shown` tells how people read those points. `overlapping`: the
    two look-back periods share days, so response, remission, meaningful and reliable are all None. `meaningful`: the
    difference, in either direction, is at least the smallest that matters. `reliable`: it is at least the smallest
    that is more than chance. No rule asks whether the baseline was high enough to begin with: that is for the
    clinician who reads it.
    """

    points: int
    percent_change: Decimal | None
    overlapping: bool
    response: bool | None
    remission: bool | None
    meaningful: bool | None
    reliable: bool | None


def change(instrument: Instrument, baseline: Reading, later: Reading) -> Change:
    """Compare two totals of `instrument` by its own rules. Raises NotLater when `later` precedes `baseline`.

    A triage has no totals to compare, and raises Incomparable.
    Days are counted on the calendar: day 14 of a 14-day instrument is the first that does not overlap.
    Reaching the response percentage exactly is a response (18 to 9).
    """
    if not instrument.has_total:
        raise Incomparable(f"{instrument.id} has no total: look at its two levels.")
    days = (later.day - baseline.day).days
    if days < 0:
        raise NotLater(f"Answered {-days} days before the baseline.")
    overlapping = instrument.look_back_days is not None and days < instrument.look_back_days
    rules = ChangeRules() if overlapping else instrument.change_rules
    points = later.total - baseline.total
    scale = instrument.scale or AS_IT_IS
    return Change(
        points=points,
        percent_change=_percent(points, baseline.total),
        overlapping=overlapping,
        response=_response(rules, -points if instrument.direction == "lower_is_better" else points, baseline.total),
        remission=(
            scale.exactly(later.total) < Fraction(rules.remission_below.value) if rules.remission_below else None
        ),
        meaningful=_reached(rules.meaningful_points, scale.exactly(abs(points))),
        reliable=_reached(rules.reliable_points, scale.exactly(abs(points))),
    )


def _reached(threshold: Threshold | None, points: Fraction) -> bool | None:
    return None if threshold is None else points >= Fraction(threshold.value)


def _percent(points: int, baseline: int) -> Decimal | None:
    if baseline == 0:
        return None
    return (Decimal(100 * points) / baseline).quantize(TENTH, rounding=ROUND_HALF_UP)


def _response(rules: ChangeRules, improvement: int, baseline: int) -> bool | None:
    if rules.response_percent is None or baseline == 0:
        return None
    # Compared by multiplication, so that no rounding can turn 49.96 % into a response.
    return 100 * improvement >= rules.response_percent.value * baseline
