"""One question of an instrument, and what may be answered."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be ticked: the integer that counts, and the code and words that stand for it.

    `display` is "" where the words may not ship and nobody has loaded them.
    """

    value: int
    system: str
    code: str
    display: str


@dataclass(frozen=True, slots=True)
class Risk:
    """An answer of `at_least` this value calls for `action`, whatever the total is.

    Actions: `administer_c_ssrs`, `clinician_same_day`, `evaluate_at_once`.
    """

    at_least: int
    action: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the item `link_id` was answered with `at_least` this value."""

    link_id: str
    at_least: int

    def holds(self, answers: Mapping[str, int]) -> bool | None:
        """None while that item is unanswered."""
        answer = answers.get(self.link_id)
        return None if answer is None else answer >= self.at_least


@dataclass(frozen=True, slots=True)
class Item:
    """One question; answers run from `minimum` to `maximum`, both included.

    `link_id` is the LOINC code where the item has one; no two instruments share one, but for the question about
    difficulty that PHQ-9 and GAD-7 have in common. An item that is not `scored` (functional difficulty) may stay
    unanswered and never counts. `text` is "" where it may not ship and nobody has loaded it. `options` is empty for a
    free number, such as a 0-100 line; `answer_list` is what the instrument's file calls the options. An item with
    `asked_if` is skipped when that does not hold.
    """

    link_id: str
    loinc: str | None
    text: str
    minimum: int
    maximum: int
    scored: bool
    reversed: bool
    answer_list: str | None
    options: tuple[Option, ...]
    risk: Risk | None
    asked_if: Condition | None

    def points(self, answer: int) -> int:
        """What this answer adds to the total: itself, or its mirror image when the item is reversed."""
        return self.minimum + self.maximum - answer if self.reversed else answer

    def said(self, answer: int | None) -> str | int:
        """An answer in the words that were ticked; a free number, or one without words, as it is."""
        if answer is None:
            return "not answered"
        return next((option.display for option in self.options if option.value == answer and option.display), answer)
