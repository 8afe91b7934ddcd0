"""One typed declaration gives a frozen dataclass and its marshmallow schema.

Events, the bodies and the replies of every API are declared this way, so that a fact is named, typed, described and
validated in one place::

    class Weigh(Declared):
        weight_kg: Decimal = field("Body weight.", "70.0", validate=Range(min=Decimal("1")))
        note: str | None = field("Anything worth knowing.", None, default=None)

`Weigh.load(json)` validates (unknown fields are refused) and gives a `Weigh`; `weigh.dump()` gives JSON types.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, ClassVar, Self, dataclass_transform
from uuid import UUID

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load

Validator = Callable[[Any], Any]

_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


class Sensitivity(StrEnum):
    """How a field may travel. Whoever shows or forwards a field must be allowed its sensitivity."""

    OPEN = "open"
    IDENTIFYING = "identifying"
    CLINICAL = "clinical"
    PART2 = "part2"


def field(
    description: str,
    example: Any,
    *,
    sensitivity: Sensitivity | None = None,
    default: Any = dataclasses.MISSING,
    validate: Validator | Iterable[Validator] | None = None,
) -> Any:
    """Describe one field: a sentence with units and zone, and an example in JSON types (the golden sample)."""
    about = {"description": description, "example": example, "sensitivity": sensitivity, "validate": validate}
    if isinstance(default, list):
        return dataclasses.field(default_factory=lambda: list(default), metadata=about)
    return dataclasses.field(default=default, metadata=about)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Declared:
    """The base of every declaration; see the module."""

    schema: ClassVar[type[Schema]]
    tolerant: ClassVar[type[Schema]]  # The same, but unknown fields are ignored, at any depth.
    listing: ClassVar[type[Schema]]  # Of `{"items": [...]}`.
    _loader: ClassVar[Schema]
    _reader: ClassVar[Schema]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        cls.schema, cls.tolerant = schema_of(cls), schema_of(cls, tolerant=True)
        cls.listing = Schema.from_dict({"items": fields.List(fields.Nested(cls.schema))}, name=f"{cls.__name__}List")
        cls._loader, cls._reader = cls.schema(), cls.tolerant()

    @classmethod
    def load(cls, data: Mapping[str, Any], *, tolerant: bool = False) -> Self:
        """Validate JSON types into an instance. `tolerant` ignores unknown fields, as readers of events must."""
        loaded: Self = (cls._reader if tolerant else cls._loader).load(data)
        return loaded

    @classmethod
    def from_loaded(cls, data: dict[str, Any]) -> Any:
        """Make the instance from validated Python values."""
        return cls(**data)

    def dump(self) -> dict[str, Any]:
        dumped: dict[str, Any] = self._loader.dump(self)
        return dumped

    @classmethod
    def sample_data(cls) -> dict[str, Any]:
        """The golden sample in JSON types: every field's example."""
        return {_spoken(name): spec.metadata["example"] for name, spec in declared_fields(cls).items()}

    @classmethod
    def sample(cls) -> Self:
        """The golden sample as an instance."""
        return cls.load(cls.sample_data())


class _DeclaredSchema(Schema):
    declares: ClassVar[type[Declared]]

    class Meta:
        unknown = RAISE

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.declares.from_loaded(data)


class _TolerantSchema(_DeclaredSchema):
    """Of a reader: whoever wrote may be newer, and say more."""

    class Meta:
        unknown = EXCLUDE


class _Instant(fields.AwareDateTime):
    """An aware ISO 8601 instant, always in UTC once loaded; a time without an offset is refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        instant = super()._deserialize(value, attr, data, **kwargs)
        if not _has_room(instant):
            raise self.make_error("invalid", input=value, obj_type="datetime")
        return instant.astimezone(UTC)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return super()._serialize(None if value is None else value.astimezone(UTC), attr, obj, **kwargs)


class _Day(fields.Date):
    """A day of the calendar with days around it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        day = super()._deserialize(value, attr, data, **kwargs)
        if not _has_room(day):
            raise self.make_error("invalid", input=value, obj_type="date")
        return day


def _has_room(day: date) -> bool:
    """Whether there is room around it for another zone's hours, a visit's length and a clearance's days."""
    return MINYEAR < day.year < MAXYEAR


