"""Ingest: messages go from the broker into the inbox table, many in one statement, and only then are acknowledged."""

import threading
import time
from collections.abc import Callable, Sequence

import structlog
from kombu import Connection, Consumer, Producer
from kombu.message import Message
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared.bus.publishing import in_process
from shared.bus.topology import Topology, connect, is_amqp
from shared.events.envelope import Envelope, Undecodable
from shared.store.transaction import Store

log = structlog.get_logger()

PREFETCH = 500
BATCH = 200
LINGER_SECONDS = 0.02
_DATABASE_PAUSE_SECONDS = 1.0

_INSERT_STREAMS = text("""
    insert into inbox_stream (consumer, publisher, stream, clinic)
    select distinct :consumer, publisher, stream, clinic
    from unnest(cast(:publishers as text[]), cast(:streams as text[]), cast(:clinics as text[]))
      as arrived (publisher, stream, clinic)
    order by publisher, stream
    on conflict do nothing
""")

_INSERT_EVENTS = text("""
    insert into inbox_event
      (consumer, id, publisher, stream, sequence, clinic, type, body, received_at, next_attempt_at)
    select :consumer, id, publisher, stream, sequence, arrived.clinic, type, body, :now, :now
    from unnest(
        cast(:ids as uuid[]), cast(:publishers as text[]), cast(:streams as text[]), cast(:sequences as bigint[]),
        cast(:clinics as text[]), cast(:types as text[]), cast(:bodies as bytea[])
      ) with ordinality as arrived (id, publisher, stream, sequence, clinic, type, body, place)
    join inbox_stream known using (publisher, stream)
    where known.consumer = :consumer and arrived.sequence > known.handled
    order by place
    on conflict do nothing
""")


class Ingest:
    """Takes one service's messages from its queue into its inbox. Any number may run."""

    def __init__(
        self, store: Store, amqp: str, topology: Topology, on_arrival: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._amqp = amqp
        self._topology = topology
        self._on_arrival = on_arrival
        self._pending: list[Message] = []

    def run(self, stop: threading.Event) -> None:
        """Ingest until told to stop, finishing what is in hand. Raises on trouble: start anew, nothing is lost."""
        self._require_database()
        connection = connect(self._amqp)
        try:
            channel = connection.channel()
            channel.basic_qos(0, PREFETCH, False)
            queue = self._topology.inbox(self._store.service)
            consumer = Consumer(channel, [queue], on_message=self._pending.append, auto_declare=False)
            self._pending.clear()
            with consumer:
                while not stop.is_set():
                    self._collect(connection)
                    if self._pending:
                        self._take(connection, stop)
        finally:
            connection.release()

    def _collect(self, connection: Connection) -> None:
        """Wait up to a second for a first message, then a moment for its companions."""
        deadline = time.monotonic() + 1.0
        while len(self._pending) < BATCH:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            try:
                had_some = bool(self._pending)
                connection.drain_events(timeout=left)
                if not had_some:
                    deadline = time.monotonic() + LINGER_SECONDS
            except TimeoutError:
                break
        if is_amqp(connection):
            connection.heartbeat_check()

    def _take(self, connection: Connection, stop: threading.Event) -> None:
        envelopes: list[Envelope] = []
        bodies: list[bytes] = []
        for message in self._pending:
            body = _bytes(message)
            try:
                envelope = Envelope.from_bytes(body, routing_key=message.delivery_info.get("routing_key"))
            except Undecodable as reason:
                self._set_aside(body, str(reason))
                continue
            envelopes.append(envelope)
            bodies.append(body)
        if envelopes:
            self._write_when_possible(connection, envelopes, bodies, stop)
        self._acknowledge(connection)
        in_process.ingested(envelope.id for envelope in envelopes)
        self._on_arrival()

    def _write_when_possible(
        self, connection: Connection, envelopes: Sequence[Envelope], bodies: Sequence[bytes], stop: threading.Event
    ) -> None:
        """Hold on to what has arrived while the database is away.

        Giving it back would count as a failed delivery each time, and the broker sets aside what failed too often.
        """
        while True:
            try:
                return self._write(envelopes, bodies)
            except OperationalError as error:
                if stop.is_set():
                    raise
                log.warning("database_away", consumer=self._store.service, error=type(error).__qualname__)
                stop.wait(_DATABASE_PAUSE_SECONDS)
                if is_amqp(connection):
                    connection.heartbeat_check()

    def _require_database(self) -> None:
        """Consume nothing while there is nowhere to put it."""
        with self._store.carrier() as session:
            session.execute(text("select 1"))

    def _write(self, envelopes: Sequence[Envelope], bodies: Sequence[bytes]) -> None:
        values = {
            "consumer": self._store.service,
            "now": self._store.clock(),
            "ids": [envelope.id for envelope in envelopes],
            "publishers": [envelope.publisher for envelope in envelopes],
            "streams": [envelope.stream for envelope in envelopes],
            "sequences": [envelope.sequence for envelope in envelopes],
            "clinics": [envelope.clinic for envelope in envelopes],
            "types": [envelope.type for envelope in envelopes],
            "bodies": list(bodies),
        }
        with self._store.carrier() as session:
            session.execute(_INSERT_STREAMS, values)
            session.execute(_INSERT_EVENTS, values)

    def _acknowledge(self, connection: Connection) -> None:
        if is_amqp(connection):
            last = self._pending[-1]
            last.channel.basic_ack(last.delivery_tag, multiple=True)
        else:
            for message in self._pending:
                message.ack()
        self._pending.clear()

    def _set_aside(self, body: bytes, reason: str) -> None:
        """Keep what nobody can read where an operator sees it; a confirmed copy, because the original is then gone."""
        log.error("undecodable_message", consumer=self._store.service, reason=reason)
        with connect(self._amqp, confirm=True) as aside:
            Producer(aside.channel()).publish(
                body,
                routing_key=self._topology.undecodable.name,
                content_type="application/octet-stream",
                content_encoding="binary",
                headers={"x-error": reason, "x-consumer": self._store.service},
                delivery_mode=2,
                confirm_timeout=15,
            )


def _bytes(message: Message) -> bytes:
    body = message.body
    if isinstance(body, str):
        return body.encode()
    return bytes(body)
