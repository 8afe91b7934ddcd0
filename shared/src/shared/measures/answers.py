"""Which answers there are, which are missing, and which call for action, finished or not."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.measures.instrument import Instrument


class Unscorable(ValueError):  # noqa: N818 - an error is named for what is wrong.
    """These answers cannot be scored. Its messages name items, never what was answered."""


class UnknownItem(Unscorable):
    """Answers were given to `link_ids` that this instrument does not ask."""

    def __init__(self, instrument: Instrument, link_ids: tuple[str, ...]) -> None:
        super().__init__(f"{instrument.id} does not ask {', '.join(link_ids)}.")
        self.link_ids = link_ids


class OutOfRange(Unscorable):
    """The answer to `link_id` is not a whole number from `minimum` to `maximum`."""

    def __init__(self, link_id: str, minimum: int, maximum: int) -> None:
        super().__init__(f"The answer to {link_id} must be a whole number from {minimum} to {maximum}.")
        self.link_id = link_id
        self.minimum = minimum
        self.maximum = maximum


class Incomplete(Unscorable):
    """The scored items `link_ids` have no answer, and this instrument's rule allows none to be missing."""

    def __init__(self, link_ids: tuple[str, ...]) -> None:
        super().__init__(f"Unanswered: {', '.join(link_ids)}.")
        self.link_ids = link_ids


class AnsweredThoughSkipped(Unscorable):
    """`link_ids` were answered with more than their lowest answer, though the answers before had them skipped.

    One of the two is a slip, and which one is for a person to find out. `risk_answers` hears them all the same.
    """

    def __init__(self, link_ids: tuple[str, ...]) -> None:
        super().__init__(f"Answered, though by the answers before not asked: {', '.join(link_ids)}.")
        self.link_ids = link_ids


@dataclass(frozen=True, slots=True)
class RiskAnswer:
    """An item answered at or above its risk level, and what that calls for (`administer_c_ssrs`)."""

    link_id: str
    answer: int
    action: str


def known_answers(instrument: Instrument, answers: Mapping[str, int | None]) -> dict[str, int]:
    """The answers that were given, checked, in the instrument's order. Raises UnknownItem or OutOfRange."""
    items = instrument.by_link_id
    strangers = tuple(link_id for link_id in answers if link_id not in items)
    if strangers:
        raise UnknownItem(instrument, strangers)
    given: dict[str, int] = {}
    for link_id, item in items.items():
        answer = answers.get(link_id)
        if answer is None:
            continue
        # `type` and not `isinstance`: True is an int to Python, and a ticked box is not an answer of 1.
        if type(answer) is not int or not item.minimum <= answer <= item.maximum:
            raise OutOfRange(link_id, item.minimum, item.maximum)
        given[link_id] = answer
    return given


def asked(instrument: Instrument, given: Mapping[str, int]) -> dict[str, bool | None]:
    """Which items the answers so far have asked; None where that hangs on an item that is not answered yet."""
    found: dict[str, bool | None] = {}
    for item in instrument.items:
        gate = item.asked_if
        # A question that was skipped itself skips all that hangs on it, whatever was answered to it.
        found[item.link_id] = True if gate is None else found[gate.link_id] and gate.holds(given)
    return found


def unanswered(instrument: Instrument, answers: Mapping[str, int | None]) -> tuple[str, ...]:
    """The scored items that still need an answer, in order. What is skipped by the instrument's own rule needs none.

    What hangs on an unanswered item is not among them yet. Raises UnknownItem or OutOfRange.
    """
    given = known_answers(instrument, answers)
    is_asked = asked(instrument, given)
    return tuple(
        item.link_id for item in instrument.scored_items if is_asked[item.link_id] and item.link_id not in given
    )


def risk_answers(instrument: Instrument, answers: Mapping[str, int | None]) -> tuple[RiskAnswer, ...]:
    """The answers so far that call for action, even when the form is unfinished and cannot be scored.

    An unanswered risk item is not listed, and that is no reassurance: it is unknown. An answer is heard even where the
    item should have been skipped. Raises UnknownItem or OutOfRange.
    """
    given = known_answers(instrument, answers)
    return tuple(
        RiskAnswer(item.link_id, given[item.link_id], item.risk.action)
        for item in instrument.items
        if item.risk and item.link_id in given and given[item.link_id] >= item.risk.at_least
    )
