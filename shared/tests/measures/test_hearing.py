"""An answer that calls for action is heard in whatever it comes, and nothing else is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.measures import (
    hear_risk_in_form,
    hear_risk_in_response,
    instruments,
    load_instrument,
    read_response,
    risk_answers,
    write_response,
)

PHQ9 = load_instrument("phq-9")
RISK = "44260-8"
ASK = ("administer_c_ssrs",)
anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=20,
)


def an_answer(**value: Any) -> dict[str, Any]:
    return {"item": [{"linkId": RISK, "answer": [value]}]}


@pytest.mark.parametrize(
    "resource",
    [
        an_answer(valueInteger=1),
        an_answer(valueInteger=99),
        an_answer(valueDecimal=2.5),
        an_answer(valueBoolean=True),
        an_answer(valueString="3"),
        an_answer(valueString="Nearly every day"),
        an_answer(valueCoding={"system": "whose", "code": "LA6569-3"}),
        an_answer(valueCoding={"code": "LA6568-5", "display": "several days"}),
        {"linkId": RISK, "answer": {"valueInteger": 1}},
        {"response": [{"item": [{"linkId": "group", "item": [an_answer(valueInteger=1)]}]}]},
        {"item": [{"linkId": RISK, "answer": [{"valueInteger": 0}, {"valueInteger": 1}]}]},
    ],
)
def test_it_is_heard_in_whatever_it_comes(resource: dict[str, Any]) -> None:
    assert hear_risk_in_response(resource) == ASK


@pytest.mark.parametrize(
    "resource",
    [
        None,
        "44260-8",
        [],
        an_answer(valueInteger=0),
        an_answer(valueInteger=None),
        an_answer(valueString="no"),
        an_answer(valueCoding={"code": "LA6568-5", "display": "Not at all"}),
        an_answer(valueCoding={"code": "", "display": ""}),
        {"item": [{"linkId": "44250-9", "answer": [{"valueInteger": 3}]}]},
        {"item": [{"linkId": RISK}]},
        {"item": [{"linkId": [RISK], "answer": [{"valueInteger": 3}]}]},
    ],
)
def test_what_says_nothing_of_the_kind_calls_nobody(resource: Any) -> None:
    assert hear_risk_in_response(resource) == ()


@given(anything)
def test_nothing_that_can_be_sent_breaks_it(resource: Any) -> None:
    assert hear_risk_in_response(resource) == ()
    hear_risk_in_response({"linkId": RISK, "answer": resource})


def test_however_deep_it_lies_it_is_found() -> None:
    resource: dict[str, Any] = an_answer(valueInteger=1)
    for _ in range(5_000):
        resource = {"item": [resource]}
    assert hear_risk_in_response(resource) == ASK


@pytest.mark.parametrize(("typed", "heard"), [("1", ASK), (" 3 ", ASK), ("9", ASK), ("0", ()), ("", ()), ("yes", ())])
def test_it_is_heard_in_a_form(typed: str, heard: tuple[str, ...]) -> None:
    assert hear_risk_in_form({"csrf": "7", RISK: typed}) == heard


@given(some.data())
def test_whatever_can_be_read_is_heard_as_it_is_read(data: some.DataObject) -> None:
    instrument = data.draw(some.sampled_from(instruments()))
    answers = {item.link_id: data.draw(some.integers(item.minimum, item.maximum)) for item in instrument.items}
    resource = write_response(instrument, answers, None)
    read = {one.action for one in risk_answers(instrument, read_response(resource).answers)}
    assert set(hear_risk_in_response(resource)) == read


def test_an_item_with_a_risk_belongs_to_one_form_alone() -> None:
    risky = [item.link_id for form in instruments() for item in form.items if item.risk]
    others = [item.link_id for form in instruments() for item in form.items if not item.risk]
    assert len(risky) == len(set(risky))
    assert not set(risky) & set(others)
