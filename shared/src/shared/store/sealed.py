"""Sealed attributes of rows: read and set in clear, kept sealed.

    class Moment(Base):
        id: Mapped[UUID] = mapped_column(primary_key=True)
        client_id: Mapped[UUID]
        words = Sealed[str]("moment.words", owner="client_id")

The table has a column `words_sealed bytea`; `moment.words` is text. What was set on a new row is sealed by the
transaction that writes it, as it is written; what was read is opened when somebody looks. Statements that write without
an object, as an upsert, take their values through `sealed_values`.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

from sqlalchemy import LargeBinary, event, inspect
from sqlalchemy.orm import Session, mapped_column, object_session

from shared.store.vault import Vault

T = TypeVar("T")

_VAULT = "vault"
_PENDING, _OPENED = "_pending_to_seal", "_opened"


class Sealed(Generic[T]):
    """An attribute of JSON types, or a date, that is kept sealed under the data key of its owner.

    `place` names table and field, and is authenticated with each value. `owner` is the attribute that holds the id of
    whom it is about. A `steady` one is sealed alike when it is said again unchanged: for copies that can be rebuilt.
    """

    def __init__(self, place: str, *, owner: str = "client_id", steady: bool = False) -> None:
        self.place = place
        self.owner = owner
        self.steady = steady
        self.name = ""

    def __set_name__(self, row: type[Any], name: str) -> None:
        self.name = name
        setattr(row, self.column, mapped_column(self.column, LargeBinary, nullable=True))

    @property
    def column(self) -> str:
        return f"{self.name}_sealed"

    @overload
    def __get__(self, row: None, kind: type[Any]) -> "Sealed[T]": ...

    @overload
    def __get__(self, row: Any, kind: type[Any]) -> T: ...

    def __get__(self, row: Any, kind: type[Any]) -> "Sealed[T] | T":
        if row is None:
            return self
        pending = row.__dict__.get(_PENDING, {})
        if self.name in pending:
            value: T = pending[self.name]
            return value
        sealed = getattr(row, self.column)
        if sealed is None:
            return None  # type: ignore[return-value]
        opened = row.__dict__.setdefault(_OPENED, {})
        if opened.get(self.name, (None,))[0] != sealed:
            opened[self.name] = sealed, self._open(row, sealed)
        known: T = opened[self.name][1]
        return known

    def __set__(self, row: Any, value: T) -> None:
        if inspect(row).persistent:
            self._put(row, value, _vault_of(row))
        else:
            row.__dict__.setdefault(_PENDING, {})[self.name] = value

    def seal(self, vault: Vault, owner: UUID, value: T | None) -> bytes | None:
        """The value as its column holds it; None stays None, so that what is unknown can be seen to be."""
        return None if value is None else vault.seal(owner, self.place, self._encode(value), steady=self.steady)

    def seal_pending(self, row: Any, vault: Vault) -> None:
        pending = row.__dict__.get(_PENDING, {})
        if self.name in pending:
            self._put(row, pending.pop(self.name), vault)

    def _put(self, row: Any, value: T, vault: Vault) -> None:
        sealed = self.seal(vault, getattr(row, self.owner), value)
        setattr(row, self.column, sealed)
        row.__dict__.setdefault(_OPENED, {})[self.name] = sealed, value

    def _open(self, row: Any, sealed: bytes) -> Any:
        vault = _vault_of(row)
        session = object_session(row)
        if session is not None and not vault.can_open(sealed):
            # Whoever reads one row of a list reads the others: their keys come with one question.
            alike = [other for other in session.identity_map.values() if type(other) is type(row)]
            vault.gather(value for other in alike if (value := other.__dict__.get(self.column)) is not None)
        return self._decode(vault.open(getattr(row, self.owner), self.place, sealed))

    def _encode(self, value: T) -> bytes:
        return encode(value)

    def _decode(self, plain: bytes) -> Any:
        return decode(plain)


def sealed_attributes(model: type[Any]) -> Iterator[Sealed[Any]]:
    """The sealed attributes of a model."""
    for kind in model.__mro__:
        yield from (attribute for attribute in vars(kind).values() if isinstance(attribute, Sealed))


def owner_among(model: type[Any], values: Mapping[str, Any]) -> UUID:
    """Whose the sealed ones among a row's values are. KeyError where the values do not say so."""
    owners = (attribute.owner for attribute in sealed_attributes(model) if attribute.name in values)
    owner: UUID = values[next(owners, "id")]
    return owner


def sealed_values(model: type[Any], owner: UUID, values: Mapping[str, Any], vault: Vault) -> dict[str, Any]:
    """Column values of a row, with those of sealed attributes sealed."""
    by_name = {attribute.name: attribute for attribute in sealed_attributes(model)}
    return {
        by_name[name].column if name in by_name else name: (
            by_name[name].seal(vault, owner, value) if name in by_name else value
        )
        for name, value in values.items()
    }


def use_vault(session: Session, vault: Vault) -> None:
    """Have the sealed attributes of this session's rows open and seal by that vault, from now on."""
    session.info[_VAULT] = vault


@event.listens_for(Session, "before_flush")
def _seal_what_is_new(session: Session, *_: object) -> None:
    for row in session.new:
        for attribute in sealed_attributes(type(row)):
            attribute.seal_pending(row, session.info[_VAULT])


@event.listens_for(Session, "after_soft_rollback")
def _forget_what_was_undone(session: Session, *_: object) -> None:
    if _VAULT in session.info:
        session.info[_VAULT].forget()


def encode(value: Any) -> bytes:
    """JSON, with a date as its ISO text."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_iso).encode()


def decode(plain: bytes) -> Any:
    """What `encode` was given; a date is its ISO text still."""
    return json.loads(plain)


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__qualname__} cannot be sealed")


def _vault_of(row: Any) -> Vault:
    session = object_session(row)
    if session is None or _VAULT not in session.info:
        raise RuntimeError(f"a sealed {type(row).__name__} is looked at outside its transaction")
    vault: Vault = session.info[_VAULT]
    return vault


class SealedForClinic(Sealed[T]):
    """An attribute that is about no client: the clinic's own key seals it, for the row whose `id` it stands beside."""

    def __init__(self, place: str) -> None:
        super().__init__(place, owner="id")

    def seal(self, vault: Vault, owner: UUID, value: T | None) -> bytes | None:
        return None if value is None else vault.seal_for_clinic(f"{self.place}/{owner}", encode(value))

    def _open(self, row: Any, sealed: bytes) -> Any:
        place = f"{self.place}/{getattr(row, self.owner)}"
        return decode(_vault_of(row).open_for_clinic(place, sealed))


class SealedDate(Sealed[date | None]):
    """A sealed date."""

    def _open(self, row: Any, sealed: bytes) -> Any:
        return date.fromisoformat(super()._open(row, sealed))


class SealedBytes(Sealed[bytes]):
    """A sealed file, as it is."""

    def _encode(self, value: bytes) -> bytes:
        return value

    def _decode(self, plain: bytes) -> bytes:
        return plain
