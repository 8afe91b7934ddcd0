"""The rule engine by itself: what a medical director reviews."""

import hashlib
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.baseline import flags_of_measures, read_measures
from intake.domain.screening import WITHHELD, flags_of_answers, strongest
from intake.forms import form_of, newest_form
from shared.errors import Invalid
from shared.events.intake import FlagLevel

from .people import NO_TO_EVERYTHING, phq9

FORM = newest_form()
NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


def codes(flags: list) -> list[str]:
    return [flag.code for flag in flags]


def test_version_1_of_the_form_is_never_edited() -> None:
    """Answers were given to it. Whoever changes a question publishes a new version as a new file."""
    text = (files("intake") / "data" / "screening-form-1.json").read_bytes()
    assert hashlib.sha256(text).hexdigest() == "bacf265977eabe8c5ee164f2900b0220c45a869b556b3620d0cded5d635c794f"


def test_every_question_is_plain_and_has_a_rule_with_its_source() -> None:
    assert len({question.id for question in FORM.questions}) == len(FORM.questions) >= 20
    for question in FORM.questions:
        assert question.text.endswith("?")
        assert " you" in question.text.lower()
        assert question.source
        assert question.finding
    unverified = {question.id for question in FORM.questions if not question.verified}
    assert unverified == {"recent_heart_attack_or_stroke", "family_psychosis", "seizures"}


def test_every_area_that_the_medical_director_asked_for_is_asked_about() -> None:
    assert {question.domain for question in FORM.questions} == {
        "vascular",
        "blood_pressure",
        "cardiac",
        "psychosis",
        "mania",
        "pregnancy",
        "substances",
        "hepatic",
        "bladder",
        "eye_and_pressure",
        "airway",
        "medicines",
        "suicidality",
        "other",
    }


def test_no_to_everything_raises_nothing() -> None:
    assert flags_of_answers(FORM, NO_TO_EVERYTHING) == []


@given(
    st.dictionaries(st.sampled_from([question.id for question in FORM.questions]), st.sampled_from([True, False, None]))
)
def test_whatever_is_answered_each_question_is_a_no_or_a_flag(answers: dict[str, bool | None]) -> None:
    flagged = {flag.question: flag for flag in flags_of_answers(FORM, answers)}

    for question in FORM.questions:
        answer = answers.get(question.id)
        if answer is False:
            assert question.id not in flagged
        elif answer is None:
            assert flagged[question.id].code == f"{question.id}_unknown"
            assert flagged[question.id].level == FlagLevel.NEEDS_CLINICIAN
        else:
            assert flagged[question.id].code == f"{question.id}_yes"
            assert flagged[question.id].level == question.level


@pytest.mark.parametrize(
    ("question", "level"),
    [
        ("aneurysm_or_avm", "stop_until_clinician"),
        ("psychosis_now", "stop_until_clinician"),
        ("pregnancy", "stop_until_clinician"),
        ("substance_use", "stop_until_clinician"),
        ("thoughts_of_ending_life", "stop_until_clinician"),
        ("family_psychosis", "needs_clinician"),
        ("bladder", "needs_clinician"),
        ("airway", "needs_clinician"),
        ("bipolar", "info"),
    ],
)
def test_a_yes_asks_for_a_clinician_as_strongly_as_its_source_says(question: str, level: str) -> None:
    (flag,) = flags_of_answers(FORM, NO_TO_EVERYTHING | {question: True})

    assert (flag.code, flag.level, flag.question) == (f"{question}_yes", level, question)


def test_the_strongest_flag_gives_the_level() -> None:
    assert strongest([]) is None
    flags = flags_of_answers(FORM, NO_TO_EVERYTHING | {"bipolar": True})
    assert strongest(flags) == FlagLevel.INFO
    flags = flags_of_answers(FORM, NO_TO_EVERYTHING | {"bipolar": True, "seizures": None, "pregnancy": True})
    assert strongest(flags) == FlagLevel.STOP_UNTIL_CLINICIAN


def test_a_yes_that_became_a_no_is_flagged_as_strongly_as_the_yes_was() -> None:
    (flag,) = flags_of_answers(FORM, NO_TO_EVERYTHING, earlier_yes={"psychosis_now"})

    assert (flag.code, flag.level) == ("psychosis_now_changed", FlagLevel.STOP_UNTIL_CLINICIAN)


