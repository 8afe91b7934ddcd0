"""Commitments, and how their clients looked back at them. One leaves here only for the eyes that it is meant for."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from integration.domain.practising import CommitmentStatus
from integration.models import Commitment, CommitmentReview
from integration.queries.sharing import is_for_actor
from shared.store import Transaction


def open_commitments_of(client_id: UUID, tx: Transaction) -> Sequence[Commitment]:
    """What the client has in hand, the newest first. For the client's own pages: it looks at nobody's role."""
    query = select(Commitment).where(
        Commitment.client_id == client_id, Commitment.status == CommitmentStatus.OPEN.value
    )
    return tx.all(query.order_by(Commitment.made_at.desc(), Commitment.id))


def commitments_for(client_id: UUID, tx: Transaction, *, most: int | None = None) -> Sequence[Commitment]:
    """The commitments that the actor may see, the newest first, in every state: all of them, or so many at `most`."""
    query = select(Commitment).where(is_for_actor(Commitment, client_id, tx))
    return tx.all(query.order_by(Commitment.made_at.desc(), Commitment.id).limit(most))


def reviews_of(commitments: Sequence[Commitment], tx: Transaction) -> dict[UUID, list[CommitmentReview]]:
    """How the client looked back, for each of these commitments, by time; who may see those may see these."""
    ids = [commitment.id for commitment in commitments]
    query = select(CommitmentReview).where(CommitmentReview.commitment_id.in_(ids))
    found: dict[UUID, list[CommitmentReview]] = defaultdict(list)
    for review in tx.all(query.order_by(CommitmentReview.reviewed_at, CommitmentReview.id)):
        found[review.commitment_id].append(review)
    return found
