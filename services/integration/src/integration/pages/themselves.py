"""Whose a client's own pages are, and by which clock they live."""

from uuid import UUID
from zoneinfo import ZoneInfo

from integration.models import Client
from shared.store import Transaction


def own_id(tx: Transaction) -> UUID:
    """The client who reads their own page."""
    assert tx.actor.client_id is not None  # nosec B101 # their policy lets clients alone in, and each has an id.
    return tx.actor.client_id


def zone_of(client_id: UUID, tx: Transaction) -> ZoneInfo:
    """The client's own clock; the clinic's where theirs is not known."""
    client = tx.find(Client, client_id)
    return ZoneInfo(client.time_zone) if client and client.time_zone else tx.clinic.zone
