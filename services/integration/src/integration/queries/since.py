"""What has come since somebody was last met, counted for all whom the reader reaches: three questions for them all."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all

from integration.domain.attention import News
from integration.domain.checkins import CheckInStatus
from integration.domain.part2 import left_out
from integration.domain.planning import AgendaStatus, Side
from integration.domain.practising import CommitmentStatus
from integration.domain.visibility import visible_to
from integration.models import (
    AgendaItem,
    CheckIn,
    Commitment,
    CommitmentReview,
    CompletedVisit,
    Moment,
    Plan,
    Reading,
)
from integration.queries.people import newest
from shared.store import Transaction
from shared.web.policy import Role

_AGENDA, _PLAN, _IN_HAND = "agenda", "plan", "in_hand"


@dataclass(frozen=True)
class Lately:
    """What there is of a client, as far as the reader may see it.

    `met` is the visit that was over last, None where there was none: then all that there is counts as `news`. `agenda`
    is how much waits to be talked about, `plans` how many proposals wait for the clinic's agreement; both are told to
    therapists. `commitments` are those in hand that the client shares. `reading` is the last one, told in a list alone.
    """

    met: CompletedVisit | None = None
    news: Mapping[News, int] = field(default_factory=dict)
    agenda: int = 0
    plans: int = 0
    commitments: int = 0
    reading: Reading | None = None


NOTHING = Lately()


def lately(tx: Transaction) -> Mapping[UUID, Lately]:
    """What there is of everybody whom the reader reaches; of whoever is missing there is nothing."""
    met = newest(CompletedVisit, CompletedVisit.completed_at, tx)
    readings = newest(Reading, Reading.answered_at, tx, Reading.instrument.not_in(_hidden(tx)))
    counted = _counted(tx)
    return {
        client_id: _of(client_id, met.get(client_id), counted[client_id], readings.get(client_id))
        for client_id in {*met, *readings, *counted}
    }


def lately_of(client_id: UUID, tx: Transaction) -> Lately:
    """The same of one client, without the reading."""
    query = select(CompletedVisit).where(CompletedVisit.client_id == client_id)
    met = tx.session.scalars(query.order_by(CompletedVisit.completed_at.desc()).limit(1)).first()
    return _of(client_id, met, _counted(tx, client_id)[client_id], None)


def _of(client_id: UUID, met: CompletedVisit | None, counts: Mapping[str, int], reading: Reading | None) -> Lately:
    news = {kind: counts[kind] for kind in News if counts.get(kind)}
    return Lately(met, news, counts.get(_AGENDA, 0), counts.get(_PLAN, 0), counts.get(_IN_HAND, 0), reading)


def _counted(tx: Transaction, client_id: UUID | None = None) -> Mapping[UUID, Mapping[str, int]]:
    """By client and what is counted."""
    visible = visible_to(tx.actor.roles)
    met = (
        select(CompletedVisit.client_id, func.max(CompletedVisit.completed_at).label("at"))
        .group_by(CompletedVisit.client_id)
        .subquery()
    )

    def of(what: str, model: type[Any], *conditions: ColumnElement[bool], after: Any = None) -> Select[Any]:
        """How many of them each client has; with `after`, of those whose time lies after the last visit."""
        query = select(model.client_id.label("client_id"), literal(what).label("what"), func.count().label("n"))
        if after is not None:
            query = query.outerjoin(met, met.c.client_id == model.client_id)
            query = query.where(or_(met.c.at.is_(None), after > met.c.at))
        whose = tx.reach.covers(model.client_id, tx.now) if client_id is None else model.client_id == client_id
        return query.where(whose, *conditions).group_by(model.client_id)

    reviewed = select(Commitment.id).where(Commitment.visibility.in_(visible))
    parts = [
        of(News.MOMENTS, Moment, Moment.visibility.in_(visible), after=Moment.shared_at),
        of(News.CHECK_INS, CheckIn, CheckIn.status == CheckInStatus.COMPLETED, after=CheckIn.answered_at),
        of(
            News.MEASURES,
            Reading,
            Reading.is_baseline.is_(False),
            Reading.instrument.not_in(_hidden(tx)),
            after=Reading.answered_at,
        ),
        of(
            News.REVIEWS,
            CommitmentReview,
            CommitmentReview.commitment_id.in_(reviewed),
            after=CommitmentReview.reviewed_at,
        ),
        of(_IN_HAND, Commitment, Commitment.status == CommitmentStatus.OPEN, Commitment.visibility.in_(visible)),
    ]
    if tx.actor.has(Role.THERAPIST):
        waits = AgendaItem.status == AgendaStatus.TO_BRING
        parts += [
            of(News.BROUGHT, AgendaItem, waits, AgendaItem.author == Side.CLIENT, after=AgendaItem.added_at),
            of(_AGENDA, AgendaItem, waits),
            of(_PLAN, Plan, Plan.replaced_at.is_(None), Plan.therapist_agreed_at.is_(None)),
        ]
    counted: dict[UUID, dict[str, int]] = defaultdict(dict)
    for row in tx.session.execute(union_all(*parts)):
        counted[row.client_id][row.what] = row.n
    return counted


def _hidden(tx: Transaction) -> frozenset[str]:
    """Of the use of substances only those who must know it are told here, whatever somebody has allowed."""
    return left_out(tx.actor.roles, authorised=False)
