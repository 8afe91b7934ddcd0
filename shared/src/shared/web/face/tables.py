"""Tables of things, each view of which has an address: sorted by a column, searched, a page at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request

from shared.languages import phrase
from shared.web.face.reading import reader

Item = TypeVar("Item")

PER_PAGE = 25


@dataclass(frozen=True)
class Column(Generic[Item]):
    """What a column is called, what it shows of an item, and by what it is sorted; None: it is not."""

    key: str
    words: str
    cell: Callable[[Item], Any]
    sort: Callable[[Item], Any] | None = None
    number: bool = False


@dataclass(frozen=True)
class Head:
    """A column's head in this view. `address` is the view sorted by it, the other way round where it is already."""

    words: str
    number: bool
    address: str | None
    sorted: str | None


class Table(Generic[Item]):
    """Items as rows of a page. `text` is what of an item is searched, where it may stand in an address.

    What is searched for stands in the address, and so in logs: never give `text` where a person could be named by it.
    Its part of the address begins with its id, so that there may be several on a page.
    """

    def __init__(
        self,
        id_: str,
        items: Iterable[Item],
        columns: Sequence[Column[Item]],
        *,
        text: Callable[[Item], str] | None = None,
        per_page: int = PER_PAGE,
        more: bool = False,
    ) -> None:
        self.id = id_
        self.searchable = text is not None
        self._columns = columns
        self._more = more
        self._sort, _, self._way = request.args.get(f"{id_}_sort", "").partition(".")
        self.sought = request.args.get(f"{id_}_q", "").strip() if text else ""
        found = [item for item in items if text is None or self.sought.casefold() in text(item).casefold()]
        by = next((column.sort for column in columns if column.key == self._sort and column.sort), None)
        if by is not None:
            found.sort(key=by, reverse=self._way == "down")
        self.total = len(found)
        self.pages = max(1, -(-self.total // per_page))
        self.page = min(max(1, request.args.get(f"{id_}_page", 1, type=int)), self.pages)
        shown = found[(self.page - 1) * per_page : self.page * per_page]
        self.rows = [[column.cell(item) for column in columns] for item in shown]

    @property
    def caption(self) -> str:
        """How many there are."""
        reads = reader()
        if self._more:
            return reads.say(phrase("The newest {n}; there are more"), n=self.total)
        return reads.count("{n} entry", "{n} entries", self.total)

    @property
    def columns(self) -> list[Head]:
        reads = reader()
        return [
            Head(reads.say(column.words), column.number, self._sorted_by(column), self._way_of(column))
            for column in self._columns
        ]

    @property
    def before(self) -> str | None:
        return self._at(page=self.page - 1) if self.page > 1 else None

    @property
    def after(self) -> str | None:
        return self._at(page=self.page + 1) if self.page < self.pages else None

    @property
    def all(self) -> str:
        """The view without the search."""
        return self._at(q=None, page=None)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What of the present address stays when something else is searched."""
        own = {f"{self.id}_q", f"{self.id}_page"}
        return [(name, value) for name, value in request.args.items(multi=True) if name not in own]

    def _way_of(self, column: Column[Item]) -> str | None:
        if column.key != self._sort or column.sort is None:
            return None
        return "descending" if self._way == "down" else "ascending"

    def _sorted_by(self, column: Column[Item]) -> str | None:
        if column.sort is None:
            return None
        turn = column.key == self._sort and self._way != "down"
        return self._at(sort=f"{column.key}.down" if turn else column.key, page=None)

    def _at(self, **changes: Any) -> str:
        said = {name: request.args.getlist(name) for name in request.args}
        for name, value in changes.items():
            said[f"{self.id}_{name}"] = [] if value is None else [str(value)]
        query = urlencode({name: values for name, values in said.items() if values}, doseq=True)
        return f"{request.path}?{query}" if query else request.path
