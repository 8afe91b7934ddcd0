"""What of exact counts may be told, so that nobody learns of fewer people than `FEWEST`, also by subtracting.

A count is told where it, and whatever else follows from all that is told with it, is of at least so many people. What
is too few is not told at all: nor how few it is. A count of none is told of those whose outcome is unknown and of those
who are under way, as they say nothing of anybody; that everybody responded, or nobody, would say it of each of them,
and is not told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

FEWEST = 11
"""People behind a number. The cell size suppression policy of the Centers for Medicare & Medicaid Services: no cell of
1 to 10 is reported, nor one from which such a value could be derived by percentages or other reported cells
(resdac.org, "CMS Cell Size Suppression Policy", version of 26 January 2024).
"""


class Outcome(StrEnum):
    """What a reading after a series can say beside the baseline, by its instrument's own rules."""

    RESPONSE = "response"
    REMISSION = "remission"
    RELIABLY_BETTER = "reliably_better"


class Engagement(StrEnum):
    """By what people took part between their medicine visits."""

    CHECK_INS = "check_ins"
    INTEGRATION_VISITS = "integration_visits"


class Part(StrEnum):
    """One of the two groups of an engagement: half of what there was and more, or less than that."""

    MORE = "more"
    LESS = "less"


@dataclass(frozen=True)
class Split:
    """Exact counts of some people: of how many the outcome is unknown, and how many had each outcome for sure."""

    people: int
    unknown: int
    yes: Mapping[Outcome, int]


@dataclass(frozen=True)
class ToldSplit:
    """What may be told of a `Split`. None is not told. Where `unknown` is None, so is how many had no such outcome."""

    people: int
    unknown: int | None
    yes: Mapping[Outcome, int | None]


def told_of_two(part: int, people: int) -> int | None:
    """A part of people, where neither it nor the rest of them is too few."""
    return part if part >= FEWEST and people - part >= FEWEST else None


def none_or_enough(number: int) -> bool:
    """Whether a count that says nothing of anybody where it is none may be told."""
    return number == 0 or number >= FEWEST


def tell_split(split: Split) -> ToldSplit | None:
    """What may be told of it; None where even how many people they are may not.

    An outcome is told before the unknown: of how many of all people it is known. The unknown is told too where every
    outcome that is told leaves enough who did not have it.
    """
    if split.people < FEWEST:
        return None
    yes = {outcome: told_of_two(number, split.people) for outcome, number in split.yes.items()}
    unknown = split.unknown if _unknown_may_be_told(split, _told(yes)) else None
    return ToldSplit(split.people, unknown, yes)


def tell_parts(whole: ToldSplit, parts: Mapping[Part, Split]) -> dict[Part, ToldSplit]:
    """What may be told of the parts of those people: of each part the same, and no more than of the whole; else none.

    Where one part's number could not be told, the other's would give it away.
    """
    if any(part.people < FEWEST for part in parts.values()):
        return {}
    outcomes = [
        outcome
        for outcome in _told(whole.yes)
        if all(told_of_two(part.yes[outcome], part.people) is not None for part in parts.values())
    ]
    with_unknown = whole.unknown is not None and all(_unknown_may_be_told(part, outcomes) for part in parts.values())
    return {
        name: ToldSplit(
            part.people,
            part.unknown if with_unknown else None,
            {outcome: part.yes[outcome] if outcome in outcomes else None for outcome in whole.yes},
        )
        for name, part in parts.items()
    }


def _told(yes: Mapping[Outcome, int | None]) -> list[Outcome]:
    return [outcome for outcome, number in yes.items() if number is not None]


def _unknown_may_be_told(split: Split, outcomes: Iterable[Outcome]) -> bool:
    known = split.people - split.unknown
    enough_without = all(known - split.yes[outcome] >= FEWEST for outcome in outcomes)
    return none_or_enough(split.unknown) and none_or_enough(known) and enough_without
