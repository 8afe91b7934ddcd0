"""Commitments and practices. One leaves here only for the eyes that it is meant for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from integration.domain.practising import CommitmentStatus, PracticeStatus
from integration.domain.visibility import visible_to
from integration.models import Commitment, CommitmentReview, Moment, Practice, PracticeLived
from integration.queries.clients import is_client
from shared.store import Transaction


def open_commitments_of(client_id: UUID, tx: Transaction) -> Sequence[Commitment]:
    """What the client has in hand, the newest first. For the client's own pages: it looks at nobody's role."""
    query = select(Commitment).where(
        Commitment.client_id == client_id, Commitment.status == CommitmentStatus.OPEN.value
    )
    return tx.all(query.order_by(Commitment.made_at.desc(), Commitment.id))


def commitments_for(client_id: UUID, tx: Transaction) -> Sequence[Commitment]:
    """The commitments that the actor may see, newest first: all of their own, or those shared with their roles."""
    query = _for_the_actor(select(Commitment), Commitment, client_id, tx)
    return tx.all(query.order_by(Commitment.made_at.desc(), Commitment.id))


def practices_for(client_id: UUID, tx: Transaction) -> Sequence[Practice]:
    """The practices that the actor may see, newest first: all of their own, or those shared with their roles."""
    query = _for_the_actor(select(Practice), Practice, client_id, tx)
    return tx.all(query.order_by(Practice.begun_at.desc(), Practice.id))


def shared_commitments_of(client_id: UUID, tx: Transaction) -> Sequence[Commitment]:
    """What the client has shared with the actor's roles of what they committed to, in every state, the newest first."""
    query = _shared(select(Commitment).where(Commitment.client_id == client_id), Commitment, tx)
    return tx.all(query.order_by(Commitment.made_at.desc(), Commitment.id))


def shared_practices_of(client_id: UUID, tx: Transaction) -> Sequence[Practice]:
    """What the client has shared with the actor's roles of their practices, in every state, the newest first."""
    query = _shared(select(Practice).where(Practice.client_id == client_id), Practice, tx)
    return tx.all(query.order_by(Practice.begun_at.desc(), Practice.id))


def living_practices_of(client_id: UUID, tx: Transaction) -> Sequence[Practice]:
    """What the client lives at present, the newest first. For the client's own pages: it looks at nobody's role."""
    query = select(Practice).where(Practice.client_id == client_id, Practice.status == PracticeStatus.LIVING)
    return tx.all(query.order_by(Practice.begun_at.desc(), Practice.id))


def reviews_of(commitments: Sequence[Commitment], tx: Transaction) -> dict[UUID, list[CommitmentReview]]:
    """How the client looked back, for each of these commitments, by time; who may see those may see these."""
    ids = [commitment.id for commitment in commitments]
    query = select(CommitmentReview).where(CommitmentReview.commitment_id.in_(ids))
    found: dict[UUID, list[CommitmentReview]] = defaultdict(list)
    for review in tx.all(query.order_by(CommitmentReview.reviewed_at, CommitmentReview.id)):
        found[review.commitment_id].append(review)
    return found


def lived_of(practices: Sequence[Practice], tx: Transaction) -> dict[UUID, list[PracticeLived]]:
    """When each of these practices was lived, by time; who may see those may see these."""
    query = select(PracticeLived).where(PracticeLived.practice_id.in_([practice.id for practice in practices]))
    found: dict[UUID, list[PracticeLived]] = defaultdict(list)
    for lived in tx.all(query.order_by(PracticeLived.lived_at, PracticeLived.id)):
        found[lived.practice_id].append(lived)
    return found


def insights_of(things: Iterable[Commitment | Practice], client_id: UUID, tx: Transaction) -> dict[UUID, Moment]:
    """The moments from which these come, by their ids, as far as the actor may see them; others are as if not there."""
    ids = {thing.insight_id for thing in things if thing.insight_id is not None}
    query = _for_the_actor(select(Moment).where(Moment.id.in_(ids)), Moment, client_id, tx)
    return {moment.id: moment for moment in tx.all(query)} if ids else {}


def _for_the_actor(query: Select[Any], model: type[Any], client_id: UUID, tx: Transaction) -> Select[Any]:
    query = query.where(model.client_id == client_id)
    return query if is_client(client_id, tx) else _shared(query, model, tx)


def _shared(query: Select[Any], model: type[Any], tx: Transaction) -> Select[Any]:
    return query.where(model.visibility.in_(visible_to(tx.actor.roles)))
