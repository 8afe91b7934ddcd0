"""A clinic's document laid out for people: groups and tables to read, the same as inputs to change, and the way back.

All of it is made from the declaration, so that a value that is declared is also shown, explained, and can be changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields

from intake.clinics.domain.difference import plain
from intake.clinics.domain.naming import choice, label
from shared.clinics import ON_CALL, OnCallRole
from shared.declared import Declared
from shared.languages import phrase

EMPTY_ROWS = 2
"""How many rows more than there are a table offers; who needs still more sends the form, and comes back."""

_WHERE_FROM = ("basis", "source")
_NOT_CHOSEN_ANY_MORE = frozenset(OnCallRole) - ON_CALL
"""Words of before: read where they stand, and offered nowhere else."""

_YES_OR_NO = tuple((said, choice(said)) for said in ("yes", "no"))


class Kind(StrEnum):
    """How one value is typed in."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True)
class Cell:
    """One value: what it is called, what it says, and how it is changed. `path` names it in forms and in errors."""

    path: str
    label: str
    hint: str
    text: str
    kind: Kind = Kind.TEXT
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def is_person(self) -> bool:
        """Whether it names somebody by the name of their sign-in, which is to be read as what they are called."""
        return self.path.rpartition(".")[2] == "staff" and bool(self.text)

    @property
    def said(self) -> str:
        """What it says: a phrase where it was chosen, else as somebody has written it."""
        return dict(self.choices).get(self.text, self.text)


@dataclass(frozen=True)
class Part:
    """Values that belong together: one row, or a table of rows that may grow and shrink."""

    name: str
    label: str
    hint: str
    rows: list[list[Cell]]
    is_table: bool = False
    optional: bool = False
    columns: list[Cell] = field(default_factory=list)

    @property
    def shown_columns(self) -> list[Cell]:
        """What a reader's table has a column for: where its values come from is told below it."""
        return self.shown(self.columns)

    @property
    def is_wordy(self) -> bool:
        """Whether reading it takes a while."""
        return any(column.kind is Kind.LONG for column in self.shown_columns)

    def shown(self, row: list[Cell]) -> list[Cell]:
        """What of a row is read: what has a name is read by that, and not by its id."""
        of = {cell.path.rpartition(".")[2]: cell for cell in row}
        hidden = {*_WHERE_FROM, "id"} if "name" in of else set(_WHERE_FROM)
        return [cell for name, cell in of.items() if name not in hidden]

    @property
    def where_from(self) -> dict[tuple[str, str], list[str]]:
        """Each basis and source, with the first words of the rows that have it."""
        found: dict[tuple[str, str], list[str]] = {}
        for row in self.rows:
            said = {cell.path.rpartition(".")[2]: cell.said for cell in row}
            if "source" in said:
                found.setdefault((said["basis"], said["source"]), []).append(row[0].said)
        return found


def outline(kind: type[Declared], document: Mapping[str, Any], *, to_change: bool = False) -> list[Part]:
    """A document in JSON types, sound or not, in parts: first the single values as one of them.

    `to_change` offers empty rows for more, and groups that are not there.
    """
    singles: list[Cell] = []
    parts: list[Part] = []
    for name, declared in kind.schema().fields.items():
        value = document.get(name)
        match declared:
            case fields.Nested():
                if value is not None or to_change:
                    row = _cells(declared.schema, value, f"{name}.", may_be_empty=declared.allow_none)
                    parts.append(Part(name, label(name), _hint(declared), [row], optional=declared.allow_none))
            case fields.List(inner=fields.Nested() as inner):
                parts.append(_table(name, declared, inner.schema, value, to_change=to_change))
            case _:
                singles.append(_cell(name, name, declared, value, may_be_empty=declared.allow_none))
    return [Part("", phrase("In short"), "", [singles]), *parts] if singles else parts


