"""Answers and words that nobody gave: what several tests of measures need."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import strategies as st

from shared.measures import Instrument, InvalidResponse, Wording, instruments, read_response


def answered(instrument: Instrument, *answers: int | None) -> dict[str, int | None]:
    """One answer for each scored item, in order."""
    return dict(zip((item.link_id for item in instrument.scored_items), answers, strict=True))


def wording_for(instrument: Instrument, **changes: Any) -> Wording:
    """Words for every item and answer, made up, so that an instrument whose text may not ship can be asked."""
    lists = {item.answer_list: item.options for item in instrument.items if item.answer_list}
    words: dict[str, Any] = {
        "language": "en",
        "permission": "Letter of the owner, 3 May 2027, in the clinic's safe",
        "stem": "Made-up instruction",
        "items": {item.link_id: f"Made-up question {number}" for number, item in enumerate(instrument.items, 1)},
        "options": {
            name: {option.code: f"Answer {option.value}" for option in options} for name, options in lists.items()
        },
    }
    return Wording(**(words | changes))


def askable() -> tuple[Instrument, ...]:
    """Every instrument that can be asked, with made-up words where a clinic would load them."""
    return tuple(
        one.worded(wording_for(one)) if one.licence.text == "clinic_loads" else one
        for one in instruments()
        if one.licence.text != "paper_only"
    )


@st.composite
def complete(draw: st.DrawFn) -> tuple[Instrument, dict[str, int | None]]:
    """An instrument with an answer to each scored item that its own rule does not skip."""
    instrument = draw(st.sampled_from(instruments()))
    answers: dict[str, int | None] = {}
    for item in instrument.scored_items:
        gate = item.asked_if
        if gate is None or (answers.get(gate.link_id) or 0) >= gate.at_least:
            answers[item.link_id] = draw(st.integers(item.minimum, item.maximum))
    return instrument, answers


def refusal(resource: object, known: Sequence[Instrument] | None = None) -> list[tuple[str, str]]:
    """Where and why a response is refused."""
    with pytest.raises(InvalidResponse) as refused:
        read_response(resource, known)
    assert all(set(error) == {"path", "message"} for error in refused.value.errors)
    assert all(error["message"] in str(refused.value) for error in refused.value.errors)
    return [(error["path"], error["message"]) for error in refused.value.errors]
