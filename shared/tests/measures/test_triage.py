"""The C-SSRS screener: a level and no total, and every yes that calls for somebody is heard."""

from datetime import date
from itertools import product

import pytest

from shared.measures import (
    AnsweredThoughSkipped,
    Incomparable,
    Incomplete,
    Instrument,
    Reading,
    change,
    load_instrument,
    risk_answers,
    score,
    unanswered,
)

Q1, Q2, Q3, Q4, Q5, Q6, LATELY = "93246-7", "93247-5", "93248-3", "93249-1", "93250-9", "93267-3", "93269-9"


@pytest.fixture
def screener() -> Instrument:
    return load_instrument("c-ssrs-screener")


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        pytest.param({Q1: 0, Q2: 0, Q6: 0}, "none_reported", id="no to all that is asked"),
        pytest.param({Q1: 1, Q2: 0, Q6: 0}, "low", id="1"),
        pytest.param({Q1: 0, Q2: 1, Q3: 0, Q4: 0, Q5: 0, Q6: 0}, "low", id="2"),
        pytest.param({Q1: 1, Q2: 1, Q3: 1, Q4: 0, Q5: 0, Q6: 0}, "moderate", id="3"),
        pytest.param({Q1: 0, Q2: 0, Q6: 1, LATELY: 0}, "moderate", id="6, in a lifetime"),
        pytest.param({Q1: 0, Q2: 0, Q6: 1, LATELY: 1}, "high", id="6, within three months"),
        pytest.param({Q1: 1, Q2: 1, Q3: 0, Q4: 1, Q5: 0, Q6: 0}, "high", id="4"),
        pytest.param({Q1: 1, Q2: 1, Q3: 0, Q4: 0, Q5: 1, Q6: 0}, "high", id="5"),
        pytest.param({Q1: 1, Q2: 1, Q3: 1, Q4: 1, Q5: 1, Q6: 1, LATELY: 1}, "high", id="yes to all"),
    ],
)
def test_the_highest_yes_decides_the_level_and_nothing_is_added_up(
    screener: Instrument, answers: dict[str, int], level: str
) -> None:
    scored = score(screener, answers)

    assert (scored.total, scored.shown) == (None, None)
    assert scored.band is not None
    assert scored.band.code == level


def test_the_levels_are_ranked_from_the_lowest(screener: Instrument) -> None:
    assert [(band.code, band.low, band.high) for band in screener.bands] == [
        ("none_reported", 0, 0),
        ("low", 1, 1),
        ("moderate", 2, 2),
        ("high", 3, 3),
    ]
    assert (screener.lowest, screener.highest, screener.has_total) == (0, 3, False)


def test_a_no_to_the_second_question_leads_to_the_sixth(screener: Instrument) -> None:
    assert unanswered(screener, {}) == (Q1, Q2, Q6)
    assert unanswered(screener, {Q1: 0, Q2: 0}) == (Q6,)
    assert unanswered(screener, {Q1: 0, Q2: 1}) == (Q3, Q4, Q5, Q6)
    assert unanswered(screener, {Q1: 0, Q2: 0, Q6: 0}) == ()


def test_a_yes_to_the_sixth_question_asks_about_the_last_three_months(screener: Instrument) -> None:
    assert unanswered(screener, {Q1: 0, Q2: 0, Q6: 1}) == (LATELY,)
    with pytest.raises(Incomplete, match=LATELY):
        score(screener, {Q1: 0, Q2: 0, Q6: 1})


@pytest.mark.parametrize("missing", [Q1, Q2, Q3, Q6])
def test_what_is_asked_and_not_answered_is_unknown_and_never_a_no(screener: Instrument, missing: str) -> None:
    answers: dict[str, int | None] = {Q1: 1, Q2: 1, Q3: 0, Q4: 0, Q5: 0, Q6: 0, missing: None}

    with pytest.raises(Incomplete) as refused:
        score(screener, answers)

    assert missing in refused.value.link_ids


@pytest.mark.parametrize(
    ("link_id", "action"),
    [
        (Q3, "clinician_same_day"),
        (Q4, "evaluate_at_once"),
        (Q5, "evaluate_at_once"),
        (Q6, "clinician_same_day"),
        (LATELY, "evaluate_at_once"),
    ],
)
def test_a_yes_to_3_4_5_or_6_is_heard_before_anything_else_is_answered(
    screener: Instrument, link_id: str, action: str
) -> None:
    assert [(risk.link_id, risk.action) for risk in risk_answers(screener, {link_id: 1})] == [(link_id, action)]
    assert risk_answers(screener, {link_id: 0}) == ()


def test_a_yes_to_1_or_2_alone_calls_for_nobody_at_once(screener: Instrument) -> None:
    assert risk_answers(screener, {Q1: 1, Q2: 1}) == ()


def test_a_yes_where_nothing_was_to_be_asked_is_not_scored_but_heard(screener: Instrument) -> None:
    contradicting = {Q1: 0, Q2: 0, Q4: 1, Q6: 0}

    with pytest.raises(AnsweredThoughSkipped, match=Q4) as refused:
        score(screener, contradicting)

    assert refused.value.link_ids == (Q4,)
    assert [risk.link_id for risk in risk_answers(screener, contradicting)] == [Q4]


def test_a_no_where_nothing_was_to_be_asked_says_the_same_as_silence(screener: Instrument) -> None:
    scored = score(screener, {Q1: 1, Q2: 0, Q3: 0, Q4: 0, Q5: 0, Q6: 0, LATELY: 0})

    assert scored.band is not None
    assert scored.band.code == "low"


def test_each_set_of_answers_has_the_level_of_the_rule_said_aloud(screener: Instrument) -> None:
    for q1, q2, q3, q4, q5, q6, lately in product((0, 1), repeat=7):
        if (not q2 and (q3 or q4 or q5)) or (lately and not q6):
            continue
        high, moderate, low = q4 or q5 or lately, q3 or q6, q1 or q2

        scored = score(
            screener, dict(zip((Q1, Q2, Q3, Q4, Q5, Q6, LATELY), (q1, q2, q3, q4, q5, q6, lately), strict=True))
        )

        assert scored.band is not None
        assert scored.band.code == ("high" if high else "moderate" if moderate else "low" if low else "none_reported")


def test_since_the_last_contact_whatever_was_done_is_recent() -> None:
    since = load_instrument("c-ssrs-since-last-contact")
    asked = [item.link_id for item in since.items]
    no = dict.fromkeys((asked[0], asked[1], asked[5]), 0)

    assert len(asked) == 6
    assert [score(since, no | {asked[5]: done}).band for done in (0, 1)] == [since.bands[0], since.bands[3]]
    assert [risk.action for risk in risk_answers(since, {asked[5]: 1})] == ["evaluate_at_once"]
    assert not since.bands[3].verified


def test_levels_are_not_subtracted(screener: Instrument) -> None:
    with pytest.raises(Incomparable, match="no total"):
        change(screener, Reading(3, date(2027, 2, 10)), Reading(1, date(2027, 3, 10)))


@pytest.mark.parametrize(("answer", "heard"), [(0, 0), (1, 0), (2, 1), (6, 1)])
def test_the_tenth_item_of_a_madrs_is_heard_from_fleeting_thoughts_on(answer: int, heard: int) -> None:
    found = risk_answers(load_instrument("madrs"), {"madrs-10": answer})

    assert [risk.action for risk in found] == ["administer_c_ssrs"] * heard
