"""What is different between two documents of a clinic, told so that a person can decide on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

from intake.clinics.domain.identity import names_of
from intake.clinics.domain.naming import choice, label
from shared.declared import Declared

Path = tuple[str, ...]
"""The way to a value: fields by their labels, the items of a list by what names them."""


@dataclass(frozen=True)
class Difference:
    """One value that is another now; None is one that is not there. `chosen`: it is a word that may be chosen."""

    path: Path
    before: str | None
    after: str | None
    chosen: bool

    @property
    def what(self) -> str:
        return " › ".join(self.path)

    def said(self, value: str) -> str:
        """One of its values as a person reads it: a phrase where it was chosen."""
        return choice(value) if self.chosen else value


@dataclass(frozen=True)
class Leaf:
    """A single value of a document."""

    path: Path
    text: str
    chosen: bool


def differences(kind: type[Declared], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two documents of a kind, or parts of such, in JSON types, in the order of these."""
    old, new = ({leaf.path: leaf for leaf in leaves(kind, document)} for document in (before, after))
    found = []
    for path in [*old, *(path for path in new if path not in old)]:
        was, is_ = old.get(path), new.get(path)
        if was is None or is_ is None or was.text != is_.text:
            chosen = any(leaf is not None and leaf.chosen for leaf in (was, is_))
            found.append(Difference(path, _text(was), _text(is_), chosen))
    return found


def _text(leaf: Leaf | None) -> str | None:
    return None if leaf is None else leaf.text


def leaves(kind: type[Declared], document: Mapping[str, Any]) -> Iterator[Leaf]:
    """Every value that a document says, with the way to it; what is null says nothing."""
    return _leaves(kind.schema(), document, ())


def _leaves(schema: Schema, document: Mapping[str, Any], below: Path) -> Iterator[Leaf]:
    for name, value in document.items():
        path, declared = (*below, label(name)), schema.fields.get(name)
        match declared:
            case _ if value is None:
                pass
            case fields.Nested():
                yield from _leaves(declared.schema, value, path)
            case fields.List(inner=fields.Nested() as inner):
                for place, item in enumerate(value):
                    yield from _leaves(inner.schema, item, (*path, *names_of(inner.schema, name, place, item)))
            case _:
                yield Leaf(path, plain(value), isinstance(declared, fields.Boolean | fields.Enum))


def plain(value: Any) -> str:
    """A value in JSON types as text, in which what may be chosen is still its code."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(plain(item) for item in value)
        case _:
            return str(value)
