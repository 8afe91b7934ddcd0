"""Moments. One leaves here only for the eyes that it is meant for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, select

from integration.domain.searching import says
from integration.models import Commitment, Moment, Practice
from integration.queries.sharing import is_for_actor
from shared.errors import NotFound
from shared.store import Transaction

MOST_FOUND = 100
_LATELY = 200


def moments_for(client_id: UUID, tx: Transaction, *, most: int | None = None) -> Sequence[Moment]:
    """The client's moments that the actor may see, the newest first: all of them, or so many at `most`."""
    return tx.all(_seen(client_id, tx).order_by(Moment.felt_at.desc(), Moment.id).limit(most))


def moment_for(client_id: UUID, moment_id: UUID, tx: Transaction) -> Moment:
    """One of them. Raises NotFound for one that the actor may not see, as if there were none."""
    found = tx.all(_seen(client_id, tx).where(Moment.id == moment_id))
    if not found:
        raise NotFound("moment")
    return found[0]


def insights_of(things: Iterable[Commitment | Practice], client_id: UUID, tx: Transaction) -> dict[UUID, Moment]:
    """The moments from which these come, by their ids, as far as the actor may see them; others are as if not there."""
    ids = {thing.insight_id for thing in things if thing.insight_id is not None}
    return {moment.id: moment for moment in tx.all(_seen(client_id, tx).where(Moment.id.in_(ids)))} if ids else {}


def own_moments(client_id: UUID, tx: Transaction, *, most: int, skipping: int = 0) -> Sequence[Moment]:
    """The client's own, the newest first: at most so many, behind those that are skipped."""
    newest = select(Moment).where(Moment.client_id == client_id).order_by(Moment.felt_at.desc(), Moment.id)
    return tx.all(newest.offset(skipping).limit(most))


def search_own(client_id: UUID, words: str, tx: Transaction) -> Sequence[Moment]:
    """The client's own moments that say these words, or beginnings of them, in what was written, felt, or in threads.

    They lie sealed, so that all of them are opened and looked through here; the newest come first, a hundred at most.
    """
    newest = select(Moment).where(Moment.client_id == client_id).order_by(Moment.felt_at.desc(), Moment.id)
    found = (one for one in tx.all(newest) if says(words, (one.words, one.feeling, one.what_helped, *(one.tags or ()))))
    return [one for one, _ in zip(found, range(MOST_FOUND), strict=False)]


def own_threads(client_id: UUID, tx: Transaction, *, most: int = 8) -> list[str]:
    """The threads that the client gave to their moments lately, the most frequent first."""
    lately = own_moments(client_id, tx, most=_LATELY)
    counted = Counter(tag for moment in lately for tag in moment.tags or ())
    return [tag for tag, _ in counted.most_common(most)]


def _seen(client_id: UUID, tx: Transaction) -> Select[Moment]:
    return select(Moment).where(is_for_actor(Moment, client_id, tx))
