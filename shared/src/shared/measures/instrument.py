"""What an instrument is: frozen data, from one file, that scoring, forms and change rules all work from."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Direction = Literal["lower_is_better", "higher_is_better", "neither"]
"""Which way a total should move. `"neither"` is for depth of experience, which has no good or bad."""


@dataclass(frozen=True, slots=True)
class Licence:
    """Whether the item texts may be shipped, and the notices that must be shown with them."""

    text: Literal["may_ship"]
    notices: tuple[str, ...]
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be ticked: the integer that counts, and the code and words that stand for it."""

    value: int
    system: str
    code: str
    display: str


@dataclass(frozen=True, slots=True)
class Risk:
    """An answer of `at_least` this value calls for `action`, whatever the total is."""

    at_least: int
    action: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One question; answers run from `minimum` to `maximum`, both included.

    `link_id` is the LOINC code where the item has one. An item that is not `scored` (functional difficulty)
    may stay unanswered and never counts. `options` is empty for a free number, such as a 0-100 line.
    """

    link_id: str
    loinc: str | None
    text: str
    minimum: int
    maximum: int
    scored: bool
    reversed: bool
    options: tuple[Option, ...]
    risk: Risk | None

    def points(self, answer: int) -> int:
        """What this answer adds to the total: itself, or its mirror image when the item is reversed."""
        return self.minimum + self.maximum - answer if self.reversed else answer

    def said(self, answer: int | None) -> str | int:
        """An answer in the words that were ticked, a free number as it is."""
        if answer is None:
            return "not answered"
        return next((option.display for option in self.options if option.value == answer), answer)


@dataclass(frozen=True, slots=True)
class Subscale:
    """A named part of the total: the sum of its items."""

    code: str
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A severity band, both ends included. It describes a total; it is not a diagnosis."""

    code: str
    title: str
    low: int
    high: int
    source: str
    verified: bool


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
    smallest difference, in points and in either direction, that matters to a person.
    """

    response_percent: Threshold | None
    remission_below: Threshold | None
    meaningful_points: Threshold | None


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one instrument; `content_hash` is the SHA-256 of everything that its file says.

    `look_back_days` is how far back the questions ask (None: the moment itself). `bands` is empty where none
    are published; otherwise they cover every total from `lowest` to `highest` without a gap.
    """

    id: str
    version: int
    content_hash: str
    title: str
    loinc_panel: str | None
    loinc_total: str | None
    direction: Direction
    look_back_days: int | None
    licence: Licence
    stem: str
    missing_items: Literal["none_allowed"]
    items: tuple[Item, ...]
    subscales: tuple[Subscale, ...]
    bands: tuple[Band, ...]
    change_rules: ChangeRules

    @property
    def scored_items(self) -> tuple[Item, ...]:
        """The items that make up the total."""
        return tuple(item for item in self.items if item.scored)

    @property
    def by_link_id(self) -> Mapping[str, Item]:
        """Every item, scored or not, in the order in which it is asked."""
        return {item.link_id: item for item in self.items}

    @property
    def lowest(self) -> int:
        """The smallest total that there can be."""
        return sum(item.minimum for item in self.scored_items)

    @property
    def highest(self) -> int:
        """The largest total that there can be."""
        return sum(item.maximum for item in self.scored_items)

    def band(self, total: int) -> Band | None:
        """The band that holds this total; None when the instrument has no bands."""
        return next((band for band in self.bands if band.low <= total <= band.high), None)

    def in_words(self, answers: Mapping[str, int | None]) -> dict[str, str | int]:
        """What was asked and what was answered, in its own words. An answer to what it does not ask is left out."""
        return {item.text: item.said(answers[item.link_id]) for item in self.items if item.link_id in answers}