class Quantity(fields.String):
    """An exact decimal number. It travels as a JSON string; a JSON number is read as it is written."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.make_error("invalid")
        try:
            number = Decimal(str(value))
        except ArithmeticError:
            raise ValidationError("Not a valid number.") from None
        if not number.is_finite():
            raise ValidationError("Not a valid number.")
        return number

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else format(value, "f")


class _Text(fields.String):
    """Text that can be kept: without NUL, which PostgreSQL has not, and without half of a surrogate pair."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _UNKEEPABLE.search(text):
            raise ValidationError("There is a character in this that cannot be kept.")
        return text


class _Choice(fields.Enum[Any]):
    """A member of an Enum by its value; a row may hold the bare value too."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        member = value if value is None or isinstance(value, Enum) else self.enum(value)
        return super()._serialize(member, attr, obj, **kwargs)


class _Flag(fields.Boolean):
    """JSON true or false; marshmallow's own reads "no" and 0 as well, which hides a caller's mistake."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def declared_fields(cls: type[Declared]) -> dict[str, "dataclasses.Field[Any]"]:
    """The described fields of a declaration by name, in order; envelope fields of events are not among them."""
    return {spec.name: spec for spec in dataclasses.fields(cls) if "description" in spec.metadata}  # type: ignore[arg-type]


def schema_of(cls: type[Declared], *, tolerant: bool = False) -> type[Schema]:
    """The marshmallow schema class of a declaration; its fields carry description, example and sensitivity."""
    hints = typing.get_type_hints(cls)
    members: dict[str, Any] = {"declares": cls, "__doc__": cls.__doc__}
    for name, spec in declared_fields(cls).items():
        members[name] = _field_for(hints[name], spec, tolerant)
    return type(cls.__name__, (_TolerantSchema if tolerant else _DeclaredSchema,), members)


def _field_for(hint: Any, spec: "dataclasses.Field[Any]", tolerant: bool) -> fields.Field[Any]:
    described = {key: spec.metadata[key] for key in ("description", "example")}
    if spec.metadata["sensitivity"]:
        described["x-sensitivity"] = spec.metadata["sensitivity"].value
    options: dict[str, Any] = {"metadata": described, "validate": spec.metadata["validate"]}
    if spec.default is not dataclasses.MISSING:
        options |= {"load_default": spec.default}
    elif spec.default_factory is not dataclasses.MISSING:
        options |= {"load_default": spec.default_factory}
    else:
        options |= {"required": True}
    if _spoken(spec.name) != spec.name:
        options["data_key"] = _spoken(spec.name)
    inner, optional = _without_none(hint)
    return _plain_field(inner, options | {"allow_none": optional}, tolerant)


def _spoken(name: str) -> str:
    """A field whose word is Python's own has a `_` behind it here, and nowhere else: `from_` is `from`."""
    return name.removesuffix("_")


def _without_none(hint: Any) -> tuple[Any, bool]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        others = [part for part in typing.get_args(hint) if part is not type(None)]
        if len(others) != 1:
            raise TypeError(f"{hint} is not one type, or one type and None")
        return others[0], True
    return hint, False


_FIELDS: dict[Any, Callable[..., fields.Field[Any]]] = {
    str: _Text,
    int: lambda **options: fields.Integer(strict=True, **options),
    bool: _Flag,
    Decimal: Quantity,
    date: _Day,
    datetime: _Instant,
    UUID: fields.UUID,
    Any: fields.Raw,
}


def _plain_field(hint: Any, options: dict[str, Any], tolerant: bool) -> fields.Field[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        return fields.List(_plain_field(arguments[0], {}, tolerant), **options)
    if origin is dict:
        value, nullable = _without_none(arguments[1])
        return fields.Dict(keys=_Text(), values=_plain_field(value, {"allow_none": nullable}, tolerant), **options)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _Choice(hint, by_value=True, **options)
    if isinstance(hint, type) and issubclass(hint, Declared):
        return fields.Nested(hint.tolerant if tolerant else hint.schema, **options)
    return _FIELDS[hint](**options)


class Nothing(Declared):
    """No content: send `{}`."""
