"""What a service holds about a client: told once, and used wherever everything about somebody is meant.

    HOLDINGS = [
        Holding(Entry.client_id, "what happened in your visits", may="record.read", words={"at": "When"}),
        Holding(Visit.client_id, "your visits", may="visit.read", words={"starts_at": "From", "ends_at": "To"}),
    ]

From it come the export of a client's record, for machines and for people, and its erasure; a test holds it against the
service's tables, so that no table about clients, and no column that tells them something, is forgotten.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, inspect, not_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from shared.store.sealed import Sealed, sealed_attributes
from shared.store.transaction import Transaction

Rows = Callable[[UUID, Transaction], Iterator[dict[str, Any]]]
Lets = Callable[[str], bool]
"""Whether whoever asks may have what that action guards, of the client whom it is about."""

_NOT_FOR_OTHERS = "This is between the client and their therapist, or theirs alone: they take it out, signed in."
_THEIRS_ALONE = "What is the client's alone is shown to nobody but them."


@dataclass(frozen=True)
class Holding:
    """A table with rows about clients. `whose` is the column with the client's id, `title` names it for the client.

    The client's own export has all of it. In anybody else's is what they may have by `may`, the action that guards the
    table at its doors; without one it is in nobody else's. Of those, rows that are `theirs_alone` and columns
    `shown_to_them_alone` are the client's too: what a door leaves out, or opens to fewer.
    `secret` columns are in no export: keys, proofs, and places that count what all clinics do. With `withheld`, the
    whole table is in none; it says why.

    Holdings are erased in the order in which they are listed: what points to others comes first. Where the application
    may not remove rows of a table, a function of the database does, named in `erased_by`: it takes the client's id, and
    returns the rows'.

    `words` are what people call the columns, in the order in which they read them. `said_as` makes of a value, and the
    row that it stands in, what tells people something, where it does not by itself. What has no words tells them
    nothing: ids, and the columns named in `for_machines`. The export for machines has it all. Rows come in the order
    in which they were made, or `in_order_of` a column that says better which was first.
    """

    whose: "InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]"
    title: str
    may: str | None = None
    secret: tuple[str, ...] = ()
    withheld: str | None = None
    theirs_alone: "ColumnElement[bool] | None" = None
    shown_to_them_alone: tuple[str, ...] = ()
    erased_by: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    said_as: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    for_machines: tuple[str, ...] = ()
    in_order_of: "InstrumentedAttribute[Any] | None" = None

    @property
    def model(self) -> type[Any]:
        model = self.whose.class_
        assert isinstance(model, type)  # nosec B101 # a holding is a mapped table, not an alias of one.
        return model

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)

    def rows(self, client: UUID, tx: Transaction) -> Iterator[dict[str, Any]]:
        """The rows about a client with everything opened, in JSON types."""
        for row, fields in self._shown(client, tx):
            yield {name: _plain(getattr(row, name)) for name in fields}

    def told(self, client: UUID, tx: Transaction) -> Iterator[dict[str, Any]]:
        """The same for people, by the words that they have for it; what is unknown is left out."""
        for row, fields in self._shown(client, tx):
            known = {name: value for name in self.words if name in fields and (value := getattr(row, name)) is not None}
            yield {
                self.words[name]: self.said_as[name](value, row) if name in self.said_as else value
                for name, value in known.items()
            }

    def is_shown(self, client: UUID, tx: Transaction, lets: Lets) -> bool:
        """Whether whoever asks is shown any of it."""
        return self.withheld is None and (_is_them(client, tx) or (self.may is not None and lets(self.may)))

    def why_withheld(self, client: UUID, tx: Transaction, lets: Lets) -> str | None:
        """Why something is not shown to whoever asks, be there any or not."""
        if not self.is_shown(client, tx, lets):
            return self.withheld or _NOT_FOR_OTHERS
        has_own = self.theirs_alone is not None or self.shown_to_them_alone
        return _THEIRS_ALONE if has_own and not _is_them(client, tx) else None

    def remove(self, client: UUID, tx: Transaction) -> list[Any]:
        """Remove the rows about a client; returns their keys, of keys with parts the first."""
        if self.erased_by is not None:
            return list(tx.session.scalars(text(f"select {self.erased_by}(:client)"), {"client": client}))
        [key, *_] = inspect(self.model).primary_key
        return list(tx.session.scalars(delete(self.model).where(self.whose == client).returning(key)))

    def _shown(self, client: UUID, tx: Transaction) -> Iterator[tuple[Any, list[str]]]:
        """The rows about a client that are shown to whoever asks, and the fields that are."""
        query, fields = select(self.model).where(self.whose == client), self.fields
        if not _is_them(client, tx):
            fields = [name for name in fields if name not in self.shown_to_them_alone]
            query = query if self.theirs_alone is None else query.where(not_(self.theirs_alone))
        first = () if self.in_order_of is None else (self.in_order_of,)
        for row in tx.all(query.order_by(*first, *inspect(self.model).primary_key)):
            yield row, fields

    @property
    def wordless(self) -> set[str]:
        """The fields that tell people something, and have no words yet."""
        ids = {self.whose.key, *(name for name in self.fields if name == "id" or name.endswith("_id"))}
        return set() if self.withheld else set(self.fields) - ids - set(self.for_machines) - set(self.words)

    @property
    def fields(self) -> list[str]:
        """The names of what an export shows: sealed attributes by their own, never their column's."""
        sealed: list[Sealed[Any]] = list(sealed_attributes(self.model))
        hidden = {attribute.column for attribute in sealed} | {"clinic", *self.secret}
        columns = [attribute.key for attribute in inspect(self.model).column_attrs]
        return [name for name in columns if name not in hidden] + [attribute.name for attribute in sealed]


@dataclass(frozen=True)
class Exported:
    """One part of a client's record."""

    title: str
    table: str
    rows: Sequence[dict[str, Any]]
    withheld: str | None


def export(client: UUID, holdings: Sequence[Holding], tx: Transaction, lets: Lets) -> list[Exported]:
    """What a service holds about a client and whoever asks may have, part by part; what is withheld is named, and why.

    Of the client themselves nothing is asked: the law gives them all of it.
    """
    return [_exported(holding, holding.rows, client, tx, lets) for holding in holdings]


def tell(client: UUID, holdings: Sequence[Holding], tx: Transaction, lets: Lets) -> list[Exported]:
    """The same for people. Numbers by which machines know things are left out."""
    return [_exported(holding, holding.told, client, tx, lets) for holding in holdings]


def code(value: str, row: Any) -> str:
    """A word of the program, as people write it: `no show` of `no_show`."""
    return value.replace("_", " ")


def _exported(holding: Holding, rows: Rows, client: UUID, tx: Transaction, lets: Lets) -> Exported:
    shown = list(rows(client, tx)) if holding.is_shown(client, tx, lets) else []
    return Exported(holding.title, holding.table, shown, holding.why_withheld(client, tx, lets))


def _is_them(client: UUID, tx: Transaction) -> bool:
    return tx.actor.client_id == client


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value
