"""What a client lives with for years. Letters leave here for the client alone."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from integration.models import Letter, LifeEvent
from integration.queries.clients import is_client
from integration.queries.sharing import is_for_actor
from shared.store import Transaction


def life_events_of(client_id: UUID, tx: Transaction) -> Sequence[LifeEvent]:
    """The days that matter in a client's life, by time: all of their own, or those shared with the actor's roles."""
    query = select(LifeEvent).where(is_for_actor(LifeEvent, client_id, tx))
    return tx.all(query.order_by(LifeEvent.happened_at, LifeEvent.id))


def letters_of(client_id: UUID, tx: Transaction) -> Sequence[Letter]:
    """A client's letters to themselves, by the day on which they open; nobody else has any to read."""
    if not is_client(client_id, tx):
        return []
    return tx.all(select(Letter).where(Letter.client_id == client_id).order_by(Letter.opens_at, Letter.id))
