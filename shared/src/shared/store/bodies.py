"""The bodies of events at rest: sealed by their clinic's key, in the outbox without their attributes, else as a whole.

They open in their own row alone: in the outbox beside the attributes that they were laid down with, in the inbox under
their clinic and id. What was laid down before there was sealing is read as it lies: JSON begins otherwise than a sealed
value.
"""

from typing import Any, Protocol
from uuid import UUID

from shared.events.envelope import around_sequence, whole
from shared.sealing.ciphers import is_sealed
from shared.store.vault import Keyring


class InboxRow(Protocol):
    """What is needed of a row of the inbox to know what it says."""

    @property
    def id(self) -> Any: ...

    @property
    def clinic(self) -> Any: ...

    @property
    def body(self) -> Any: ...


class OutboxRow(InboxRow, Protocol):
    """What is needed of a row of the outbox to know what it says."""

    @property
    def sealed(self) -> Any: ...


def seal_data(keyring: Keyring, clinic: str, event_id: UUID, attributes: bytes, data: bytes) -> bytes:
    """An event's data, for the outbox, beside its attributes without their sequence."""
    return keyring.carrier(clinic).seal(data, _context("outbox", clinic, event_id) + attributes)


def open_outbox(keyring: Keyring, row: OutboxRow) -> bytes:
    """The message that a row of the outbox stands for. Raises CannotOpen."""
    attributes = bytes(row.body)
    if row.sealed is None:
        return attributes
    sealed, context = bytes(row.sealed), _context("outbox", row.clinic, row.id)
    return whole(attributes, keyring.carrier_of(sealed, row.clinic).open(sealed, context + around_sequence(attributes)))


def seal_body(keyring: Keyring, clinic: str, event_id: UUID, body: bytes) -> bytes:
    """A message that has arrived, for the inbox."""
    return keyring.carrier(clinic).seal(body, _context("inbox", clinic, event_id))


def open_body(keyring: Keyring, row: InboxRow) -> bytes:
    """The message that lies in the inbox. Raises CannotOpen."""
    body = bytes(row.body)
    if not is_sealed(body):
        return body
    return keyring.carrier_of(body, row.clinic).open(body, _context("inbox", row.clinic, row.id))


def _context(box: str, clinic: str, event_id: UUID) -> bytes:
    return f"{box}/{clinic}/{event_id}".encode()
