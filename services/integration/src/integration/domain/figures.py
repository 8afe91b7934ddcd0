"""Outcomes as they may be told: a row for each figure, for a page, a file and the other clinics of a network alike."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import sqrt
from typing import Any

from integration.domain.outcomes import Counts
from integration.domain.small_cells import (
    FEWEST,
    Engagement,
    Outcome,
    Part,
    ToldSplit,
    none_or_enough,
    tell_parts,
    tell_split,
    told_of_two,
)

Z_95 = 1.959964
"""The normal deviate of a two-sided interval of 95 %."""


class What(StrEnum):
    """What a figure counts."""

    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    ANSWERED = "answered"
    RESPONSE = "response"
    REMISSION = "remission"
    RELIABLY_BETTER = "reliably_better"


@dataclass(frozen=True)
class Share:
    """A part of some people in percent, to one decimal, with its 95 % confidence interval."""

    percent: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Figure:
    """How many of which people. None is too few to be told.

    `unknown` of the `people` are those of whom it is not known; where it is None, the rest of them are those without
    it and the unknown together. With `engagement` it is about one part of the people. `clinics` told it, up to the
    days `counted_until`.
    """

    protocol: str
    what: What
    measure: str | None = None
    engagement: Engagement | None = None
    part: Part | None = None
    people: int | None = None
    count: int | None = None
    unknown: int | None = None
    clinics: int = 1
    counted_until: date | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What it is about; the same at every clinic."""
        return (self.protocol, self.what, self.measure, self.engagement, self.part)

    @property
    def of(self) -> int | None:
        """Whose part it is: those of whom it is known where that is told, else all of them."""
        return self.people if self.people is None or self.unknown is None else self.people - self.unknown

    @property
    def rest(self) -> int | None:
        """Those of `of` who are not counted."""
        return None if self.count is None or self.of is None else self.of - self.count

    @property
    def share(self) -> Share | None:
        return None if self.count is None or not self.of else wilson(self.count, self.of)

    def stored(self) -> dict[str, Any]:
        """As JSON, without what its clinic's row says."""
        names = ("what", "measure", "engagement", "part", "people", "count", "unknown")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    @classmethod
    def from_stored(cls, protocol: str, stored: Mapping[str, Any], counted_until: date) -> "Figure":
        return cls(
            protocol,
            What(stored["what"]),
            stored.get("measure"),
            Engagement(stored["engagement"]) if "engagement" in stored else None,
            Part(stored["part"]) if "part" in stored else None,
            stored.get("people"),
            stored.get("count"),
            stored.get("unknown"),
            counted_until=counted_until,
        )


def wilson(count: int, of: int) -> Share:
    """A proportion with Wilson's score interval, which stays sound for few people and near none or all.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    part, spread = count / of, Z_95**2 / of
    middle = (part + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * sqrt(part * (1 - part) / of + spread / (4 * of))
    return Share(_percent(part), _percent(max(middle - half, 0)), _percent(min(middle + half, 1)))


def tell(protocol: str, counts: Counts) -> list[Figure]:
    """All that may be told of one protocol at one clinic; nothing where too few people have come to its end.

    A measure is told where enough have answered it.
    """
    if counts.people < FEWEST:
        return []
    under_way = counts.under_way if none_or_enough(counts.under_way) else None
    completed = told_of_two(counts.completed, counts.people)
    told = [
        Figure(protocol, What.UNDER_WAY, people=under_way),
        Figure(
            protocol, What.COMPLETED, people=counts.people, count=completed, unknown=None if completed is None else 0
        ),
    ]
    for name, measured in counts.measures.items():
        whole = tell_split(measured.whole)
        if whole is None or measured.whole.people - measured.whole.unknown < FEWEST:
            continue
        told += _figures(protocol, name, whole)
        for engagement, parts in measured.parts.items():
            for part, split in tell_parts(whole, parts).items():
                told += _figures(protocol, name, split, engagement, part)
    return told


def _figures(
    protocol: str, measure: str, split: ToldSplit, engagement: Engagement | None = None, part: Part | None = None
) -> list[Figure]:
    answered = None if split.unknown is None else split.people - split.unknown
    about = (measure, engagement, part, split.people)
    found = [Figure(protocol, What.ANSWERED, *about, answered, None if answered is None else 0)]
    for outcome in Outcome:
        if outcome in split.yes:
            number = split.yes[outcome]
            found.append(Figure(protocol, What(outcome), *about, number, None if number is None else split.unknown))
    return found


def pool(told: Iterable[Figure]) -> list[Figure]:
    """The figures of several clinics as one: each the sum of what those clinics tell themselves, and of nothing else.

    So whoever knows all clinics' figures learns nothing from their sum, nor from the difference between it and theirs.
    Where one clinic does not tell its unknown, the sum's is not told either, rather than to leave that clinic out.
    """
    by_key: dict[tuple[Any, ...], list[Figure]] = defaultdict(list)
    for figure in told:
        by_key[figure.key].append(figure)
    return [_summed(same) for same in by_key.values()]


def _summed(same: Sequence[Figure]) -> Figure:
    first = same[0]
    only_people = first.what is What.UNDER_WAY
    telling = [one for one in same if (one.people if only_people else one.count) is not None]
    counted = telling or same
    return replace(
        first,
        people=_sum(one.people for one in counted),
        count=_sum(one.count for one in telling),
        unknown=_sum(one.unknown for one in telling),
        clinics=len(telling),
        counted_until=max((one.counted_until for one in counted if one.counted_until), default=None),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    """None where there are none, or where one of them is."""
    total, any_of_them = 0, False
    for number in numbers:
        if number is None:
            return None
        total, any_of_them = total + number, True
    return total if any_of_them else None


def _percent(part: float) -> Decimal:
    return (Decimal(repr(part)) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
