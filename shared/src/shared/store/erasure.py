"""Erasure: what a service holds about a client goes, with the keys that would open what is left of it elsewhere.

Events keep their places, so that every sequence stays without a gap: those in the outbox become tombstones that say
nothing, those in the inbox are passed over. Whoever is erased is remembered by id, so that what comes late about them,
a replay included, brings nothing back. The audit stays: it names no one but by id.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.events.envelope import stream_of
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
_FORGET_ANSWERS = text("delete from idempotency where clients @> array[cast(:client as uuid)]")
# Whoever writes about somebody shares their key until commit (`Keyring.data_key`), and is waited for here.
_AWAIT_WRITERS = text("select id from data_key where subject = any(:subjects) for update")
_SHRED = text("delete from data_key where subject = any(:subjects)")


def erase(client: UUID, holdings: Sequence[Holding], tx: Transaction, *, inquiry: UUID | None = None) -> dict[str, int]:
    """Erase a client of this clinic from this service; returns how many rows of each table went.

    With them goes what is told about the `inquiry` that they came from. What the service must keep by law it has laid
    aside before, under no name. Doing it again erases what came since.
    """
    counts: dict[str, int] = {}
    subjects = {"client": client} | ({} if inquiry is None else {"inquiry": inquiry})
    gone = set(subjects.values())
    tx.session.execute(_AWAIT_WRITERS, {"subjects": list(gone)})
    for holding in holdings:
        removed = holding.remove(client, tx)
        gone |= {key for key in removed if isinstance(key, UUID)}
        counts[holding.table] = len(removed)
    for table in (caseload, glass):
        tx.session.execute(delete(table).where(table.c.client_id == client))
    tx.session.execute(delete(timer).where(timer.c.subject.in_(gone)))
    streams = {"streams": [stream_of(tx.clinic_id, about, subject) for about, subject in subjects.items()]}
    tx.session.execute(_ENTOMB, streams)
    tx.session.execute(_EMPTY_INBOX, streams)
    tx.session.execute(_FORGET_ANSWERS, {"client": client})
    tx.session.execute(_SHRED, {"subjects": list(subjects.values())})
    remembered = [{"subject": subject, "clinic": tx.clinic_id, "erased_at": tx.now} for subject in subjects.values()]
    tx.session.execute(insert(erased).values(remembered).on_conflict_do_nothing())
    tx.touch(client)
    return {table: count for table, count in counts.items() if count}


def erased_among(session: Session, subjects: Sequence[UUID]) -> set[UUID]:
    """Who of these has been erased."""
    return set(session.scalars(select(erased.c.subject).where(erased.c.subject.in_(subjects))))


def erased_at(client: UUID, tx: Transaction) -> datetime | None:
    """When a client was erased here; None where they were not."""
    found: datetime | None = tx.session.scalar(select(erased.c.erased_at).where(erased.c.subject == client))
    return found
