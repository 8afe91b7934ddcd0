"""What a person decides about an event that failed for good: try it again, pass it over, or throw it away.

Its successors wait until then. Each decision is one deed at the event's clinic, with a name and a line in the audit.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from shared.errors import NotFound, Refused
from shared.languages import phrase
from shared.store import inbox
from shared.store.tables import inbox_event
from shared.store.transaction import Transaction

_WAITING = inbox_event.alias("waiting")

_BEHIND = (
    select(func.count())
    .where(
        _WAITING.c.consumer == inbox_event.c.consumer,
        _WAITING.c.stream == inbox_event.c.stream,
        _WAITING.c.publisher == inbox_event.c.publisher,
        _WAITING.c.sequence > inbox_event.c.sequence,
        _WAITING.c.state == "waiting",
    )
    .scalar_subquery()
    .label("behind")
)


def parked_events(
    session: Session,
    consumer: str,
    *,
    states: Sequence[str] = ("parked",),
    clinic: str | None = None,
    limit: int = 100,
) -> Sequence[Row[Any]]:
    """Events in such a state that the session may see: the parked first, then the oldest.

    `behind` counts the successors that wait behind each.
    """
    query = (
        select(inbox_event, _BEHIND)
        .where(inbox_event.c.consumer == consumer, inbox_event.c.state.in_(states))
        .order_by(inbox_event.c.state != "parked", inbox_event.c.position)
        .limit(limit)
    )
    if clinic is not None:
        query = query.where(inbox_event.c.clinic == clinic)
    return session.execute(query).all()


def find_event(session: Session, consumer: str, event_id: UUID) -> Row[Any]:
    """An event that is in the inbox, in whatever state; NotFound where it is not: it may have been handled."""
    query = select(inbox_event, _BEHIND).where(inbox_event.c.consumer == consumer, inbox_event.c.id == event_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("event in the inbox")
    return found


def retry(event_id: UUID, tx: Transaction) -> Row[Any]:
    """Have a parked event tried again now, with all its attempts; what waits behind it follows in order."""
    row, is_next = _claim(event_id, tx)
    return _decide("retry", row, tx, state="ready" if is_next else "waiting", attempts=0, next_attempt_at=tx.now)


def skip(event_id: UUID, reason: str, tx: Transaction) -> Row[Any]:
    """Pass a parked event over, without its effects: its successors go on. It stays on record, with its data."""
    return _pass_over("skip", event_id, tx, state="skipped", reason=reason)


def discard(event_id: UUID, reason: str, tx: Transaction) -> Row[Any]:
    """Pass a parked event over and throw its data away: only that it was there stays on record."""
    return _pass_over("discard", event_id, tx, state="discarded", reason=reason, body=b"", error=None)


def _pass_over(decision: str, event_id: UUID, tx: Transaction, **decided: Any) -> Row[Any]:
    row, is_next = _claim(event_id, tx)
    if not is_next:
        raise Refused("not_next", phrase("Events before it in its stream still wait; decide on those first."))
    changed = _decide(decision, row, tx, **decided)
    inbox.advance(tx.session, tx.service, [changed])
    return changed


def _claim(event_id: UUID, tx: Transaction) -> tuple[Row[Any], bool]:
    """Keep the workers from an event's stream; returns the event, and whether it is the next of its line."""
    stream = find_event(tx.session, tx.service, event_id).stream
    inbox.claim_one(tx.session, tx.service, stream)
    row = find_event(tx.session, tx.service, event_id)  # As whoever had the stream has left it.
    if row.state != "parked":
        raise _not_parked(row.state)
    handled = inbox.cursor(tx.session, tx.service, inbox.Line(row.publisher, row.stream))
    return row, row.sequence == handled + 1


def _decide(decision: str, row: Row[Any], tx: Transaction, **decided: Any) -> Row[Any]:
    changed = tx.session.execute(
        update(inbox_event)
        .where(inbox_event.c.position == row.position, inbox_event.c.state == "parked")
        .values({"decided_by": tx.actor.id, "decided_at": tx.now} | decided)
        .returning(inbox_event)
    ).one_or_none()
    if changed is None:
        raise _not_parked(row.state)
    tx.origin = replace(tx.origin, action=f"inbox.{decision}", subject=row.stream.rpartition("/")[2])
    return changed


def _not_parked(state: str) -> Refused:
    sentence = phrase("Only a parked event can be decided on; this one is {state}.", state=state)
    return Refused("not_parked", sentence, facts={"state": state})
