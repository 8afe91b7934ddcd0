"""Answers read from FHIR R4: what is read is certain."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from measures.made_up import wording_for

from shared.measures import Incomplete, Instrument, load_instrument, read_response, score, write_response

BASELINE = (3, 3, 2, 2, 2, 2, 2, 2, 0)


def test_a_response_gives_the_answers_of_the_form_in_order_and_the_score_follows(
    phq9: Instrument, resource: dict[str, Any], noon: datetime
) -> None:
    read = read_response(resource)

    assert read.instrument is phq9
    assert list(read.answers) == list(phq9.by_link_id)
    assert read.answers["69722-7"] is None
    assert read.authored == noon
    assert score(read.instrument, read.answers).total == 18


@pytest.mark.parametrize(
    "name",
    [
        "urn:afterglow:questionnaire:phq-9|1",
        "urn:afterglow:questionnaire:phq-9",
        "http://loinc.org/q/44249-1",
        "http://loinc.org/q/44249-1|2.78",
    ],
)
def test_a_form_may_be_named_by_our_canonical_or_by_loincs(resource: dict[str, Any], name: str) -> None:
    resource["questionnaire"] = name

    assert read_response(resource).instrument.id == "phq-9"


def test_an_answer_may_be_given_as_a_number(resource: dict[str, Any]) -> None:
    for item, answer in zip(resource["item"], BASELINE, strict=True):
        item["answer"] = [{"valueInteger": answer}]

    read = read_response(resource)

    assert score(read.instrument, read.answers).total == 18


def test_a_coded_answer_needs_no_words_and_may_be_worded_in_another_language(resource: dict[str, Any]) -> None:
    del resource["item"][0]["answer"][0]["valueCoding"]["display"]
    resource["item"][1]["answer"][0]["valueCoding"]["display"] = "Casi todos los días"

    read = read_response(resource)

    assert (read.answers["44250-9"], read.answers["44255-8"]) == (3, 3)


def test_a_question_left_out_or_left_blank_is_unknown_and_stops_the_score(resource: dict[str, Any]) -> None:
    del resource["item"][0]["answer"]
    del resource["item"][8]

    read = read_response(resource)

    assert (read.answers["44250-9"], read.answers["44260-8"]) == (None, None)
    with pytest.raises(Incomplete, match="44250-9, 44260-8"):
        score(read.instrument, read.answers)


def test_the_subject_is_not_read_because_a_reference_in_a_file_proves_nothing(resource: dict[str, Any]) -> None:
    plain = read_response(resource)
    resource["subject"] = {"reference": "Patient/somebody-else"}

    assert read_response(resource) == plain


def test_the_instruction_text_may_come_back_as_an_item(resource: dict[str, Any]) -> None:
    resource["item"].insert(0, {"linkId": "stem", "text": "Over the last 2 weeks"})

    assert read_response(resource).answers["44250-9"] == 3


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("2027-02-10T07:00:00-05:00", 0),
        ("2027-02-10T12:00:00.000Z", 0),
        ("2027-02-10T12:00:00.123456789Z", 123456),
    ],
)
def test_the_time_of_answering_is_read_in_utc(
    resource: dict[str, Any], noon: datetime, text: str, microseconds: int
) -> None:
    resource["authored"] = text

    read = read_response(resource)

    assert read.authored == noon + timedelta(microseconds=microseconds)
    assert read.authored is not None
    assert read.authored.tzinfo is UTC


def test_a_gad7_is_read_by_its_own_codes() -> None:
    gad7 = load_instrument("gad-7")
    resource = write_response(gad7, {item.link_id: 2 for item in gad7.scored_items}, None)
    resource["questionnaire"] = "http://loinc.org/q/69737-5"

    read = read_response(resource)

    assert score(read.instrument, read.answers).total == 14


@pytest.mark.parametrize("answer", [{"valueBoolean": True}, {"valueInteger": 1}])
def test_a_yes_may_be_given_as_true_or_as_one(answer: dict[str, Any]) -> None:
    resource = write_response(load_instrument("c-ssrs-screener"), {"93246-7": 0}, None)
    resource["item"][0]["answer"] = [answer]

    assert read_response(resource).answers["93246-7"] == 1


def test_a_place_on_a_line_may_be_given_as_a_whole_decimal() -> None:
    resource = write_response(load_instrument("edi"), {"edi-1": 0}, None)
    resource["item"][0]["answer"] = [{"valueDecimal": 50.0}]

    assert read_response(resource).answers["edi-1"] == 50


def test_answers_are_read_whose_words_nobody_has_loaded_and_scored_like_any() -> None:
    resource = write_response(load_instrument("dast-10"), {f"dast-10-{i}": 0 for i in range(1, 11)}, None)

    read = read_response(resource)

    assert score(read.instrument, read.answers).total == 1


def test_two_answers_with_the_same_words_are_told_apart_by_their_code() -> None:
    madrs = load_instrument("madrs")
    same = {"degree": {option.code: "between" for option in madrs.items[0].options}}
    worded = madrs.worded(wording_for(madrs, options=same))

    read = read_response(write_response(worded, {"madrs-1": 3}, None), known=[worded])

    assert read.answers["madrs-1"] == 3