def read_form(kind: type[Declared], form: Mapping[str, str]) -> dict[str, Any]:
    """The document in JSON types that a form of `outline` says. An empty row, or optional group, is not there.

    What cannot be of its type is left as it was typed: validation names it.
    """
    document: dict[str, Any] = {}
    for name, declared in kind.schema().fields.items():
        match declared:
            case fields.Nested():
                said = _read_group(declared.schema, form, f"{name}.")
                document[name] = None if declared.allow_none and not any(_says(v) for v in said.values()) else said
            case fields.List(inner=fields.Nested() as inner):
                rows = [_read_group(inner.schema, form, f"{name}.{place}.") for place in _places(name, form)]
                document[name] = [row for row in rows if any(_says(value) for value in row.values())]
            case _:
                document[name] = _value(declared, form.get(name, ""))
    return document


def _table(name: str, declared: fields.Field[Any], schema: Schema, value: Any, *, to_change: bool) -> Part:
    items = [item if isinstance(item, Mapping) else {} for item in value or []]
    if to_change:
        items += [{}] * EMPTY_ROWS
    rows = [_cells(schema, item, f"{name}.{place}.", may_be_empty=True) for place, item in enumerate(items)]
    columns = _cells(schema, {}, "", may_be_empty=True)
    return Part(name, label(name), _hint(declared), rows, is_table=True, columns=columns)


def _cells(schema: Schema, value: Any, prefix: str, *, may_be_empty: bool) -> list[Cell]:
    said = value if isinstance(value, Mapping) else {}
    return [
        _cell(prefix + name, name, declared, said.get(name), may_be_empty=may_be_empty or declared.allow_none)
        for name, declared in schema.fields.items()
    ]


def _cell(path: str, name: str, declared: fields.Field[Any], value: Any, *, may_be_empty: bool) -> Cell:
    text = "" if value is None else plain(value)
    nothing = (("", "–"),) if may_be_empty else ()
    match declared:
        case fields.Boolean():
            return Cell(path, label(name), _hint(declared), text, Kind.CHOICE, (*nothing, *_YES_OR_NO))
        case fields.Enum():
            offered = [member.value for member in declared.enum if member not in _NOT_CHOSEN_ANY_MORE or member == text]
            choices = tuple((value, choice(value)) for value in offered)
            return Cell(path, label(name), _hint(declared), text, Kind.CHOICE, (*nothing, *choices))
        case fields.Integer():
            return Cell(path, label(name), _hint(declared), text, Kind.NUMBER)
        case _:
            long = name in ("text", "source", "crisis_line")
            return Cell(path, label(name), _hint(declared), text, Kind.LONG if long else Kind.TEXT)


def _read_group(schema: Schema, form: Mapping[str, str], prefix: str) -> dict[str, Any]:
    said = {name: _value(declared, form.get(prefix + name, "")) for name, declared in schema.fields.items()}
    # What is left out of a group is missing from it, unless it may be nothing.
    return {name: value for name, value in said.items() if value is not None or schema.fields[name].allow_none}


def _value(declared: fields.Field[Any], typed: str) -> Any:
    text = typed.strip()
    match declared:
        case fields.List():
            return [_number(part.strip()) for part in text.split(",") if part.strip()]
        case _ if not text:
            return None
        case fields.Boolean():
            return {"yes": True, "no": False}.get(text, text)
        case fields.Integer():
            return _number(text)
        case _:
            return text


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 10 else text


def _says(value: Any) -> bool:
    return value is not None and value != []


def _places(name: str, form: Mapping[str, str]) -> list[int]:
    """Which rows of a table a form has, in their order."""
    found = (key.removeprefix(f"{name}.").partition(".")[0] for key in form if key.startswith(f"{name}."))
    return sorted({int(place) for place in found if place.isascii() and place.isdigit() and len(place) < 4})


def _hint(declared: fields.Field[Any]) -> str:
    hint: str = declared.metadata.get("description", "")
    return hint
