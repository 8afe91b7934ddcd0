"""A schema as people read it: field by field, with what is inside of each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One field. `path` is as `flags[].level`, and `depth` counts from 0.

    `sensitivities` are those of the fields around it, outermost first, and then its own.
    """

    path: str
    depth: int
    schema: Schema
    required: bool
    sensitivities: tuple[str, ...]

    @property
    def sensitivity(self) -> str:
        return self.sensitivities[-1] if self.sensitivities else ""

    @property
    def says(self) -> str:
        return str(self.schema["description"])

    @property
    def example(self) -> str:
        return json.dumps(self.schema["examples"][0], ensure_ascii=False)

    @property
    def whole(self) -> bool:
        """Whether nothing is declared inside of it, so that its example says more than its fields would."""
        return not _inside(self.schema)


def rows(schema: Schema) -> Iterator[Row]:
    """All fields of an object's schema in order, each followed by what is inside of it."""
    return _rows(schema, "", 0, ())


def _rows(schema: Schema, within: str, depth: int, around: tuple[str, ...]) -> Iterator[Row]:
    for name, inner in schema.get("properties", {}).items():
        marks = (*around, inner["x-sensitivity"]) if "x-sensitivity" in inner else around
        needed = name in schema.get("required", ())
        yield Row(path=f"{within}{name}", depth=depth, schema=inner, required=needed, sensitivities=marks)
        for suffix, nested in _inside(inner).items():
            yield from _rows(nested, f"{within}{name}{suffix}.", depth + 1, marks)


def _inside(schema: Schema) -> dict[str, Schema]:
    """What is inside of an object, of a list's items, or of a map's values."""
    places = {"": schema, "[]": schema.get("items"), ".*": schema.get("additionalProperties")}
    return {
        suffix: nested for suffix, nested in places.items() if isinstance(nested, Mapping) and nested.get("properties")
    }


def form(schema: Schema, quote: str = "") -> str:
    """What a value may be, in words: `list: one of IM, SL`, `date or null`. `quote` surrounds each choice."""
    if "enum" in schema:
        choices = ("null" if value is None else f"{quote}{value}{quote}" for value in schema["enum"])
        return "one of " + ", ".join(choices)
    kinds = schema.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "array" in kinds:
        said = f"list: {form(schema['items'], quote)}"
    else:
        said = schema.get("format") or next(kind for kind in kinds if kind != "null")
    return f"{said} or null" if "null" in kinds else str(said)
