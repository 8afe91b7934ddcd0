"""The smallest pieces of an instrument's file."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from shared.measures.item import Condition
from shared.measures.rules import Threshold


def repeated(values: Iterable[Any]) -> list[Any]:
    """The values that occur more than once, in order."""
    return sorted(value for value, times in Counter(values).items() if times > 1)


def words(**more: Any) -> fields.String:
    """Text that is there."""
    return fields.String(**{"required": True, "validate": validate.Length(min=1), **more})


def whole(**more: Any) -> fields.Integer:
    """A whole number, written as one."""
    return fields.Integer(**{"required": True, "strict": True, **more})


def yes_or_no() -> fields.Boolean:
    """Only JSON's own true and false: marshmallow by itself would also take the text "on" for a yes."""
    return fields.Boolean(required=True, truthy={True}, falsy={False})


def later(shape: type[Schema], **more: Any) -> Any:
    """A piece that files may leave out, because some were published before there was such a thing."""
    if more.pop("many", False):
        return fields.List(fields.Nested(shape), load_default=list, **more)
    return fields.Nested(shape, load_default=None, allow_none=True, **more)


class Shape(Schema):
    """A piece in which nothing stands that is not known."""

    class Meta:  # noqa: D106 - marshmallow's own name for its settings.
        unknown = RAISE


class ThresholdShape(Shape):
    """A number with its source."""

    value = fields.Decimal(required=True, validate=validate.Range(min=0, min_inclusive=False))
    source = words()
    verified = yes_or_no()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Threshold:
        return Threshold(**data)


class ConditionShape(Shape):
    """That an item was answered with at least a value."""

    link_id = words()
    at_least = whole()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Condition:
        return Condition(**data)
