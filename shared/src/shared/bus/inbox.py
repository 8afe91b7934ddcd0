"""The inbox worker: handles each stream's events in sequence, exactly once in effect, many in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Row, select, text, update
from sqlalchemy.orm import Session

from shared.bus.handlers import Handlers
from shared.events.envelope import Envelope
from shared.events.language import catalogue
from shared.store.retries import RETRY_DELAYS, describe
from shared.store.tables import inbox_event, inbox_stream
from shared.store.tenancy import EVERY_CLINIC, set_clinic
from shared.store.transaction import Actor, Origin, Store, Transaction

log = structlog.get_logger()

STREAMS = 100
EVENTS = 400

# Streams with an event that is next in its sequence and due, oldest first; each locked until the transaction ends. The
# lock covers a stream of all publishers, so that one client's events are handled by one worker, as they arrived.
_CLAIM = text("""
    with ready as materialized (
      select e.stream, min(e.position) as first
      from inbox_event e
      join inbox_stream s on (s.consumer, s.publisher, s.stream) = (e.consumer, e.publisher, e.stream)
      where e.consumer = :consumer and e.state = 'waiting' and e.next_attempt_at <= :now and e.sequence = s.handled + 1
      group by e.stream order by first limit :streams
    )
    select stream from ready
    where pg_try_advisory_xact_lock(hashtext(:consumer), hashtext(stream))
""")


# The last handled sequence by publisher and stream.
_Cursors = dict[tuple[str, str], int]


@dataclass
class _HandlerFailedError(Exception):
    event: Row[Any]
    error: Exception


def handle_batch(store: Store, handlers: Handlers, *, streams: int = STREAMS, events: int = EVENTS) -> int:
    """Handle what is ready; returns how many events were handled or held, 0 when there was nothing to do.

    If a handler fails, the batch is undone and its streams are handled one event at a time, so that only the failing
    one is held: it is tried again later, its successors wait behind it, and all other streams go on.
    """
    told: list[bool] = []
    try:
        with store.carrier() as session:
            handled = _handle(store, session, handlers, streams, events, told)
    except _HandlerFailedError as failure:
        if streams == 1 and events == 1:
            _hold(store, failure)
            return 1
        done = 0
        while one := handle_batch(store, handlers, streams=1, events=1):
            done += one
            if done >= events:
                break
        return max(done, 1)
    if any(told):
        store.on_events()
    return handled


def _handle(store: Store, session: Session, handlers: Handlers, streams: int, limit: int, told: list[bool]) -> int:
    now = store.clock()
    claim = {"consumer": store.service, "now": now, "streams": streams}
    claimed: Sequence[str] = session.scalars(_CLAIM, claim).all()
    if not claimed:
        return 0
    done: list[int] = []
    cursors = _read_cursors(session, store.service, claimed)
    for row in _in_order(session, store, claimed, cursors, limit):
        try:
            told.append(_react(store, session, handlers, row))
        except Exception as error:
            raise _HandlerFailedError(row, error) from error
        cursors[row.publisher, row.stream] = row.sequence
        done.append(row.position)
        if len(done) >= limit:
            break
    set_clinic(session.connection(), EVERY_CLINIC)
    _mark(session, store, done, cursors)
    return len(done)


def _read_cursors(session: Session, consumer: str, streams: Sequence[str]) -> _Cursors:
    query = select(inbox_stream.c.publisher, inbox_stream.c.stream, inbox_stream.c.handled).where(
        inbox_stream.c.consumer == consumer, inbox_stream.c.stream.in_(streams)
    )
    return {(publisher, stream): handled for publisher, stream, handled in session.execute(query)}


def _in_order(
    session: Session, store: Store, streams: Sequence[str], cursors: _Cursors, limit: int
) -> Iterator[Row[Any]]:
    """The claimed events as they arrived, except that none overtakes its predecessor of the same publisher and stream.

    Whoever iterates moves the cursor of each event before asking for the next.
    """
    each = max(1, limit // len(streams))
    query = (
        select(inbox_event)
        .join(
            inbox_stream,
            (inbox_stream.c.consumer == inbox_event.c.consumer)
            & (inbox_stream.c.publisher == inbox_event.c.publisher)
            & (inbox_stream.c.stream == inbox_event.c.stream),
        )
        .where(
            inbox_event.c.consumer == store.service,
            inbox_event.c.stream.in_(streams),
            inbox_event.c.state == "waiting",
            inbox_event.c.next_attempt_at <= store.clock(),
            inbox_event.c.sequence <= inbox_stream.c.handled + each,
        )
        .order_by(inbox_event.c.position)
    )
    early: dict[tuple[str, str], dict[int, Row[Any]]] = defaultdict(dict)
    for row in session.execute(query).all():
        line = (row.publisher, row.stream)
        early[line][row.sequence] = row
        while (following := early[line].pop(cursors[line] + 1, None)) is not None:
            yield following


def _react(store: Store, session: Session, handlers: Handlers, row: Row[Any]) -> bool:
    """Run the reactions to one event; returns whether they published events. Types without a reaction only pass by."""
    reactions = handlers.of(row.type)
    if not reactions or row.type not in catalogue:
        return False
    envelope = Envelope.from_bytes(row.body)
    event = envelope.event()
    set_clinic(session.connection(), row.clinic)
    # A row of another clinic that is still in memory must not be found past the database's own guard.
    session.expunge_all()
    actor = Actor(f"event:{envelope.publisher}")
    origin = Origin.of_event(envelope, f"hear.{envelope.type}")
    tx = Transaction(session, store.service, row.clinic, actor, origin, store.clock(), cause=envelope)
    for reaction in reactions:
        reaction(event, tx)
    told = tx.has_events
    tx.write_events()
    session.flush()
    return told


def _mark(session: Session, store: Store, positions: list[int], cursors: _Cursors) -> None:
    if not positions:
        return
    session.execute(
        update(inbox_event)
        .where(inbox_event.c.position.in_(positions))
        .values(state="handled", handled_at=store.clock(), attempts=inbox_event.c.attempts + 1, error=None)
    )
    session.execute(
        text("""
            update inbox_stream s set handled = moved.handled
            from unnest(cast(:publishers as text[]), cast(:streams as text[]), cast(:handled as bigint[]))
              as moved (publisher, stream, handled)
            where s.consumer = :consumer and s.publisher = moved.publisher and s.stream = moved.stream
              and s.handled < moved.handled
        """),
        {
            "consumer": store.service,
            "publishers": [publisher for publisher, _ in cursors],
            "streams": [stream for _, stream in cursors],
            "handled": list(cursors.values()),
        },
    )


def _hold(store: Store, failure: _HandlerFailedError) -> None:
    row, error = failure.event, failure.error
    parked = row.attempts >= len(RETRY_DELAYS)
    delay = timedelta() if parked else RETRY_DELAYS[row.attempts]
    log.error(
        "event_parked" if parked else "event_held",
        consumer=store.service,
        clinic=row.clinic,
        event_id=str(row.id),
        type=row.type,
        attempts=row.attempts + 1,
        error=type(error).__qualname__,
    )
    with store.carrier() as session:
        session.execute(
            update(inbox_event)
            .where(inbox_event.c.position == row.position, inbox_event.c.state == "waiting")
            .values(
                attempts=row.attempts + 1,
                error=describe(error),
                state="parked" if parked else "waiting",
                next_attempt_at=store.clock() + delay,
            )
        )
