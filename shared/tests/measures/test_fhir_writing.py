"""Answers written as FHIR R4: valid, whole, and naming nobody."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measures.made_up import askable

from shared.measures import (
    Instrument,
    OutOfRange,
    UnknownItem,
    instruments,
    load_instrument,
    read_response,
    write_response,
)
from shared.measures.r4 import faults


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


def test_the_answer_to_a_line_is_written_as_a_number(wellbeing: Instrument) -> None:
    written = write_response(wellbeing, {"line": 7}, None)

    assert faults("QuestionnaireResponse", written) == []
    assert written["item"] == [{"linkId": "line", "text": "Question line", "answer": [{"valueInteger": 7}]}]


def test_answers_to_what_has_no_text_are_written_without_any() -> None:
    written = write_response(load_instrument("c-ssrs-screener"), {"93246-7": 1}, None)

    assert faults("QuestionnaireResponse", written) == []
    assert written["item"] == [
        {"linkId": "93246-7", "answer": [{"valueCoding": {"system": "http://loinc.org", "code": "LA33-6"}}]}
    ]


def called(instrument: Instrument) -> str:
    return instrument.id + (" with words" if instrument.can_be_asked else "")


MOMENTS = st.none() | st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself.
    timezones=st.integers(-14 * 60 + 1, 14 * 60 - 1).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@pytest.mark.parametrize("instrument", [*instruments(), *askable()], ids=called)
@settings(max_examples=25)
@given(st.data(), MOMENTS)
def test_what_is_written_reads_back_as_the_same_answers_at_the_same_moment(
    instrument: Instrument, data: st.DataObject, authored: datetime | None
) -> None:
    answers = {
        item.link_id: data.draw(st.none() | st.integers(item.minimum, item.maximum)) for item in instrument.items
    }

    written = write_response(instrument, answers, authored)
    read = read_response(json.loads(json.dumps(written)), known=[instrument])

    assert faults("QuestionnaireResponse", written) == []
    assert (read.instrument, read.answers, read.authored) == (instrument, answers, authored)
