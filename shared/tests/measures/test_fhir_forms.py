"""Instruments as FHIR R4 forms: valid, whole, and none of what has no text."""

import json
from typing import Any

import pytest
from measures.made_up import askable, wording_for

from shared.measures import (
    Instrument,
    Unworded,
    canonical,
    instruments,
    load_instrument,
    questionnaire,
    read_instrument,
)
from shared.measures.r4 import faults


@pytest.mark.parametrize("instrument", askable(), ids=canonical)
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


def test_a_line_says_from_where_to_where_it_runs(wellbeing: Instrument) -> None:
    *_, line = questionnaire(wellbeing)["item"]

    assert [(one["url"].rsplit("/", 1)[1], one["valueInteger"]) for one in line["extension"]] == [
        ("minValue", 0),
        ("maxValue", 10),
    ]


@pytest.mark.parametrize("instrument", [one for one in instruments() if not one.can_be_asked], ids=canonical)
def test_an_instrument_without_text_is_no_form(instrument: Instrument) -> None:
    with pytest.raises(Unworded, match=f"{instrument.id} has no text") as refused:
        questionnaire(instrument)

    assert refused.value.instrument_id == instrument.id


def test_what_a_no_skips_is_shown_after_a_yes_alone() -> None:
    screener = load_instrument("c-ssrs-screener")
    _, _, second, third, *_, sixth, recently = questionnaire(screener.worded(wording_for(screener)))["item"]

    assert not any("enableWhen" in item for item in (second, sixth))
    assert third["enableWhen"] == [
        {
            "question": "93247-5",
            "operator": "=",
            "answerCoding": {"system": "http://loinc.org", "code": "LA33-6", "display": "Answer 1"},
        }
    ]
    assert "enableBehavior" not in third
    assert [condition["question"] for condition in recently["enableWhen"]] == ["93267-3"]


def test_who_never_drinks_is_not_asked_how_much() -> None:
    _, _, amount, _ = questionnaire(load_instrument("audit-c"))["item"]

    assert [one["answerCoding"]["display"] for one in amount["enableWhen"]] == [
        "Monthly or less",
        "2-4 times a month",
        "2-3 times a week",
        "4 or more times a week",
    ]
    assert amount["enableBehavior"] == "any"


def test_a_loaded_text_comes_with_its_language_and_what_the_owner_wants_printed() -> None:
    dast = load_instrument("dast-10")

    form = questionnaire(dast.worded(wording_for(dast, language="es-MX", notices=("© the owner",))))

    assert form["language"] == "es-MX"
    assert form["copyright"].endswith("© the owner")
    assert "LOINC" in form["copyright"]


def test_a_no_break_space_in_a_loaded_text_is_written_as_the_plain_one_that_fhir_knows() -> None:
    dast = load_instrument("dast-10")
    items = {item.link_id: "Une question\u00a0?" for item in dast.items}

    form = questionnaire(dast.worded(wording_for(dast, items=items)))

    assert faults("Questionnaire", form) == []
    assert form["item"][1]["text"] == "Une question ?"


def test_what_hangs_on_a_line_is_shown_from_a_place_on_it(wellbeing_file: dict[str, Any]) -> None:
    line = wellbeing_file["items"].pop()
    wellbeing_file["items"].insert(0, line)
    wellbeing_file["items"][1]["asked_if"] = {"link_id": "line", "at_least": 7}

    form = questionnaire(read_instrument(json.dumps(wellbeing_file).encode()))

    assert faults("Questionnaire", form) == []
    assert form["item"][2]["enableWhen"] == [{"question": "line", "operator": ">=", "answerInteger": 7}]
