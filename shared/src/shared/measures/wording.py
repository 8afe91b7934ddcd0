"""The words of an instrument whose text may not ship: loaded by a clinic, by the permission that it names."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from shared.measures.fingerprint import fingerprint
from shared.measures.item import Item
from shared.measures.r4 import Fault, fault

LONGEST = {"stem": 4_000, "item": 2_000, "option": 500, "permission": 1_000, "notice": 4_000}
"""How many characters each kind of text may have."""

MOST_NOTICES = 10
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class InvalidWording(ValueError):  # noqa: N818 - an error is named for what is wrong.
    """A wording that does not fit its instrument; `errors` tells whoever loads it what to mend.

    Each has a `path` (JSON Pointer) and a `message`."""

    def __init__(self, errors: list[Fault]) -> None:
        super().__init__("; ".join(f"{error['path'] or '/'}: {error['message']}" for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Wording:
    """What an instrument says in one `language` (BCP 47: `en`, `es-MX`).

    `permission` is, in the clinic's own words, who allowed it and where that can be read; `notices` are what the
    owner wants printed. `items` has the text of every item by link id. `options` has the words of each answer by its
    code, under the name of the answer list, or under an item's link id where the words differ from item to item.
    """

    language: str
    permission: str
    stem: str
    items: Mapping[str, str] = field(hash=False)
    options: Mapping[str, Mapping[str, str]] = field(hash=False)
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", MappingProxyType(dict(self.items)))
        options = {name: MappingProxyType(dict(displays)) for name, displays in self.options.items()}
        object.__setattr__(self, "options", MappingProxyType(options))
        object.__setattr__(self, "notices", tuple(self.notices))

    @property
    def content_hash(self) -> str:
        """SHA-256 of all that it says: with the instrument's own, it tells later what was on the screen."""
        return fingerprint(self.as_document())

    def as_document(self) -> dict[str, Any]:
        """As JSON, to be kept; `read_wording` reads it back."""
        return {
            "language": self.language,
            "permission": self.permission,
            "stem": self.stem,
            "items": dict(self.items),
            "options": {name: dict(displays) for name, displays in self.options.items()},
            "notices": list(self.notices),
        }

    def displays_of(self, item: Item) -> Mapping[str, str]:
        """The words of this item's answers by code: its own, else those of its answer list."""
        return self.options.get(item.link_id, self.options.get(item.answer_list or "", {}))

    def faults(self, items: Sequence[Item]) -> list[Fault]:
        """What keeps it from wording exactly these items: [] when nothing does."""
        return [*self._about_itself(), *self._about_items(items), *self._about_options(items)]

    def _about_itself(self) -> Iterator[Fault]:
        if not LANGUAGE.fullmatch(self.language):
            yield fault("/language", "Must be a language like en or es-MX.")
        yield from _text("/permission", self.permission, LONGEST["permission"])
        yield from _text("/stem", self.stem, LONGEST["stem"])
        if len(self.notices) > MOST_NOTICES:
            yield fault("/notices", f"At most {MOST_NOTICES} notices.")
        for index, notice in enumerate(self.notices):
            yield from _text(f"/notices/{index}", notice, LONGEST["notice"])

    def _about_items(self, items: Sequence[Item]) -> Iterator[Fault]:
        known = [item.link_id for item in items]
        yield from _strangers("/items", self.items, known)
        for link_id in known:
            yield from _text(f"/items/{link_id}", self.items.get(link_id, ""), LONGEST["item"])

    def _about_options(self, items: Sequence[Item]) -> Iterator[Fault]:
        ticked = [item for item in items if item.options]
        lists = [item.answer_list for item in ticked if item.answer_list is not None]
        yield from _strangers("/options", self.options, [*lists, *(item.link_id for item in ticked)])
        told: set[str] = set()
        for item in ticked:
            name = item.link_id if item.link_id in self.options else item.answer_list or ""
            if name in told:
                continue
            told.add(name)
            displays = self.displays_of(item)
            codes = [option.code for option in item.options]
            yield from _strangers(f"/options/{name}", displays, codes)
            for code in codes:
                yield from _text(f"/options/{name}/{code}", displays.get(code, ""), LONGEST["option"])


class _WordingShape(Schema):
    class Meta:
        unknown = RAISE

    language = fields.String(required=True)
    permission = fields.String(required=True)
    stem = fields.String(required=True)
    items = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    options = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String()), load_default=dict
    )
    notices = fields.List(fields.String(), load_default=list)


SHAPE = _WordingShape()


def read_wording(document: Mapping[str, Any]) -> Wording:
    """A wording from JSON. Raises InvalidWording where it lacks the shape of one; what it words is checked later."""
    try:
        return Wording(**SHAPE.load(document))
    except ValidationError as error:
        raise InvalidWording(list(_of_shape("", error.messages))) from error


def _of_shape(path: str, messages: Any) -> Iterator[Fault]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _of_shape(path if name in ("_schema", "value", "key") else f"{path}/{name}", inner)
    else:
        yield from (fault(path, message) for message in messages)


def _strangers(path: str, given: Mapping[str, Any], known: Sequence[str]) -> Iterator[Fault]:
    yield from (
        fault(f"{path}/{name}", "This instrument has nothing of this name.") for name in given if name not in known
    )


def _text(path: str, text: str, longest: int) -> Iterator[Fault]:
    if not text.strip():
        yield fault(path, "Not worded.")
    elif len(text) > longest:
        yield fault(path, f"At most {longest} characters.")
    elif any(
        unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co") for character in text if character not in "\n\r\t"
    ):
        yield fault(path, "Has characters that cannot be shown.")
