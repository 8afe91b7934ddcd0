"""What is different between two documents of a clinic, told so that a person can decide on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from intake.clinics.domain.identity import names_of
from intake.clinics.domain.naming import label

Path = tuple[str, ...]
"""The way to a value: fields by their labels, the items of a list by what names them."""


@dataclass(frozen=True)
class Difference:
    """One value that is another now; None is one that is not there."""

    path: Path
    before: str | None
    after: str | None

    @property
    def what(self) -> str:
        return " › ".join(self.path)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two documents in JSON types, in the order in which they say it."""
    old, new = dict(leaves(before)), dict(leaves(after))
    paths = [*old, *(path for path in new if path not in old)]
    return [Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def leaves(document: Mapping[str, Any], *, below: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every value that a document says, with the way to it; what is null says nothing."""
    for name, value in document.items():
        path = (*below, label(name))
        match value:
            case None:
                pass
            case Mapping():
                yield from leaves(value, below=path)
            case list() if any(isinstance(item, Mapping) for item in value):
                for place, item in enumerate(value):
                    yield from leaves(item, below=(*path, *names_of(name, place, item)))
            case _:
                yield path, plain(value)


def plain(value: Any) -> str:
    """A value in JSON types as a person reads it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(plain(item) for item in value)
        case _:
            return str(value)
