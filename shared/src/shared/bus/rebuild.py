"""Rebuild: what a service keeps of what others told is made anew from the publishers' outboxes, while all goes on.

A few hundred streams at a time are kept from the inbox workers, as one of them keeps them from the others. Their
events, up to where the service has handled them, go through the projection's handlers again, into temporary tables that
hide the real ones; then the real ones are made equal to those, in the same transaction.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.bus.handlers import Projection
from shared.events.envelope import Envelope
from shared.store import inbox
from shared.store.bodies import open_outbox
from shared.store.inbox import Line
from shared.store.tenancy import open_carriers, set_clinic
from shared.store.transaction import Actor, Origin, Store, Transaction

STREAMS = 200

_COUNT = text("""
    select count(distinct stream) from inbox_stream where consumer = :consumer and publisher = any(:publishers)
""")
_NEXT = text("""
    select distinct stream from inbox_stream
    where consumer = :consumer and publisher = any(:publishers) and stream > :after order by stream limit :limit
""")
_CURSORS = text("""
    select publisher, stream, handled from inbox_stream
    where consumer = :consumer and publisher = any(:publishers) and stream = any(:streams)
""")
_PASSED_OVER = text("""
    select id from inbox_event
    where consumer = :consumer and stream = any(:streams) and state in ('skipped', 'discarded')
""")
_HISTORY = text("""
    select id, clinic, stream, sequence, type, body, sealed from outbox
    where stream = any(cast(:streams as text[]))
""")


@dataclass
class Outcome:
    """What a rebuild did, or would do, in rows.

    `unexplained` rows come from no event and were left, as were those of `incomplete` streams, of which an outbox has
    not all events any more. `last` is the last stream that was gone through.
    """

    streams: int = 0
    events: int = 0
    added: int = 0
    changed: int = 0
    unexplained: int = 0
    incomplete: list[str] = field(default_factory=list)
    last: str = ""


class Rebuild:
    """Of one projection of one service. `store` must be its owner's, who may make temporary tables.

    `sources` are the stores of the publishers that the projection hears.
    """

    def __init__(self, store: Store, projection: Projection, sources: Mapping[str, Store]) -> None:
        self._store = store
        self._projection = projection
        self._sources = sources
        self._about = {"consumer": store.service, "publishers": projection.publishers}

    def count_streams(self) -> int:
        """How many streams there are to go through."""
        with self._store.carrier() as session:
            return int(session.scalar(_COUNT, self._about) or 0)

    def run(self, *, dry: bool, on_progress: Callable[[int], None]) -> Outcome:
        """Go through every stream; with `dry`, change nothing and only say what would change."""
        outcome = Outcome()
        with self._hidden_tables() as connection:
            while streams := self._next_streams(outcome.last):
                with Session(connection) as session:
                    self._rebuild(session, streams, outcome)
                    if not dry:
                        session.commit()
                outcome.last = streams[-1]
                outcome.streams += len(streams)
                on_progress(len(streams))
        return outcome

    def _next_streams(self, after: str) -> Sequence[str]:
        with self._store.carrier() as session:
            return session.scalars(_NEXT, {**self._about, "after": after, "limit": STREAMS}).all()

    @contextmanager
    def _hidden_tables(self) -> Iterator[Connection]:
        """A connection on which the projection's tables are hidden by temporary ones of the same names."""
        with self._store.engine.connect() as connection:
            connection.detach()
            for subject in self._projection.subjects:
                name = _table(subject).name
                connection.execute(
                    text(
                        f"create temporary table {name} (like public.{name} including defaults including constraints"
                        " including indexes) on commit delete rows"
                    )
                )
            connection.execute(text("set search_path = pg_temp, public"))
            connection.commit()
            yield connection

    def _rebuild(self, session: Session, streams: Sequence[str], outcome: Outcome) -> None:
        open_carriers(session.connection())
        for stream in streams:
            inbox.claim_one(session, self._store.service, stream)
        history = self._history(session, streams, outcome)
        by_clinic: dict[str, list[Envelope]] = defaultdict(list)
        for envelope in history:
            by_clinic[envelope.clinic].append(envelope)
        for clinic, envelopes in by_clinic.items():
            set_clinic(session.connection(), clinic)
            for envelope in envelopes:
                self._keep(session, envelope)
            self._make_equal(session, {envelope.subject for envelope in envelopes}, outcome)
            session.expunge_all()
        outcome.events += len(history)

    def _history(self, session: Session, streams: Sequence[str], outcome: Outcome) -> list[Envelope]:
        """The events of these streams that the service has handled and the projection hears, in order of time."""
        about = {**self._about, "streams": list(streams)}
        cursors = {Line(row.publisher, row.stream): row.handled for row in session.execute(_CURSORS, about)}
        there: dict[Line, int] = defaultdict(int)
        found: list[Envelope] = []
        for publisher in self._projection.publishers:
            for row in self._outbox(publisher, streams):
                line = Line(publisher, row.stream)
                if row.sequence <= cursors.get(line, 0):
                    there[line] += 1
                    if self._projection.of(row.type):
                        envelope = Envelope.from_bytes(open_outbox(self._sources[publisher].keyring, row))
                        found += [] if envelope.erased else [envelope]
        incomplete = {line.stream for line, handled in cursors.items() if there[line] < handled}
        outcome.incomplete += sorted(incomplete)
        passed_over = set(session.scalars(_PASSED_OVER, about))
        return _in_order(e for e in found if e.stream not in incomplete and e.id not in passed_over)

    def _outbox(self, publisher: str, streams: Sequence[str]) -> Sequence[Row[Any]]:
        with self._sources[publisher].carrier() as source:
            return source.execute(_HISTORY, {"streams": list(streams)}).all()

    def _keep(self, session: Session, envelope: Envelope) -> None:
        origin = Origin.of_event(envelope, f"rebuild.{self._projection.name}")
        tx = Transaction(session, self._store, envelope.clinic, Actor("rebuild"), origin, envelope.time, cause=envelope)
        tx.only_keeps = True
        event = envelope.event()
        for handler in self._projection.of(envelope.type):
            handler(event, tx)
        session.flush()
        session.expire_all()

    def _make_equal(self, session: Session, subjects: set[UUID], outcome: Outcome) -> None:
        """Bring the real rows of these subjects to what the events say."""
        for subject in self._projection.subjects:
            table = _table(subject)
            for is_new in session.scalars(text(_write_changed(table))).all():
                outcome.added += is_new
                outcome.changed += not is_new
            left = text(_count_unexplained(table, subject.key))
            outcome.unexplained += session.scalar(left, {"subjects": list(subjects)}) or 0
            session.execute(text(f"delete from pg_temp.{table.name}"))  # nosec B608 # a table of ours.


