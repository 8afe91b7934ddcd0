"""Totals worked out by hand, and the promise that what was not answered is never taken for a zero."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from measures.made_up import answered

from shared.measures import (
    Incomplete,
    Instrument,
    OutOfRange,
    RiskAnswer,
    UnknownItem,
    load_instrument,
    read_instrument,
    risk_answers,
    score,
)

# Each row was added up by hand; together they stand on both edges of every band.
PHQ9 = [
    ((0, 0, 0, 0, 0, 0, 0, 0, 0), 0, "none_minimal"),
    ((1, 1, 1, 1, 0, 0, 0, 0, 0), 4, "none_minimal"),
    ((1, 1, 1, 1, 1, 0, 0, 0, 0), 5, "mild"),
    ((1, 1, 1, 1, 1, 1, 1, 1, 1), 9, "mild"),
    ((2, 1, 1, 1, 1, 1, 1, 1, 1), 10, "moderate"),
    ((2, 2, 2, 2, 2, 2, 2, 0, 0), 14, "moderate"),
    ((3, 3, 3, 3, 3, 0, 0, 0, 0), 15, "moderately_severe"),
    ((3, 3, 2, 2, 2, 2, 2, 2, 0), 18, "moderately_severe"),
    ((3, 2, 2, 2, 2, 2, 2, 2, 2), 19, "moderately_severe"),
    ((3, 3, 2, 2, 2, 2, 2, 2, 2), 20, "severe"),
    ((3, 3, 3, 3, 3, 3, 3, 3, 3), 27, "severe"),
]
GAD7 = [
    ((0, 0, 0, 0, 0, 0, 0), 0, "none_minimal"),
    ((0, 0, 0, 0, 0, 1, 3), 4, "none_minimal"),
    ((0, 0, 0, 0, 0, 2, 3), 5, "mild"),
    ((1, 1, 1, 1, 1, 1, 3), 9, "mild"),
    ((1, 1, 1, 1, 1, 2, 3), 10, "moderate"),
    ((2, 2, 2, 2, 2, 2, 2), 14, "moderate"),
    ((2, 2, 2, 2, 2, 2, 3), 15, "severe"),
    ((3, 3, 3, 3, 3, 3, 3), 21, "severe"),
]


@pytest.mark.parametrize(
    ("instrument_id", "answers", "total", "band"),
    [("phq-9", *row) for row in PHQ9] + [("gad-7", *row) for row in GAD7],
)
def test_answers_add_up_to_the_total_and_band_worked_out_by_hand(
    instrument_id: str, answers: Sequence[int], total: int, band: str
) -> None:
    instrument = load_instrument(instrument_id)

    scored = score(instrument, answered(instrument, *answers))

    assert (scored.total, scored.band and scored.band.code) == (total, band)


def test_a_score_says_which_text_and_which_rules_it_was_made_with(phq9: Instrument) -> None:
    scored = score(phq9, answered(phq9, *[1] * 9))

    assert (scored.instrument_id, scored.instrument_version) == ("phq-9", 1)
    assert scored.instrument_hash == phq9.content_hash
    assert dict(scored.subscales) == {}


@pytest.mark.parametrize("difficulty", [0, 3, None])
def test_functional_difficulty_never_counts(phq9: Instrument, difficulty: int | None) -> None:
    answers = answered(phq9, 3, 3, 2, 2, 2, 2, 2, 2, 0) | {"69722-7": difficulty}

    assert score(phq9, answers).total == 18


def test_a_reversed_item_counts_the_other_way_and_subscales_add_up_their_own_items(wellbeing: Instrument) -> None:
    scored = score(wellbeing, {"rested": 2, "worn-out": 0, "line": 7})

    assert scored.total == 2 + 2 + 7
    assert dict(scored.subscales) == {"body": 4, "line": 7}
    assert scored.band is None


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_any_answer_but_not_at_all_to_the_ninth_question_calls_for_the_c_ssrs(phq9: Instrument, answer: int) -> None:
    scored = score(phq9, answered(phq9, *[0] * 8, answer))

    assert scored.band is not None
    assert scored.band.code == "none_minimal"
    assert scored.risk_items == (RiskAnswer("44260-8", answer, "administer_c_ssrs"),)


def test_not_at_all_to_the_ninth_question_raises_no_risk_at_any_total(phq9: Instrument) -> None:
    assert score(phq9, answered(phq9, *[3] * 8, 0)).risk_items == ()


def test_the_ninth_question_is_heard_before_the_form_is_finished(phq9: Instrument) -> None:
    unfinished = {"44260-8": 2}

    with pytest.raises(Incomplete):
        score(phq9, unfinished)
    assert risk_answers(phq9, unfinished) == (RiskAnswer("44260-8", 2, "administer_c_ssrs"),)


def test_an_unanswered_risk_question_is_not_listed_as_a_risk_but_stops_the_score(phq9: Instrument) -> None:
    answers = answered(phq9, *[0] * 8, None)

    assert risk_answers(phq9, answers) == ()
    with pytest.raises(Incomplete) as refused:
        score(phq9, answers)
    assert refused.value.link_ids == ("44260-8",)


def test_the_refusal_names_every_unanswered_question_whether_blank_or_absent(phq9: Instrument) -> None:
    answers = answered(phq9, *[1] * 9)
    answers["44259-0"] = None
    del answers["44252-5"]

    with pytest.raises(Incomplete) as refused:
        score(phq9, answers)

    assert refused.value.link_ids == ("44259-0", "44252-5")
    assert str(refused.value) == "Unanswered: 44259-0, 44252-5."


@pytest.mark.parametrize("answer", [-1, 4, True, 1.0, "1"])
def test_an_answer_outside_the_range_is_refused_by_name_without_being_repeated(phq9: Instrument, answer: Any) -> None:
    with pytest.raises(OutOfRange) as refused:
        score(phq9, answered(phq9, *[0] * 8, answer))

    assert (refused.value.link_id, refused.value.minimum, refused.value.maximum) == ("44260-8", 0, 3)
    assert str(refused.value) == "The answer to 44260-8 must be a whole number from 0 to 3."


def test_the_unscored_question_has_a_range_too(phq9: Instrument) -> None:
    with pytest.raises(OutOfRange, match="69722-7"):
        score(phq9, answered(phq9, *[0] * 9) | {"69722-7": 4})


def test_an_answer_to_a_question_that_is_not_asked_is_refused_by_name(phq9: Instrument, gad7: Instrument) -> None:
    with pytest.raises(UnknownItem) as refused:
        score(phq9, answered(gad7, *[0] * 7))

    assert refused.value.link_ids == tuple(item.link_id for item in gad7.scored_items)
    assert str(refused.value).startswith("phq-9 does not ask 69725-0, 68509-9")


def test_a_new_instrument_needs_nothing_but_its_file(wellbeing_file: dict[str, Any]) -> None:
    wellbeing_file["items"] = wellbeing_file["items"][:1]
    wellbeing_file["subscales"] = []

    instrument = read_instrument(json.dumps(wellbeing_file).encode())

    assert score(instrument, {"rested": 2}).total == 2
