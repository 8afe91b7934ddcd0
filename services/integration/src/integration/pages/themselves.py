"""Whose a client's own pages are, and by which clock they live."""

from uuid import UUID

from integration.queries.clients import zone_of
from shared.errors import NotFound
from shared.store import Transaction
from shared.web.policy import Role

__all__ = ["own_id", "zone_of"]


def own_id(tx: Transaction) -> UUID:
    """The client who reads their own page. NotFound for staff, whom a policy lets in that is not for clients alone."""
    if tx.actor.client_id is None or not tx.actor.has(Role.CLIENT):
        raise NotFound("page")
    return tx.actor.client_id
