"""The part of an instrument's file by which answers are read: subscales, bands, criteria, notes, levels, change."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from shared.measures.instrument import Subscale
from shared.measures.rules import ChangeRules, Criterion, ItemsAtLeast, Level, Note, Scale, SubscaleShare
from shared.measures.shape.pieces import ConditionShape, Shape, ThresholdShape, later, repeated, whole, words, yes_or_no


class ChangeShape(Shape):
    """How two totals are compared."""

    response_percent = fields.Nested(ThresholdShape, required=True, allow_none=True)
    remission_below = fields.Nested(ThresholdShape, required=True, allow_none=True)
    meaningful_points = fields.Nested(ThresholdShape, required=True, allow_none=True)
    reliable_points = later(ThresholdShape)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ChangeRules:
        return ChangeRules(**data)


class SubscaleShape(Shape):
    """A named part of the total."""

    code = words()
    title = words()
    items = fields.List(words(), required=True, validate=validate.Length(min=1))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Subscale:
        return Subscale(**{**data, "items": tuple(data["items"])})


class _BandShape(Shape):
    code = words()
    title = words()
    low = whole()
    high = whole()


class SeverityShape(Shape):
    """Bands with their source."""

    source = words()
    verified = yes_or_no()
    bands = fields.List(fields.Nested(_BandShape), required=True, validate=validate.Length(min=1))


class ScaleShape(Shape):
    """How a total becomes what people read."""

    times = whole(validate=validate.Range(min=1))
    divided_by = whole(validate=validate.Range(min=1))
    decimals = whole(validate=validate.Range(min=0, max=2))
    source = words()
    verified = yes_or_no()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Scale:
        return Scale(**data)


class _RequirementShape(Shape):
    items = fields.List(words(), validate=validate.Length(min=1))
    at_least = whole(required=False)
    how_many = whole(required=False, validate=validate.Range(min=1))
    subscale = words(required=False)
    percent = whole(required=False, validate=validate.Range(min=1, max=100))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ItemsAtLeast | SubscaleShare:
        if set(data) == {"items", "at_least", "how_many"}:
            return ItemsAtLeast(**{**data, "items": tuple(data["items"])})
        if set(data) == {"subscale", "percent"}:
            return SubscaleShare(**data)
        raise ValidationError("Must have items, at_least and how_many, or subscale and percent.")


class CriterionShape(Shape):
    """A finding that holds when all its requirements do."""

    code = words()
    title = words()
    explanation = words()
    all_of = fields.List(fields.Nested(_RequirementShape), required=True, validate=validate.Length(min=1))
    source = words()
    verified = yes_or_no()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Criterion:
        return Criterion(**{**data, "all_of": tuple(data["all_of"])})


class NoteShape(Shape):
    """A sentence for whoever reads a score."""

    code = words()
    text = words()
    total_at_least = whole(required=False, load_default=None, allow_none=True)
    only_from = fields.List(words(), load_default=list)
    source = words()
    verified = yes_or_no()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Note:
        return Note(**{**data, "only_from": tuple(data["only_from"])})


class _LevelShape(Shape):
    code = words()
    title = words()
    any_of = fields.List(fields.Nested(ConditionShape), required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Level:
        return Level(**{**data, "any_of": tuple(data["any_of"])})


class TriageShape(Shape):
    """Levels with their source, the lowest first; that one is reached by whoever reaches no other."""

    source = words()
    verified = yes_or_no()
    levels = fields.List(fields.Nested(_LevelShape), required=True, validate=validate.Length(min=2))

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        lowest, *others = data["levels"]
        if lowest.any_of or not all(level.any_of for level in others):
            raise ValidationError("Every level but the lowest needs what leads to it.", "levels")
        if repeated(level.code for level in data["levels"]):
            raise ValidationError("Two levels share a code.", "levels")


def check_subscales(subscales: list[Subscale], scored: set[str]) -> None:
    """That each adds up scored items, each once."""
    for subscale in subscales:
        if not scored.issuperset(subscale.items) or repeated(subscale.items):
            raise ValidationError(f"{subscale.code}: names an item twice, or one not scored.", "subscales")


def check_bands(severity: dict[str, Any] | None, items: list[dict[str, Any]]) -> None:
    """That the bands cover every total once."""
    if severity is None:
        return
    scored = [item for item in items if item["scored"]]
    expected = sum(item["minimum"] for item in scored)
    for band in severity["bands"]:
        if band["low"] != expected or band["high"] < band["low"]:
            raise ValidationError(f"{band['code']}: must begin at {expected} and not end before that.", "severity")
        expected = band["high"] + 1
    if expected != sum(item["maximum"] for item in scored) + 1:
        raise ValidationError(f"The bands end at {expected - 1}, not at the largest total.", "severity")


def check_criteria(criteria: list[Criterion], subscales: list[Subscale], scored: set[str]) -> None:
    """That each looks at scored items or at subscales that there are, and can be met."""
    named = {subscale.code for subscale in subscales}
    if repeated(criterion.code for criterion in criteria):
        raise ValidationError("Two criteria share a code.", "criteria")
    for requirement in (one for criterion in criteria for one in criterion.all_of):
        if isinstance(requirement, SubscaleShare):
            if requirement.subscale not in named:
                raise ValidationError(f"There is no subscale {requirement.subscale!r}.", "criteria")
        elif not scored.issuperset(requirement.items) or requirement.how_many > len(set(requirement.items)):
            raise ValidationError("Names an item that is not scored, or asks for more items than it names.", "criteria")


def check_notes(notes: list[Note], scored: set[str]) -> None:
    """That each looks at scored items."""
    if repeated(note.code for note in notes):
        raise ValidationError("Two notes share a code.", "notes")
    for note in notes:
        if not scored.issuperset(note.only_from):
            raise ValidationError(f"{note.code}: names an item that is not scored.", "notes")
