"""The body map. What a client feels is for them and their therapist; the policy lets nobody else ask."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from integration.models import Sensation
from integration.queries.clients import is_client
from shared.store import Transaction
from shared.web.policy import Role


def sensations_of(
    client_id: UUID,
    tx: Transaction,
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    most: int | None = None,
) -> Sequence[Sensation]:
    """What a client placed on the body map, the newest first; nothing for whoever is neither them nor a therapist.

    `distressing` says where they marked that it troubles them, and is None where they did not say. `since` and `until`
    bound when it was felt, the first included; `most` is how many there are at most.
    """
    if not (is_client(client_id, tx) or tx.actor.has(Role.THERAPIST)):
        return []
    query = select(Sensation).where(Sensation.client_id == client_id)
    if since is not None:
        query = query.where(Sensation.felt_at >= since)
    if until is not None:
        query = query.where(Sensation.felt_at < until)
    return tx.all(query.order_by(Sensation.felt_at.desc(), Sensation.id).limit(most))
