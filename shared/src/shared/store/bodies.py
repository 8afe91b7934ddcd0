"""The bodies of events at rest: sealed by their clinic's key, in the outbox without their attributes, else as a whole.

What was laid down before there was sealing is read as it lies: JSON begins otherwise than a sealed value.
"""

from typing import Any, Protocol
from uuid import UUID

from shared.events.envelope import whole
from shared.sealing.ciphers import is_sealed
from shared.store.vault import Keyring


class OutboxRow(Protocol):
    """What is needed of a row of the outbox to know what it says."""

    @property
    def id(self) -> Any: ...

    @property
    def body(self) -> Any: ...

    @property
    def sealed(self) -> Any: ...


def seal_data(keyring: Keyring, clinic: str, event_id: UUID, data: bytes) -> bytes:
    """An event's data, for the outbox."""
    return keyring.carrier(clinic).seal(data, b"outbox/" + event_id.bytes)


def open_outbox(keyring: Keyring, row: OutboxRow) -> bytes:
    """The message that a row of the outbox stands for. Raises CannotOpen."""
    if row.sealed is None:
        return bytes(row.body)
    sealed = bytes(row.sealed)
    return whole(bytes(row.body), keyring.carrier_of(sealed).open(sealed, b"outbox/" + row.id.bytes))


def seal_body(keyring: Keyring, clinic: str, event_id: UUID, body: bytes) -> bytes:
    """A message that has arrived, for the inbox."""
    return keyring.carrier(clinic).seal(body, b"inbox/" + event_id.bytes)


def open_body(keyring: Keyring, event_id: UUID, body: bytes) -> bytes:
    """The message that lies in the inbox. Raises CannotOpen."""
    if not is_sealed(body):
        return body
    return keyring.carrier_of(body).open(body, b"inbox/" + event_id.bytes)
