"""Answers in FHIR R4 that cannot be read safely: what is refused says where and why."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from measures.made_up import refusal

from shared.measures import Instrument, canonical, instruments, load_instrument, read_response, write_response

NOON = datetime(2027, 2, 10, 12, 0, tzinfo=UTC)
KNOWN = ", ".join(canonical(one) for one in instruments())


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
            f"Must name a form that is known here: {KNOWN}.",
            id="no form named",
        ),
        pytest.param(
            lambda r: r.update(questionnaire="urn:afterglow:questionnaire:phq-9|2"),
            "/questionnaire",
            f"Must name a form that is known here: {KNOWN}.",
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


@pytest.mark.parametrize("number", [50.5, 101.0, -1.0])
def test_a_place_beside_a_line_or_between_its_marks_is_refused(number: float) -> None:
    resource = write_response(load_instrument("edi"), {"edi-1": 0}, None)
    resource["item"][0]["answer"] = [{"valueDecimal": number}]

    assert refusal(resource) == [
        ("/item/0/answer/0/valueDecimal", "The answer to edi-1 must be a whole number from 0 to 100.")
    ]


def test_codes_without_words_are_named_alone() -> None:
    resource = write_response(load_instrument("c-ssrs-screener"), {"93246-7": 0}, None)
    resource["item"][0]["answer"] = [{"valueCoding": {"system": "http://loinc.org", "code": "LA6568-5"}}]

    assert refusal(resource) == [
        (
            "/item/0/answer/0/valueCoding",
            "Must be one of this item's codes of http://loinc.org: LA32-8, LA33-6.",
        )
    ]
