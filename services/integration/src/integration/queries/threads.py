"""What led to what in a journey: an intention to a moment, to something small that is done, to looking back at it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all

from integration.models import (
    Commitment,
    CommitmentReview,
    CompletedVisit,
    Intention,
    IntentionForVisit,
    Moment,
    Practice,
    PracticeLived,
)
from integration.queries.sources import Source, sources_for
from shared.store import Transaction


@dataclass(frozen=True)
class End:
    """One end of a thread: a line of the journey, by its kind, its id, and when it is."""

    kind: str
    id: UUID
    at: datetime


@dataclass(frozen=True)
class Thread:
    """`start` led to `end`, by the client's own word."""

    start: End
    end: End


_LINKS: Sequence[tuple[str, ColumnElement[bool], str]] = (
    ("intention", Moment.intention_id == Intention.id, "moment"),
    ("moment", Commitment.insight_id == Moment.id, "commitment"),
    ("moment", Practice.insight_id == Moment.id, "practice"),
    ("commitment", CommitmentReview.commitment_id == Commitment.id, "review"),
    ("practice", PracticeLived.practice_id == Practice.id, "lived"),
    (
        "intention",
        and_(IntentionForVisit.intention_id == Intention.id, IntentionForVisit.visit_id == CompletedVisit.id),
        "visit",
    ),
)
"""From what to what, and how the one is known to have led to the other."""


def threads_of(
    client_id: UUID,
    tx: Transaction,
    *,
    of: Collection[UUID] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[Thread]:
    """The threads of a client's journey by time, of which the actor may see both ends.

    With `of` those that begin or end at one of these; with `start` and `end` those that lie between the two.
    """
    if of is not None and not of:
        return []
    sources = {one.kind: one for one in sources_for(client_id, tx)}
    asked = union_all(*(_between(sources[one], linked, sources[other]) for one, linked, other in _LINKS)).subquery()
    query = select(asked)
    if of is not None:
        query = query.where(or_(asked.c.from_id.in_(of), asked.c.to_id.in_(of)))
    if start is not None:
        query = query.where(asked.c.from_at >= start, asked.c.to_at >= start)
    if end is not None:
        query = query.where(asked.c.from_at < end, asked.c.to_at < end)
    return [
        Thread(End(row.from_kind, row.from_id, row.from_at), End(row.to_kind, row.to_id, row.to_at))
        for row in tx.session.execute(query.order_by(asked.c.from_at, asked.c.to_at, asked.c.to_id))
    ]


def _between(one: Source, linked: ColumnElement[bool], other: Source) -> Select[Any]:
    return select(
        literal(one.kind).label("from_kind"),
        one.model.id.label("from_id"),
        one.at.label("from_at"),
        literal(other.kind).label("to_kind"),
        other.model.id.label("to_id"),
        other.at.label("to_at"),
    ).where(
        linked,
        one.model.client_id == one.client_id,
        other.model.client_id == other.client_id,
        *one.conditions,
        *other.conditions,
    )
