"""The part of an instrument's file that is asked: licence, answers, items."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from shared.measures.instrument import Licence
from shared.measures.item import Condition, Risk
from shared.measures.shape.pieces import ConditionShape, Shape, later, repeated, whole, words, yes_or_no


class LicenceShape(Shape):
    """Who owns the text, and what may be done with it."""

    text = words(validate=validate.OneOf(["may_ship", "clinic_loads", "paper_only"]))
    notices = fields.List(words(), required=True)
    source = words()
    verified = yes_or_no()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Licence:
        return Licence(**{**data, "notices": tuple(data["notices"])})


class _RiskShape(Shape):
    at_least = whole()
    action = words()
    source = words()
    verified = yes_or_no()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Risk:
        return Risk(**data)


class _OptionShape(Shape):
    value = whole()
    code = words()
    display = words(allow_none=True)


class AnswerListShape(Shape):
    """Answers that can be ticked, for as many items as name them."""

    system = words()
    options = fields.List(fields.Nested(_OptionShape), required=True, validate=validate.Length(min=2))


class ItemShape(Shape):
    """One question."""

    link_id = words()
    loinc = words(allow_none=True)
    text = words(allow_none=True)
    minimum = whole()
    maximum = whole()
    scored = yes_or_no()
    reversed = yes_or_no()
    answers = words(allow_none=True)
    risk = fields.Nested(_RiskShape, required=True, allow_none=True)
    asked_if = later(ConditionShape)

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if data["minimum"] >= data["maximum"]:
            raise ValidationError("The minimum must lie below the maximum.", "minimum")
        if data["risk"] and not data["minimum"] <= data["risk"].at_least <= data["maximum"]:
            raise ValidationError("The risk level is not among the answers.", "risk")
        if data["asked_if"] and (data["reversed"] or data["minimum"] != 0):
            raise ValidationError("What is skipped counts 0: it must start there, and not be reversed.", "asked_if")


def check_items(items: list[dict[str, Any]], lists: dict[str, Any]) -> None:
    """That the items can be asked in their order and answered by their lists, and that some count."""
    twice = repeated(item["link_id"] for item in items)
    if twice:
        raise ValidationError(f"Asked twice: {twice}.", "items")
    if not any(item["scored"] for item in items):
        raise ValidationError("No item is scored.", "items")
    gates: dict[str, dict[str, Any]] = {}
    for item in items:
        if item["answers"] is not None:
            _check_answers(item, lists)
        if item["asked_if"]:
            check_condition(item["asked_if"], gates, "items")
        if item["scored"]:
            gates[item["link_id"]] = item


def check_condition(condition: Condition, items: Mapping[str, dict[str, Any]], field: str) -> None:
    """That it looks at one of these items, and may hold or not."""
    item = items.get(condition.link_id)
    if item is None:
        raise ValidationError(f"{condition.link_id}: no scored item that is asked before.", field)
    if not item["minimum"] < condition.at_least <= item["maximum"]:
        raise ValidationError(f"{condition.link_id}: {condition.at_least} is always reached, or never.", field)


def check_text(licence: Licence, stem: str | None, items: list[dict[str, Any]], lists: dict[str, Any]) -> None:
    """That a text which may ship is there, whole, and that none of another is."""
    options = [option for answers in lists.values() for option in answers["options"]]
    texts = [stem, *(item["text"] for item in items), *(option["display"] for option in options)]
    if licence.text == "may_ship" and None in texts:
        raise ValidationError("The text may ship, and lacks words.", "items")
    if licence.text != "may_ship" and any(text is not None for text in texts):
        raise ValidationError("The text may not ship: no stem, no item's text and no answer's words.", "licence")


def _check_answers(item: dict[str, Any], lists: dict[str, Any]) -> None:
    if item["answers"] not in lists:
        raise ValidationError(f"{item['link_id']}: there is no answer list {item['answers']!r}.", "items")
    options = lists[item["answers"]]["options"]
    if sorted(option["value"] for option in options) != list(range(item["minimum"], item["maximum"] + 1)):
        raise ValidationError(f"{item['link_id']}: the answers do not fill its range once.", "items")
    if repeated(option["code"] for option in options):
        raise ValidationError(f"{item['link_id']}: two answers share a code.", "items")