def _write_changed(table: Table) -> str:
    names = ", ".join(column.name for column in table.columns)
    key = ", ".join(column.name for column in table.primary_key)
    values = ", ".join(f"{column.name} = excluded.{column.name}" for column in table.columns)
    return (
        # Its names are ours.
        f"insert into public.{table.name} as kept ({names}) select {names} from pg_temp.{table.name}"  # nosec B608
        f" on conflict ({key}) do update set {values} where kept.* is distinct from excluded.*"
        " returning xmax = 0 as is_new"
    )


def _count_unexplained(table: Table, subject: str) -> str:
    same = " and ".join(f"made.{column.name} = kept.{column.name}" for column in table.primary_key)
    return (
        # Its names are ours.
        f"select count(*) from public.{table.name} kept where kept.{subject} = any(:subjects)"  # nosec B608
        f" and not exists (select from pg_temp.{table.name} made where {same})"
    )


def _in_order(envelopes: Iterable[Envelope]) -> list[Envelope]:
    """By time, and within each line by sequence: a transaction that began earlier may have told later."""
    known = list(envelopes)
    lines: dict[Line, deque[Envelope]] = defaultdict(deque)
    for envelope in sorted(known, key=lambda envelope: envelope.sequence):
        lines[Line(envelope.publisher, envelope.stream)].append(envelope)
    by_time = sorted(known, key=lambda envelope: envelope.time)
    return [lines[Line(envelope.publisher, envelope.stream)].popleft() for envelope in by_time]


def _table(subject: "InstrumentedAttribute[Any]") -> Table:
    table = subject.class_.__table__
    assert isinstance(table, Table)  # nosec B101 # a projection is made of mapped tables.
    return table
