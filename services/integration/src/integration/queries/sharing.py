"""Which of what a client keeps the actor may see: the one condition for queries over a kind that can be shared."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_

from integration.domain.visibility import visible_to
from integration.queries.clients import is_client
from shared.store import Transaction


def is_for_actor(model: type[Any], client_id: UUID, tx: Transaction) -> ColumnElement[bool]:
    """For a query: all of a client's where the actor is that client, else those shared with the actor's roles."""
    theirs: ColumnElement[bool] = model.client_id == client_id
    return theirs if is_client(client_id, tx) else and_(theirs, model.visibility.in_(visible_to(tx.actor.roles)))
