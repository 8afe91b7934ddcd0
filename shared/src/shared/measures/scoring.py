"""From answers to a score, or to a refusal that names what is missing: never a silent zero."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from shared.measures.answers import (
    AnsweredThoughSkipped,
    Incomplete,
    RiskAnswer,
    asked,
    known_answers,
    risk_answers,
    unanswered,
)
from shared.measures.instrument import Band, Instrument
from shared.measures.rules import Criterion, ItemsAtLeast, Note


@dataclass(frozen=True, slots=True)
class Score:
    """A total with all that explains it later; `band` is None where the instrument publishes none.

    `total` is the sum of the items, a whole number, and `shown` what people read (a WHO-5 of 9 is shown as 36). A
    triage has neither, and its level as the `band`. `criteria` says of each finding, by its code, whether it holds;
    `notes` are those that belong to these answers.
    """

    instrument_id: str
    instrument_version: int
    instrument_hash: str
    total: int | None
    shown: int | Decimal | None
    band: Band | None
    subscales: Mapping[str, int]
    criteria: Mapping[str, bool]
    notes: tuple[Note, ...]
    risk_items: tuple[RiskAnswer, ...]


def score(instrument: Instrument, answers: Mapping[str, int | None]) -> Score:
    """The score of a complete set of answers, by linkId; an absent or None answer is unknown, never zero.

    Items that are not scored may be left out. What the instrument's own rule skips is neither missing nor unknown, and
    counts 0; there, only the lowest answer ("no") is taken, for it says the same. Raises UnknownItem, OutOfRange,
    Incomplete or AnsweredThoughSkipped, in that order.
    """
    given = known_answers(instrument, answers)
    missing = unanswered(instrument, given)
    if missing:
        raise Incomplete(missing)
    _refuse_skipped(instrument, given)
    # What is skipped by rule starts at 0, and is never reversed: the shape of the files sees to that.
    points = {item.link_id: item.points(given.get(item.link_id, 0)) for item in instrument.scored_items}
    total = sum(points.values()) if instrument.has_total else None
    subscales = {one.code: sum(points[link_id] for link_id in one.items) for one in instrument.subscales}
    return Score(
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        instrument_hash=instrument.content_hash,
        total=total,
        shown=None if total is None else instrument.shown(total),
        band=instrument.band(_rank(instrument, points) if total is None else total),
        subscales=MappingProxyType(subscales),
        criteria=MappingProxyType(
            {one.code: _holds(one, instrument, points, subscales) for one in instrument.criteria}
        ),
        notes=tuple(note for note in instrument.notes if note.is_for(total, points)),
        risk_items=risk_answers(instrument, given),
    )


def _refuse_skipped(instrument: Instrument, given: Mapping[str, int]) -> None:
    is_asked, items = asked(instrument, given), instrument.by_link_id
    against = tuple(
        link_id for link_id, answer in given.items() if not is_asked[link_id] and answer > items[link_id].minimum
    )
    if against:
        raise AnsweredThoughSkipped(against)


def _rank(instrument: Instrument, points: Mapping[str, int]) -> int:
    """Of a triage, the highest level that any answer leads to."""
    return max(
        (rank for rank, level in enumerate(instrument.levels) if any(one.holds(points) for one in level.any_of)),
        default=0,
    )


def _holds(
    criterion: Criterion, instrument: Instrument, points: Mapping[str, int], subscales: Mapping[str, int]
) -> bool:
    highest = {one.code: instrument.highest_of(one) for one in instrument.subscales}
    return all(
        requirement.holds(points)
        if isinstance(requirement, ItemsAtLeast)
        else requirement.holds(subscales[requirement.subscale], highest[requirement.subscale])
        for requirement in criterion.all_of
    )
