"""Answers that call for action, heard before anything else about them is looked at, and whatever else is wrong.

What is heard here is not believed: it is never scored, nor kept. It only says that a person should look, and says so
rather once too often. An item with a risk has a link id that no other form has: which form is answered does not matter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from shared.measures.item import Item
from shared.measures.library import instruments

_LONGEST_NUMBER = 3
_NAMING = ("code", "display", "valueCode", "valueString")


def hear_risk(said: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    """The actions for which answers call, each once, given as link ids with numbers, in range or not."""
    risky = _risky()
    risks = [(risky[link_id].risk, answer) for link_id, answer in said if link_id in risky]
    return tuple(dict.fromkeys(risk.action for risk, answer in risks if risk and answer >= risk.at_least))


def hear_risk_in_form(said: Mapping[str, str]) -> tuple[str, ...]:
    """The same of what was typed or ticked in a form, by link id."""
    return hear_risk((link_id, float(typed)) for link_id, typed in said.items() if _is_number(typed))


def hear_risk_in_response(resource: object) -> tuple[str, ...]:
    """The same of what may be a FHIR QuestionnaireResponse, also one that `read_response` refuses.

    Where an answer contradicts itself, as a code with the words of another, whatever it says is heard.
    """
    return hear_risk(_said_in(resource))


@cache
def _risky() -> Mapping[str, Item]:
    return {item.link_id: item for form in instruments() for item in form.items if item.risk}


def _said_in(resource: object) -> Iterator[tuple[str, float]]:
    for entry in _objects_in(resource):
        item = _risky().get(str(entry.get("linkId", "")))
        if item is not None:
            for answer in _objects_in(entry.get("answer")):
                yield from ((item.link_id, number) for number in _numbers(item, answer))


def _numbers(item: Item, answer: Mapping[Any, Any]) -> Iterator[float]:
    for name, value in answer.items():
        if str(name).startswith("value"):
            if isinstance(value, bool | int | float):
                yield value
            elif isinstance(value, str) and _is_number(value):
                yield float(value)
    named = {str(answer.get(name) or "").strip().casefold() for name in _NAMING} - {""}
    yield from (
        option.value for option in item.options if named & {one.casefold() for one in (option.code, option.display)}
    )


def _objects_in(thing: object) -> Iterator[Mapping[Any, Any]]:
    """Every object in what was JSON, at whatever depth, itself among them."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, Sequence) and not isinstance(one, str):
            waiting.extend(one)


def _is_number(typed: str) -> bool:
    typed = typed.strip()
    return typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER
