"""The rules that an instrument's publications give for reading its answers: data, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from shared.measures.item import Condition


@dataclass(frozen=True, slots=True)
class Threshold:
    """A clinical number with its source; `verified` is False until a medical director has confirmed it."""

    value: Decimal
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """How two totals are compared; None where the instrument has no such rule, so the answer stays unknown.

    `response_percent`: the improvement from baseline, in percent, that counts as a response (reaching it
    exactly is enough). `remission_below`: a total under this counts as remission. `meaningful_points`: the
    smallest difference, in points and in either direction, that matters to a person. `reliable_points`: the
    smallest difference, in either direction, that is more than chance. Points and totals are those that people
    read (`Instrument.shown`), as in the publications: 10 of the WHO-5's 100.
    """

    response_percent: Threshold | None = None
    remission_below: Threshold | None = None
    meaningful_points: Threshold | None = None
    reliable_points: Threshold | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """How a total becomes what people read: times `times`, divided by `divided_by`, with so many `decimals`.

    A WHO-5 is read as four times its sum, an EDI as the mean of its eight lines, an ORS in centimetres where its
    marks were measured in millimetres.
    """

    times: int
    divided_by: int
    decimals: int
    source: str
    verified: bool

    def exactly(self, total: int) -> Fraction:
        """Unrounded, for comparing."""
        return Fraction(total * self.times, self.divided_by)

    def shown(self, total: int) -> int | Decimal:
        """Rounded half up; an int where no decimals are read."""
        places = Decimal(1).scaleb(-self.decimals)
        read = (Decimal(total * self.times) / self.divided_by).quantize(places, rounding=ROUND_HALF_UP)
        return read if self.decimals else int(read)


@dataclass(frozen=True, slots=True)
class ItemsAtLeast:
    """Of these items, at least `how_many` were answered with `at_least` this value."""

    items: tuple[str, ...]
    at_least: int
    how_many: int

    def holds(self, points: Mapping[str, int]) -> bool:
        return sum(points[link_id] >= self.at_least for link_id in self.items) >= self.how_many


@dataclass(frozen=True, slots=True)
class SubscaleShare:
    """The subscale's sum is at least `percent` of the largest that there can be; reaching it exactly is enough."""

    subscale: str
    percent: int

    def holds(self, total: int, highest: int) -> bool:
        return 100 * total >= self.percent * highest


@dataclass(frozen=True, slots=True)
class Criterion:
    """A finding that holds when `all_of` its requirements do. It is for a clinician to look into, never a diagnosis.

    `explanation` is the sentence that is to be shown wherever the finding is.
    """

    code: str
    title: str
    explanation: str
    all_of: tuple[ItemsAtLeast | SubscaleShare, ...]
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for whoever reads a score.

    With `total_at_least` it is for scores from that total on; with `only_from`, for totals above 0 whose points all
    come from those items; with neither, for every score.
    """

    code: str
    text: str
    total_at_least: int | None
    only_from: tuple[str, ...]
    source: str
    verified: bool

    def is_for(self, total: int | None, points: Mapping[str, int]) -> bool:
        """Whether it is to be shown with these points."""
        enough = self.total_at_least is None or (total is not None and total >= self.total_at_least)
        others = any(counted for link_id, counted in points.items() if link_id not in self.only_from)
        return enough and (not self.only_from or (bool(total) and not others))


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a triage, reached when any of its conditions holds; the lowest is reached without any."""

    code: str
    title: str
    any_of: tuple[Condition, ...]
