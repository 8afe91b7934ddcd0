"""Intentions, into which visits they were carried, and what they said before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from integration.domain.intending import Carried, invites, is_offered
from integration.models import BookedVisit, CompletedVisit, EarlierIntention, Intention, IntentionForVisit
from integration.queries.clients import medicine_ahead_of, medicine_visits_of
from shared.store import Transaction


@dataclass(frozen=True)
class Standing:
    """An intention with the visits that it is for, the newest first, and what a client can be offered about it.

    `offered`: to carry it into the next medicine visit. `invited`: to say how it stands, as a visit is over.
    """

    intention: Intention
    carried: Sequence[Carried]
    offered: bool
    invited: bool


@dataclass(frozen=True)
class Intentions:
    """All of a client's, the newest first; `ahead` is the next medicine visit, if one is booked."""

    ahead: BookedVisit | None
    all: Sequence[Standing]

    @property
    def for_next(self) -> Sequence[Standing]:
        """Those that are carried into the next medicine visit."""
        return [] if self.ahead is None else self.of_visit(self.ahead.id)

    @property
    def offered(self) -> Sequence[Standing]:
        return [one for one in self.all if one.offered]

    @property
    def invited(self) -> Sequence[Standing]:
        return [one for one in self.all if one.invited]

    def of_visit(self, visit_id: UUID) -> Sequence[Standing]:
        """Those that were carried into a visit."""
        return [one for one in self.all if any(visit.visit_id == visit_id for visit in one.carried)]


def intentions_of(client_id: UUID, tx: Transaction, *, most: int | None = None) -> Sequence[Intention]:
    """A client's intentions, the newest first: all of them, or so many at `most`."""
    query = select(Intention).where(Intention.client_id == client_id)
    return tx.all(query.order_by(Intention.set_at.desc(), Intention.id.desc()).limit(most))


def intentions_by_visit(client_id: UUID, tx: Transaction) -> Intentions:
    """A client's intentions with their visits."""
    ahead, last = medicine_ahead_of(client_id, tx), next(reversed(medicine_visits_of(client_id, tx)), None)
    carried = _carried(client_id, tx)
    ahead_id = None if ahead is None else ahead.id
    return Intentions(
        ahead,
        [
            Standing(
                one,
                visits := carried[one.id],
                offered=is_offered(one.status, one.set_at, visits, ahead_id, last),
                invited=invites(one.status, one.changed_at, visits, tx.now),
            )
            for one in intentions_of(client_id, tx)
        ],
    )


def earlier_of(client_id: UUID, intention_id: UUID, tx: Transaction) -> Sequence[EarlierIntention]:
    """What an intention said before, the latest first."""
    query = select(EarlierIntention).filter_by(client_id=client_id, intention_id=intention_id)
    return tx.all(query.order_by(EarlierIntention.version.desc()))


def earlier_words_of(ids: Collection[UUID], tx: Transaction) -> Mapping[UUID, Sequence[str]]:
    """What these intentions said before, in words, the first wording first."""
    query = select(EarlierIntention).where(EarlierIntention.intention_id.in_(ids)).order_by(EarlierIntention.version)
    found: dict[UUID, list[str]] = defaultdict(list)
    for one in tx.all(query) if ids else ():
        found[one.intention_id] += [one.words] if one.words else []
    return found


def _carried(client_id: UUID, tx: Transaction) -> dict[UUID, list[Carried]]:
    """The visits of each intention, the newest first; of one that nothing more is known of, only that it was meant."""
    query = (
        select(IntentionForVisit, BookedVisit, CompletedVisit)
        .outerjoin(BookedVisit, BookedVisit.id == IntentionForVisit.visit_id)
        .outerjoin(CompletedVisit, CompletedVisit.id == IntentionForVisit.visit_id)
        .where(IntentionForVisit.client_id == client_id)
        .order_by(BookedVisit.starts_at.desc(), IntentionForVisit.linked_at.desc())
    )
    found: dict[UUID, list[Carried]] = defaultdict(list)
    for link, booked, completed in tx.session.execute(query):
        over_at = None if completed is None else completed.completed_at
        starts_at = None if booked is None else booked.starts_at
        cancelled = booked is not None and booked.cancelled and over_at is None
        found[link.intention_id].append(Carried(link.visit_id, starts_at, over_at, cancelled))
    return found
