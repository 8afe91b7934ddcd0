"""Forms and answers as FHIR R4: what is written is valid, what is read is certain, what is refused says why."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.measures import (
    Incomplete,
    Instrument,
    InvalidResponse,
    OutOfRange,
    UnknownItem,
    canonical,
    instruments,
    load_instrument,
    questionnaire,
    read_response,
    score,
    write_response,
)
from shared.measures.r4 import faults

BASELINE = (3, 3, 2, 2, 2, 2, 2, 2, 0)
NOON = datetime(2027, 2, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def resource(phq9: Instrument) -> dict[str, Any]:
    answers = dict(zip((item.link_id for item in phq9.scored_items), BASELINE, strict=True))
    return write_response(phq9, answers, NOON)


def refusal(resource: object, known: Sequence[Instrument] | None = None) -> list[tuple[str, str]]:
    with pytest.raises(InvalidResponse) as refused:
        read_response(resource, known)
    assert all(set(error) == {"path", "message"} for error in refused.value.errors)
    assert all(error["message"] in str(refused.value) for error in refused.value.errors)
    return [(error["path"], error["message"]) for error in refused.value.errors]


# Writing


@pytest.mark.parametrize("instrument", instruments(), ids=canonical)
def test_each_instrument_is_a_valid_r4_questionnaire(instrument: Instrument) -> None:
    form = questionnaire(instrument)

    assert faults("Questionnaire", form) == []
    assert f"{form['url']}|{form['version']}" == canonical(instrument)
    assert [item["linkId"] for item in form["item"]] == ["stem", *instrument.by_link_id]
    assert json.loads(json.dumps(form)) == form


def test_the_form_shows_the_stem_the_notices_and_what_each_answer_counts(phq9: Instrument) -> None:
    form = questionnaire(phq9)
    stem, first, *_ = form["item"]

    assert (form["name"], form["url"]) == ("PHQ9", "urn:afterglow:questionnaire:phq-9")
    assert form["derivedFrom"] == ["http://loinc.org/q/44249-1"]
    assert "No permission required" in form["copyright"]
    assert "LOINC" in form["copyright"]
    assert stem == {"linkId": "stem", "type": "display", "text": phq9.stem}
    assert first["type"] == "choice"
    assert first["code"] == [{"system": "http://loinc.org", "code": "44250-9"}]
    assert first["answerOption"][3]["valueCoding"] == {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}],
        "system": "http://loinc.org",
        "code": "LA6571-9",
        "display": "Nearly every day",
    }


def test_no_question_must_be_answered_because_a_blank_is_unknown(phq9: Instrument) -> None:
    assert not any(item.get("required") for item in questionnaire(phq9)["item"])


def test_a_measure_without_loinc_codes_and_with_a_line_is_a_valid_form_too(wellbeing: Instrument) -> None:
    form = questionnaire(wellbeing)

    assert faults("Questionnaire", form) == []
    assert "code" not in form
    assert [item["type"] for item in form["item"]] == ["display", "choice", "choice", "integer"]
    written = write_response(wellbeing, {"line": 7}, None)
    assert faults("QuestionnaireResponse", written) == []
    assert written["item"] == [{"linkId": "line", "text": "Question line", "answer": [{"valueInteger": 7}]}]


def test_a_written_response_is_valid_r4_completed_and_names_nobody(resource: dict[str, Any]) -> None:
    assert faults("QuestionnaireResponse", resource) == []
    assert resource["status"] == "completed"
    assert resource["authored"] == "2027-02-10T12:00:00Z"
    assert set(resource) == {"resourceType", "questionnaire", "status", "authored", "item"}


def test_a_response_without_a_time_says_none_for_others_to_stamp(phq9: Instrument) -> None:
    assert "authored" not in write_response(phq9, {}, None)
    assert read_response(write_response(phq9, {}, None)).authored is None


def test_a_response_is_never_written_from_answers_that_the_form_does_not_know(phq9: Instrument) -> None:
    with pytest.raises(UnknownItem):
        write_response(phq9, {"70274-6": 1}, None)
    with pytest.raises(OutOfRange):
        write_response(phq9, {"44250-9": 4}, None)
    with pytest.raises(ValueError, match="zone"):
        write_response(phq9, {}, datetime(2027, 2, 10, 12, 0))  # noqa: DTZ001 - this is what is refused.


@st.composite
def answered(draw: st.DrawFn) -> tuple[Instrument, dict[str, int | None]]:
    instrument = draw(st.sampled_from(instruments()))
    return instrument, {
        item.link_id: draw(st.none() | st.integers(item.minimum, item.maximum)) for item in instrument.items
    }


MOMENTS = st.none() | st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself.
    timezones=st.integers(-14 * 60 + 1, 14 * 60 - 1).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(answered(), MOMENTS)
def test_what_is_written_reads_back_as_the_same_answers_at_the_same_moment(
    case: tuple[Instrument, dict[str, int | None]], authored: datetime | None
) -> None:
    instrument, answers = case

    written = write_response(instrument, answers, authored)
    read = read_response(json.loads(json.dumps(written)))

    assert faults("QuestionnaireResponse", written) == []
    assert (read.instrument, read.answers, read.authored) == (instrument, answers, authored)


# Reading


def test_a_response_gives_the_answers_of_the_form_in_order_and_the_score_follows(
    phq9: Instrument, resource: dict[str, Any]
) -> None:
    read = read_response(resource)

    assert read.instrument is phq9
    assert list(read.answers) == list(phq9.by_link_id)
    assert read.answers["69722-7"] is None
    assert read.authored == NOON
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
    ("text", "instant"),
    [
        ("2027-02-10T07:00:00-05:00", NOON),
        ("2027-02-10T12:00:00.000Z", NOON),
        ("2027-02-10T12:00:00.123456789Z", NOON + timedelta(microseconds=123456)),
    ],
)
def test_the_time_of_answering_is_read_in_utc(resource: dict[str, Any], text: str, instant: datetime) -> None:
    resource["authored"] = text

    read = read_response(resource)

    assert read.authored == instant
    assert read.authored.tzinfo is UTC


# Refusing

Spoil = Callable[[dict[str, Any]], object]
CODES = (
    "LA6568-5 (Not at all), LA6569-3 (Several days), LA6570-1 (More than half the days), LA6571-9 (Nearly every day)"
)


def first_answer(value: object) -> Spoil:
    return lambda resource: resource["item"][0].update(answer=[value])


def first_coding(**changes: str) -> Spoil:
    return lambda resource: resource["item"][0]["answer"][0]["valueCoding"].update(changes)


@pytest.mark.parametrize(
    ("spoil", "path", "message"),
    [
        pytest.param(
            lambda r: r.update(resourceType="Questionnaire"),
            "/resourceType",
            "A FHIR R4 QuestionnaireResponse is expected here.",
            id="another resource",
        ),
        pytest.param(
            lambda r: r.update(status="in-progress"),
            "/status",
            "Only a response whose status is completed can be read.",
            id="in progress",
        ),
        pytest.param(
            lambda r: r.update(status="entered-in-error"),
            "/status",
            "Only a response whose status is completed can be read.",
            id="entered in error",
        ),
        pytest.param(
            lambda r: r.pop("status"),
            "/status",
            "Only a response whose status is completed can be read.",
            id="no status",
        ),
        pytest.param(
            lambda r: r.update(status="done"),
            "/status",
            'The value is not one of "in-progress", "completed" or 3 other candidates.',
            id="a status that FHIR does not know",
        ),
        pytest.param(
            lambda r: r.pop("questionnaire"),
            "/questionnaire",
            "Must name a form that is known here: urn:afterglow:questionnaire:gad-7|1, "
            "urn:afterglow:questionnaire:phq-9|1.",
            id="no form named",
        ),
        pytest.param(
            lambda r: r.update(questionnaire="urn:afterglow:questionnaire:phq-9|2"),
            "/questionnaire",
            "Must name a form that is known here: urn:afterglow:questionnaire:gad-7|1, "
            "urn:afterglow:questionnaire:phq-9|1.",
            id="a version that does not exist",
        ),
        pytest.param(
            lambda r: r["item"][0].update(linkId="/44250-9"),
            "/item/0/linkId",
            "phq-9 has no such item; its items are 44250-9, 44255-8, 44259-0, 44254-1, 44251-7, 44258-2, 44252-5, "
            "44253-3, 44260-8, 69722-7.",
            id="an unknown linkId",
        ),
        pytest.param(
            lambda r: r["item"][0].pop("linkId"),
            "/item/0/linkId",
            "phq-9 has no such item; its items are 44250-9, 44255-8, 44259-0, 44254-1, 44251-7, 44258-2, 44252-5, "
            "44253-3, 44260-8, 69722-7.",
            id="no linkId",
        ),
        pytest.param(
            lambda r: r["item"][4].update(linkId="44250-9"),
            "/item/4/linkId",
            "44250-9 was already given further up.",
            id="a question answered twice",
        ),
        pytest.param(
            first_answer({"valueInteger": 4}),
            "/item/0/answer/0/valueInteger",
            "The answer to 44250-9 must be a whole number from 0 to 3.",
            id="above the range",
        ),
        pytest.param(
            first_answer({"valueInteger": -1}),
            "/item/0/answer/0/valueInteger",
            "The answer to 44250-9 must be a whole number from 0 to 3.",
            id="below the range",
        ),
        pytest.param(
            first_answer({"valueInteger": 1.5}),
            "/item/0/answer/0/valueInteger",
            "The answer to 44250-9 must be a whole number from 0 to 3.",
            id="a fraction, which the schema lets pass",
        ),
        pytest.param(
            first_answer({"valueInteger": "3"}),
            "/item/0/answer/0/valueInteger",
            'The value is not of type "number".',
            id="a number in quotes",
        ),
        pytest.param(
            first_answer({"valueDecimal": 3}),
            "/item/0/answer/0",
            "An answer needs a valueCoding or valueInteger; leave the item out if it was not answered.",
            id="a decimal",
        ),
        pytest.param(
            first_answer({}),
            "/item/0/answer/0",
            "An answer needs a valueCoding or valueInteger; leave the item out if it was not answered.",
            id="an empty answer",
        ),
        pytest.param(
            first_answer({"valueInteger": 3, "valueCoding": {"system": "http://loinc.org", "code": "LA6568-5"}}),
            "/item/0/answer/0",
            "Only one value[x] is allowed, not valueCoding and valueInteger.",
            id="two values that disagree, which the schema lets pass",
        ),
        pytest.param(
            lambda r: r["item"][0]["answer"].append({"valueInteger": 0}),
            "/item/0/answer",
            "This item takes one answer.",
            id="two answers",
        ),
        pytest.param(
            first_coding(code="LA6572-7"),
            "/item/0/answer/0/valueCoding",
            f"Must be one of this item's codes of http://loinc.org: {CODES}.",
            id="the code of another question's answer",
        ),
        pytest.param(
            first_coding(system="http://snomed.info/sct"),
            "/item/0/answer/0/valueCoding",
            f"Must be one of this item's codes of http://loinc.org: {CODES}.",
            id="another code system",
        ),
        pytest.param(
            first_coding(display="Not at all"),
            "/item/0/answer/0/valueCoding",
            "The code and its display name different answers.",
            id="words that contradict the code",
        ),
        pytest.param(
            lambda r: r["item"][0].update(item=[{"linkId": "44255-8"}]),
            "/item/0",
            "Items inside items are not part of this form.",
            id="nested items",
        ),
        pytest.param(
            first_answer({"valueInteger": 1, "item": [{"linkId": "44255-8"}]}),
            "/item/0",
            "Items inside items are not part of this form.",
            id="items nested in an answer",
        ),
        pytest.param(
            lambda r: r["item"][0].update(modifierExtension=[{"url": "urn:not", "valueBoolean": True}]),
            "/item/0/modifierExtension",
            "modifierExtension may change the meaning, and is not understood here.",
            id="a modifier that is not understood",
        ),
        pytest.param(
            lambda r: r.update(implicitRules="urn:some:rules"),
            "/implicitRules",
            "implicitRules may change the meaning, and is not understood here.",
            id="rules that are not understood",
        ),
        pytest.param(
            lambda r: r.update(authored="2027-02-10"),
            "/authored",
            "Must be a real date and time with a zone, like 2027-03-03T10:00:00-05:00, or left out.",
            id="a day without a time",
        ),
        pytest.param(
            lambda r: r.update(authored="2027-02-30T10:00:00Z"),
            "/authored",
            "Must be a real date and time with a zone, like 2027-03-03T10:00:00-05:00, or left out.",
            id="a day that does not exist",
        ),
        pytest.param(
            lambda r: r.update(authored="0001-01-01T00:00:00+14:00"),
            "/authored",
            "Must be a real date and time with a zone, like 2027-03-03T10:00:00-05:00, or left out.",
            id="a time before the calendar",
        ),
        pytest.param(
            lambda r: r.update(colour="green"),
            "",
            "Additional properties are not allowed ('colour' was unexpected).",
            id="a field that FHIR does not know",
        ),
        pytest.param(
            lambda r: r.update(item={"linkId": "44250-9"}),
            "/item",
            'The value is not of type "array".',
            id="items that are no list",
        ),
        pytest.param(
            lambda r: r.update(authored=NOON),
            "",
            "The resource must be made of JSON values alone.",
            id="a value that JSON does not have",
        ),
    ],
)
def test_a_response_that_cannot_be_read_safely_is_refused_with_the_place_and_the_reason(
    resource: dict[str, Any], spoil: Spoil, path: str, message: str
) -> None:
    spoil(resource)

    assert refusal(resource) == [(path, message)]


@pytest.mark.parametrize("resource", [None, [], "QuestionnaireResponse", 3, {}])
def test_what_is_no_resource_at_all_is_refused(resource: object) -> None:
    assert refusal(resource) == [("/resourceType", "A FHIR R4 QuestionnaireResponse is expected here.")]


def test_a_question_without_ticked_answers_takes_a_number_and_no_code(wellbeing: Instrument) -> None:
    resource = write_response(wellbeing, {"line": 7}, None)
    assert read_response(resource, known=[wellbeing]).answers == {"rested": None, "worn-out": None, "line": 7}

    resource["item"][0]["answer"] = [{"valueCoding": {"system": "urn:test:often", "code": "always"}}]

    assert refusal(resource, [wellbeing]) == [
        ("/item/0/answer/0", "An answer needs a valueInteger; leave the item out if it was not answered.")
    ]


def test_everything_wrong_is_told_at_once(resource: dict[str, Any]) -> None:
    resource["status"] = "amended"
    resource["authored"] = "2027"
    resource["item"][2]["linkId"] = "total"
    resource["item"][5]["answer"] = [{"valueInteger": 9}]

    assert [path for path, _ in refusal(resource)] == [
        "/status",
        "/authored",
        "/item/2/linkId",
        "/item/5/answer/0/valueInteger",
    ]


def test_a_refusal_never_repeats_what_was_answered(resource: dict[str, Any]) -> None:
    secret = "I told nobody"
    resource["item"][0]["answer"] = [{"valueString": secret}]
    resource["item"][1]["answer"] = [{"valueInteger": secret}]
    resource["authored"] = secret

    assert secret not in str(refusal(resource))


def test_a_resource_with_countless_faults_gets_a_short_answer(resource: dict[str, Any]) -> None:
    resource["item"] = [{"linkId": 1}] * 5_000
    assert len(refusal(resource)) == 20

    resource["item"] = [{"linkId": "x", "modifierExtension": [{"url": "urn:not"}]}] * 5_000
    assert len(refusal(resource)) == 20


def test_a_resource_nested_without_end_is_refused_like_any_other(resource: dict[str, Any]) -> None:
    nested: dict[str, Any] = {"linkId": "44250-9"}
    for _ in range(2_000):
        nested = {"linkId": "44250-9", "item": [nested]}
    resource["item"] = [nested]

    assert len(refusal(resource)) == 1


def test_a_gad7_is_read_by_its_own_codes() -> None:
    gad7 = load_instrument("gad-7")
    resource = write_response(gad7, {item.link_id: 2 for item in gad7.scored_items}, None)
    resource["questionnaire"] = "http://loinc.org/q/69737-5"

    read = read_response(resource)

    assert score(read.instrument, read.answers).total == 14
