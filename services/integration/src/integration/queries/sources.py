"""Where what is in a journey comes from, and what of it somebody may see: the one place that decides on that.

Lists, counts, pictures and programs all ask here, so that what is private is missing from each of them alike.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from integration.domain.journey import BELONGS_TO
from integration.domain.visibility import visible_to
from integration.models import (
    CheckIn,
    Commitment,
    CommitmentReview,
    CompletedVisit,
    Intention,
    Letter,
    LifeEvent,
    Moment,
    Plan,
    Practice,
    PracticeLived,
    Reading,
    Sensation,
    Window,
)
from integration.queries.clients import is_client
from integration.queries.measures import hidden_of
from shared.store import Transaction
from shared.web.policy import Role


@dataclass(frozen=True)
class Source:
    """Rows of one kind that the actor may see, and when each has its place in the journey."""

    kind: str
    model: type[Any]
    at: ColumnElement[datetime]
    client_id: UUID
    conditions: Sequence[ColumnElement[bool]] = ()

    def rows(self, *columns: Any, start: datetime | None = None, end: datetime | None = None) -> Select[Any]:
        """Its rows, or these columns of them, from `start` to before `end`, by time."""
        query = select(*(columns or (self.model,))).where(self.model.client_id == self.client_id, *self.conditions)
        query = query if start is None else query.where(self.at >= start)
        query = query if end is None else query.where(self.at < end)
        return query.order_by(self.at, self.model.id)


def sources_for(client_id: UUID, tx: Transaction, kinds: Collection[str] = ()) -> list[Source]:
    """All that the actor may see of a client's journey; of these kinds, or of every kind."""
    return [one for one in _sources(client_id, tx) if not kinds or BELONGS_TO.get(one.kind, one.kind) in kinds]


def _sources(client_id: UUID, tx: Transaction) -> list[Source]:
    own, seen = is_client(client_id, tx), visible_to(tx.actor.roles)

    def shared(model: type[Any]) -> list[ColumnElement[bool]]:
        return [] if own else [model.visibility.in_(seen)]

    def within(reference: Any, model: type[Any]) -> list[ColumnElement[bool]]:
        """What belongs to something is seen by whoever sees that."""
        if own:
            return []
        return [reference.in_(select(model.id).where(model.client_id == client_id, *shared(model)))]

    def source(kind: str, model: type[Any], at: Any, *conditions: ColumnElement[bool]) -> Source:
        return Source(kind, model, at, client_id, conditions)

    hidden = hidden_of(client_id, tx)
    found = [
        source("intention", Intention, Intention.set_at),
        source("moment", Moment, Moment.felt_at, *shared(Moment)),
        source("commitment", Commitment, Commitment.made_at, *shared(Commitment)),
        source(
            "review",
            CommitmentReview,
            CommitmentReview.reviewed_at,
            *within(CommitmentReview.commitment_id, Commitment),
        ),
        source("practice", Practice, Practice.begun_at, *shared(Practice)),
        source("lived", PracticeLived, PracticeLived.lived_at, *within(PracticeLived.practice_id, Practice)),
        source("visit", CompletedVisit, CompletedVisit.completed_at),
        source("window", Window, Window.opened_at),
        source("check_in", CheckIn, CheckIn.answered_at, CheckIn.answered_at.is_not(None)),
        source("measure", Reading, Reading.answered_at, Reading.instrument.not_in(hidden)),
        source(
            "plan",
            Plan,
            func.greatest(Plan.client_agreed_at, Plan.therapist_agreed_at),
            Plan.client_agreed_at.is_not(None),
            Plan.therapist_agreed_at.is_not(None),
        ),
        source("life_event", LifeEvent, LifeEvent.happened_at, *shared(LifeEvent)),
    ]
    if own or tx.actor.has(Role.THERAPIST):
        found.append(source("sensation", Sensation, Sensation.felt_at))
    if own:
        found.append(source("letter", Letter, Letter.written_at))
    return found