def test_a_flag_about_substance_use_does_not_say_what_it_is_when_it_leaves_intake() -> None:
    (flag,) = flags_of_answers(FORM, NO_TO_EVERYTHING | {"substance_use": True})

    assert flag.as_told().dump() == {"code": WITHHELD, "level": "stop_until_clinician"}


def test_an_absent_phq9_is_unknown_and_an_absent_gad7_is_nobodys_worry() -> None:
    assert codes(flags_of_measures(FORM.baseline, [])) == ["phq-9_unknown"]


def test_a_complete_phq9_is_scored_with_its_band() -> None:
    (measure,) = read_measures([phq9(2, at=NOW)], FORM.baseline, NOW)

    assert (measure.score, measure.band, measure.answered_at) == (18, "moderately_severe", NOW)
    assert measure.instrument_hash


def test_an_answer_to_item_9_asks_for_the_c_ssrs_and_shows_the_crisis_line() -> None:
    measures = read_measures([phq9(0, 0, 0, 0, 0, 0, 0, 0, 1, at=NOW)], FORM.baseline, NOW)

    (flag,) = flags_of_measures(FORM.baseline, measures)

    assert (flag.code, flag.level, flag.crisis) == ("phq9_item9", FlagLevel.NEEDS_CLINICIAN, True)
    assert "C-SSRS" in flag.reason


def test_an_unfinished_phq9_has_no_score_and_its_item_9_is_seen_nevertheless() -> None:
    measures = read_measures([phq9(None, 1, None, 0, 0, 0, 0, 0, 2, at=NOW)], FORM.baseline, NOW)

    assert measures[0].score is None
    assert measures[0].band is None
    flags = flags_of_measures(FORM.baseline, measures)
    assert codes(flags) == ["phq-9_incomplete", "phq9_item9"]
    assert "items 1, 3." in flags[0].reason


def test_an_unfinished_phq9_without_item_9_says_that_item_9_is_open() -> None:
    measures = read_measures([phq9(0, 0, 0, 0, 0, 0, 0, 0, None, at=NOW)], FORM.baseline, NOW)

    (flag,) = flags_of_measures(FORM.baseline, measures)
    assert flag.code == "phq-9_incomplete"
    assert "items 9." in flag.reason


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (None, "authored_missing"),
        (NOW + timedelta(minutes=6), "authored_in_future"),
        (NOW - timedelta(days=60, seconds=1), "authored_too_old"),
    ],
)
def test_a_measure_says_when_it_was_answered_and_that_was_lately(at: datetime | None, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_measures([phq9(1, at=at)], FORM.baseline, NOW)

    assert refusal.value.code == code
    assert refusal.value.errors[0]["path"] == "/measures/0/authored"


@pytest.mark.parametrize("at", [NOW + timedelta(minutes=5), NOW, NOW - timedelta(days=60)])
def test_a_clock_that_is_five_minutes_fast_and_an_answer_of_sixty_days_ago_are_taken(at: datetime) -> None:
    (measure,) = read_measures([phq9(1, at=at)], FORM.baseline, NOW)

    assert measure.answered_at == at


def test_the_same_measure_twice_is_refused_for_nobody_could_say_which_is_the_baseline() -> None:
    with pytest.raises(Invalid) as refusal:
        read_measures([phq9(1, at=NOW), phq9(2, at=NOW)], FORM.baseline, NOW)

    assert refusal.value.code == "measure_given_twice"


def test_what_is_wrong_with_a_response_is_named_by_its_place_and_never_quoted() -> None:
    response = phq9(1, at=NOW) | {"status": "in-progress"}

    with pytest.raises(Invalid) as refusal:
        read_measures([phq9(1, at=NOW), response], FORM.baseline, NOW)

    assert refusal.value.code == "questionnaire_response_invalid"
    assert [error["path"] for error in refusal.value.errors] == ["/measures/1/status"]


def test_a_version_of_the_form_that_there_is_not_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        form_of("0")
    assert refusal.value.code == "form_version_unknown"
