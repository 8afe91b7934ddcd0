"""Practices, and when they were lived. One leaves here only for the eyes that it is meant for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from integration.domain.practising import PracticeStatus
from integration.models import Practice, PracticeLived
from integration.queries.sharing import is_for_actor
from shared.store import Transaction


def practices_for(client_id: UUID, tx: Transaction, *, most: int | None = None) -> Sequence[Practice]:
    """The practices that the actor may see, the newest first, in every state: all of them, or so many at `most`."""
    query = select(Practice).where(is_for_actor(Practice, client_id, tx))
    return tx.all(query.order_by(Practice.begun_at.desc(), Practice.id).limit(most))


def living_practices_of(client_id: UUID, tx: Transaction) -> Sequence[Practice]:
    """What the client lives at present, the newest first. For the client's own pages: it looks at nobody's role."""
    query = select(Practice).where(Practice.client_id == client_id, Practice.status == PracticeStatus.LIVING)
    return tx.all(query.order_by(Practice.begun_at.desc(), Practice.id))


def lived_of(practices: Sequence[Practice], tx: Transaction) -> dict[UUID, list[PracticeLived]]:
    """When each of these practices was lived, by time; who may see those may see these."""
    query = select(PracticeLived).where(PracticeLived.practice_id.in_([practice.id for practice in practices]))
    found: dict[UUID, list[PracticeLived]] = defaultdict(list)
    for lived in tx.all(query.order_by(PracticeLived.lived_at, PracticeLived.id)):
        found[lived.practice_id].append(lived)
    return found


def lived_between(practice: Practice, start: datetime, end: datetime, tx: Transaction) -> Sequence[PracticeLived]:
    """When it was lived from `start` to before `end`, the last time first."""
    query = select(PracticeLived).where(
        PracticeLived.practice_id == practice.id, PracticeLived.lived_at >= start, PracticeLived.lived_at < end
    )
    return tx.all(query.order_by(PracticeLived.lived_at.desc(), PracticeLived.id.desc()))


def practices_named(ids: Collection[UUID], tx: Transaction) -> Mapping[UUID, str]:
    """What these practices are called, by their ids; who may see when they were lived may see that."""
    return {one.id: one.name for one in tx.all(select(Practice).where(Practice.id.in_(ids)))} if ids else {}
