"""From answers to a score, or to a refusal that names what is missing: never a silent zero."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.measures.instrument import Band, Instrument


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


@dataclass(frozen=True, slots=True)
class RiskAnswer:
    """An item answered at or above its risk level, and what that calls for (`administer_c_ssrs`)."""

    link_id: str
    answer: int
    action: str


@dataclass(frozen=True, slots=True)
class Score:
    """A total with all that explains it later; `band` is None where the instrument publishes none."""

    instrument_id: str
    instrument_version: int
    instrument_hash: str
    total: int
    band: Band | None
    subscales: Mapping[str, int]
    risk_items: tuple[RiskAnswer, ...]


def score(instrument: Instrument, answers: Mapping[str, int | None]) -> Score:
    """The score of a complete set of answers, by linkId; an absent or None answer is unknown, never zero.

    Items that are not scored may be left out. Raises UnknownItem, OutOfRange or Incomplete, in that order.
    """
    given = known_answers(instrument, answers)
    unanswered = tuple(item.link_id for item in instrument.scored_items if item.link_id not in given)
    if unanswered:
        raise Incomplete(unanswered)
    points = {item.link_id: item.points(given[item.link_id]) for item in instrument.scored_items}
    total = sum(points.values())
    return Score(
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        instrument_hash=instrument.content_hash,
        total=total,
        band=instrument.band(total),
        subscales=MappingProxyType(
            {subscale.code: sum(points[link_id] for link_id in subscale.items) for subscale in instrument.subscales}
        ),
        risk_items=risk_answers(instrument, given),
    )


def risk_answers(instrument: Instrument, answers: Mapping[str, int | None]) -> tuple[RiskAnswer, ...]:
    """The answers so far that call for action, even when the form is unfinished and cannot be scored.

    An unanswered risk item is not listed, and that is no reassurance: it is unknown. Raises UnknownItem or
    OutOfRange.
    """
    given = known_answers(instrument, answers)
    return tuple(
        RiskAnswer(item.link_id, given[item.link_id], item.risk.action)
        for item in instrument.items
        if item.risk and item.link_id in given and given[item.link_id] >= item.risk.at_least
    )


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
