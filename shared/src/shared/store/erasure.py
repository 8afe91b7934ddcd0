"""Erasure: what a service holds about a client goes, with the keys that would open what is left of it elsewhere.

Events keep their places, so that every sequence stays without a gap: those in the outbox become tombstones that say
nothing, those in the inbox are passed over. Whoever is erased is remembered by id, so that what comes late about them,
a replay included, brings nothing back. The audit stays: it names no one but by id.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, inspect, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.events.envelope import stream_of
from shared.store import inbox
from shared.store.holdings import Holding
from shared.store.tables import caseload, erased, glass, timer
from shared.store.transaction import Transaction

# `body` is a JSON object without data, or, of before there was sealing, with them.
_ENTOMB = text("""
    update outbox set sealed = null, body = convert_to(
      cast(cast(convert_from(body, 'UTF8') as jsonb) - 'data' || '{"erased": "true", "data": {}}' as text), 'UTF8')
    where stream = any(:streams)
""")
_EMPTY_INBOX = text("update inbox_event set body = ''::bytea, error = null where stream = any(:streams)")
_FORGET_ANSWERS = text("delete from idempotency where clients && cast(:subjects as uuid[])")
_SHRED = text("delete from data_key where subject = any(:subjects)")

# Whoever writes something sealed about somebody shares their key until commit (`Keyring.data_key`).
_AWAIT_WRITERS = text("select id from data_key where subject = any(:subjects) for update")


def erase(
    client: UUID,
    holdings: Sequence[Holding],
    tx: Transaction,
    *,
    inquiries: Iterable[UUID] = (),
    lay_aside: Callable[[], None] | None = None,
) -> dict[str, int]:
    """Erase a client of this clinic from this service; returns how many rows of each table went.

    With them goes what is held and told about the `inquiries` that were theirs. `lay_aside` is called once nobody else
    writes about them any more, to keep under no name what the law asks for. Doing it again erases what came since.

    The caller has made sure that nobody begins to write about them who would not find them gone.
    """
    tx.touch(client)
    abouts = [("client", client), *(("inquiry", inquiry) for inquiry in inquiries)]
    return _erase(abouts, holdings, tx, lay_aside or _nothing)


def erase_inquiry(inquiry: UUID, holdings: Sequence[Holding], tx: Transaction) -> dict[str, int]:
    """Erase, as `erase` does, what is held and told about an inquiry of whoever became no client of this clinic."""
    return _erase([("inquiry", inquiry)], holdings, tx, _nothing)


def erased_among(session: Session, subjects: Sequence[UUID]) -> set[UUID]:
    """Who of these has been erased."""
    return set(session.scalars(select(erased.c.subject).where(erased.c.subject.in_(subjects))))


def erased_at(client: UUID, tx: Transaction) -> datetime | None:
    """When a client was erased here; None where they were not."""
    found: datetime | None = tx.session.scalar(select(erased.c.erased_at).where(erased.c.subject == client))
    return found


def _nothing() -> None:
    """There is nothing to lay aside."""


def _erase(
    abouts: Sequence[tuple[str, UUID]], holdings: Sequence[Holding], tx: Transaction, lay_aside: Callable[[], None]
) -> dict[str, int]:
    subjects = [subject for _, subject in abouts]
    streams = sorted(stream_of(tx.clinic_id, about, subject) for about, subject in abouts)
    _await_others(subjects, streams, holdings, tx)
    remembered = [{"subject": subject, "clinic": tx.clinic_id, "erased_at": tx.now} for subject in subjects]
    tx.session.execute(insert(erased).values(remembered).on_conflict_do_nothing())
    lay_aside()
    counts, gone = Counter[str](), set(subjects)
    for holding in holdings:
        for subject in subjects:
            removed = holding.remove(subject, tx)
            gone |= {key for key in removed if isinstance(key, UUID)}
            counts[holding.table] += len(removed)
    for table in (caseload, glass):
        tx.session.execute(delete(table).where(table.c.client_id.in_(subjects)))
    tx.session.execute(delete(timer).where(timer.c.subject.in_(gone)))
    tx.session.execute(_ENTOMB, {"streams": streams})
    tx.session.execute(_EMPTY_INBOX, {"streams": streams})
    tx.session.execute(_FORGET_ANSWERS, {"subjects": subjects})
    tx.session.execute(_SHRED, {"subjects": subjects})
    return {table: count for table, count in counts.items() if count}


def _await_others(
    subjects: Sequence[UUID], streams: Sequence[str], holdings: Sequence[Holding], tx: Transaction
) -> None:
    """Wait until whoever is at work about these people has committed; from then on the locks keep others waiting.

    They are taken in the order in which whoever is at work takes their own: rows, then keys.
    """
    for stream in streams:
        inbox.claim_one(tx.session, tx.service, stream)
    for holding in holdings:
        if holding.erased_by is None:
            key = inspect(holding.model).primary_key
            mine = select(*key).where(holding.whose.in_(subjects))
            tx.session.execute(mine.order_by(*key).with_for_update())
    tx.session.execute(_AWAIT_WRITERS, {"subjects": subjects})
