"""The inbox worker: handles each stream's events in sequence, exactly once in effect, many in one transaction."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from shared.bus.handlers import Handlers
from shared.bus.meters import Meters
from shared.errors import NotFound
from shared.events.envelope import Envelope, Undecodable
from shared.events.intake import ClientErased, ClinicConfigured, InquiryErased
from shared.events.language import catalogue, short_type
from shared.store import inbox
from shared.store.bodies import open_body
from shared.store.erasure import erased_among
from shared.store.retries import RETRY_DELAYS, describe
from shared.store.telling import tell
from shared.store.tenancy import EVERY_CLINIC, set_clinic
from shared.store.transaction import Actor, Origin, Store, Transaction
from shared.tracing import Span, tracer_of

log = structlog.get_logger()

STREAMS = 400
EVENTS = 400
SECONDS = 0.5  # A transaction takes in no further event after so long.
RETRIES = 50
LOOK_EVERY = timedelta(seconds=0.2)  # For what failed; it is tried again after a second at the earliest.
_ERASURES = {ClientErased.type, InquiryErased.type}


@dataclass
class _HandlerFailedError(Exception):
    """A handler failed on an event, after so many others of its transaction had been handled."""

    row: Row[Any]
    error: Exception
    delays: Sequence[timedelta]
    trace_id: str | None = None
    before: int = 0


class InboxWorker:
    """Handles what lies in one service's inbox. Any number may run, in any number of processes.

    While `stopping`, the event in hand is the last: what was handled so far is committed, the rest stays as it was.
    """

    def __init__(
        self, store: Store, handlers: Handlers, meters: Meters | None = None, *, stopping: Callable[[], bool] = bool
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._meters = meters or Meters(store.service)
        self._stopping = stopping
        self._tracer = tracer_of(store.service)
        self._size = EVENTS
        self._look_again_at = datetime.min.replace(tzinfo=UTC)
        self.sees_more = False
        """Whether something may be due that the last `handle` has seen and left."""

    def handle(self, *, streams: int = STREAMS, events: int = EVENTS) -> int:
        """Handle what is due; returns how many events were handled or held, 0 when there was nothing to do.

        Events are handled many in one transaction. One that fails is held: it is tried again later and alone, its
        successors wait behind it, and all other streams go on. A failure undoes its whole transaction, so that
        transactions are made smaller while handlers fail, and larger again while they don't.
        """
        self.sees_more = False
        size = min(events, self._size)
        return self._handle_fresh(min(streams, size), size) + self._handle_failed()

    def _handle_fresh(self, streams: int, limit: int) -> int:
        claimed: list[str] = []
        try:
            with ExitStack() as spans, self._store.carrier() as session:
                claimed = inbox.claim(
                    session, self._store.service, self._store.clock(), streams=streams, failed_before=False
                )
                told, done = self._handle_streams(session, spans, claimed, limit)
        except _HandlerFailedError as failure:
            self._size = max(1, failure.before)
            self.sees_more = True
            return self._hold(failure)
        except Exception as error:
            if _database_is_away(error) or not claimed:
                raise
            # Something failed as it was written, and nobody can tell whose it was.
            self.sees_more = True
            return sum(self._handle_next_of(stream) for stream in claimed if not self._stopping())
        self._size = min(2 * self._size, EVENTS)
        self.sees_more |= len(claimed) >= streams or len(done) >= limit
        self._finish(told, done)
        return len(done)

    def _handle_failed(self) -> int:
        """Try again what failed before and is due, each in a transaction of its own."""
        if self._store.clock() < self._look_again_at:
            return 0
        service, tried = self._store.service, 0
        while tried < RETRIES and not self._stopping():
            handled = self._handle_one(
                lambda session: inbox.claim(session, service, self._store.clock(), streams=1, failed_before=True)
            )
            if handled is None:
                self._look_again_at = self._store.clock() + LOOK_EVERY
                return tried
            tried += max(1, handled)
        self.sees_more = True
        return tried

    def _handle_next_of(self, stream: str) -> int:
        """Handle the next event of a stream; 0 where another worker has the stream meanwhile."""
        service = self._store.service
        return self._handle_one(lambda session: [stream] if inbox.try_one(session, service, stream) else []) or 0

    def _handle_one(self, claim: Callable[[Session], Sequence[str]]) -> int | None:
        """Handle one event of the stream that `claim` locks, whether or not it failed before; None if it locks none."""
        try:
            with ExitStack() as spans, self._store.carrier() as session:
                claimed = claim(session)
                told, done = self._handle_streams(session, spans, claimed, 1, failed_before=True)
        except _HandlerFailedError as failure:
            return self._hold(failure)
        self._finish(told, done)
        return len(done) if claimed else None

    def _handle_streams(
        self, session: Session, spans: ExitStack, streams: Sequence[str], limit: int, *, failed_before: bool = False
    ) -> tuple[bool, list[Row[Any]]]:
        """Handle events of claimed streams; returns whether others were told something, and what was handled.

        Their `spans` end with the transaction: only then an event has had its effect, or none.
        """
        consumer, now = self._store.service, self._store.clock()
        if not streams:
            return False, []
        rows = inbox.read_next(session, consumer, streams, now, limit=limit, failed_before=failed_before)
        if not rows:
            return False, []
        told: list[Envelope] = []
        clinic = EVERY_CLINIC
        erased = erased_among(session, [_subject_of(row) for row in rows])
        enough = time.monotonic() + SECONDS
        for number, row in enumerate(rows):
            if number and (self._stopping() or time.monotonic() > enough):
                rows, self.sees_more = rows[:number], True
                break
            if row.clinic != clinic:
                _leave_clinic(session)
                set_clinic(session.connection(), clinic := row.clinic)
            try:
                if _subject_of(row) not in erased:
                    told += self._react(session, spans, row)
                if row.type in _ERASURES:
                    erased.add(_subject_of(row))
                    # What others were to be told about them has no place in a stream yet, and goes unsaid.
                    told = [envelope for envelope in told if envelope.subject not in erased]
            except _HandlerFailedError as failure:
                failure.before = number
                raise
        last = rows[-1]
        try:
            _leave_clinic(session)
            if rows[0].clinic != last.clinic:
                set_clinic(session.connection(), EVERY_CLINIC)  # The carriers of a single one are open already.
            tell(session.connection(), self._store.keyring, told)
        except Exception as error:
            if len(rows) == 1 and not _database_is_away(error):
                raise _HandlerFailedError(last, error, self._delays(last)) from error
            raise
        made_ready = inbox.advance(session, consumer, rows, remove=rows)
        self.sees_more |= made_ready > 0
        return bool(told), rows

    def _react(self, session: Session, spans: ExitStack, row: Row[Any]) -> list[Envelope]:
        """Run the reactions to one event; returns what they tell others. Types without any only pass."""
        reactions = self._handlers.of(row.type)
        if not reactions or row.type not in catalogue:
            return []
        began = time.perf_counter()
        delays: Sequence[timedelta] = RETRY_DELAYS
        trace_id = None
        try:
            envelope = Envelope.from_bytes(open_body(self._store.keyring, row))
            span = spans.enter_context(self._span(envelope))
            trace_id = span.trace_id
            if envelope.erased:
                return []
            if misfit := envelope.misfit():
                raise Undecodable(misfit)
            if row.type != ClinicConfigured.type and not self._store.knows_clinic(row.clinic, session):
                raise NotFound("clinic")
            event = envelope.event()
            actor = Actor(f"event:{envelope.publisher}")
            origin = Origin.of_event(envelope, f"hear.{envelope.type}", span.traceparent)
            tx = Transaction(session, self._store, row.clinic, actor, origin, self._store.clock(), cause=envelope)
            with bound_contextvars(service=self._store.service, trace_id=trace_id):
                for reaction in reactions:
                    delays, tx.only_keeps = reaction.delays, reaction.only_keeps
                    reaction.handler(event, tx)
            told = tx.take_events()
            _forget_what_was_read(session)
        except Exception as error:
            if _database_is_away(error):
                raise  # That is no fault of the event.
            raise _HandlerFailedError(row, error, delays, trace_id) from error
        self._meters.reacted(row.type, time.perf_counter() - began)
        return told

    def _span(self, envelope: Envelope) -> Span:
        facts = {
            "messaging.system": "rabbitmq",
            "messaging.operation.type": "process",
            "cloudevents.event_id": str(envelope.id),
            "cloudevents.event_type": envelope.type,
            "afterglow.clinic": envelope.clinic,
        }
        return self._tracer.span(f"process {short_type(envelope.type)}", "consumer", envelope.traceparent, facts)

    def _delays(self, row: Row[Any]) -> Sequence[timedelta]:
        return next((reaction.delays for reaction in self._handlers.of(row.type)), RETRY_DELAYS)

    def _finish(self, told: bool, done: Sequence[Row[Any]]) -> None:
        if told:
            self._store.on_events()
        self._meters.handled(done, self._store.clock())
        for row in done:
            if row.type not in catalogue:
                self._meters.passed_by_unknown()
                log.warning("type_unknown", consumer=self._store.service, event_id=str(row.id), type=row.type[:100])

    def _hold(self, failure: _HandlerFailedError) -> int:
        row, error = failure.row, failure.error
        with self._store.carrier() as session:
            state = inbox.hold(session, row, describe(error), self._store.clock(), failure.delays)
        if state is None:
            return 1
        parked = state == "parked"
        self._meters.failed(row.type, parked=parked)
        log.error(
            "event_parked" if parked else "event_held",
            consumer=self._store.service,
            clinic=row.clinic,
            event_id=str(row.id),
            type=row.type,
            attempts=row.attempts + 1,
            trace_id=failure.trace_id,
            error=type(error).__qualname__,
        )
        return 1


def _subject_of(row: Row[Any]) -> UUID:
    return UUID(row.stream.rpartition("/")[2])


def _database_is_away(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _leave_clinic(session: Session) -> None:
    """Write what is pending, and keep nothing in memory that the next clinic could find past the database's guard."""
    session.flush()
    session.expunge_all()


def _forget_what_was_read(session: Session) -> None:
    """Have the next event read rows anew: another one's handler may change them without the session's knowledge.

    New rows are not written yet: they are, many in one statement, when somebody looks or the clinic changes.
    """
    if session.dirty or session.deleted:
        session.flush()
    session.expire_all()
