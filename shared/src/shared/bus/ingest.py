"""Ingest: messages go from the broker into the inbox table, many in one statement, and only then are acknowledged."""

import json
import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

import structlog
from kombu import Connection, Consumer, Producer
from kombu.message import Message
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from shared.bus.meters import Meters
from shared.bus.publishing import in_process
from shared.bus.topology import Topology, connect, is_amqp
from shared.events.envelope import CONTENT_TYPE, Envelope, Undecodable
from shared.events.language import catalogue
from shared.store.inbox import Arrival, lay_in
from shared.store.transaction import Store

log = structlog.get_logger()

PREFETCH = 500
BATCH = 200
LINGER_SECONDS = 0.02
_COMPANY_SECONDS = 0.0005  # A pause among messages of one burst is shorter.
_STOP_SECONDS = 0.2  # So long a stop may go unnoticed while nothing arrives.
_PAUSE_SECONDS = 1.0

UNKNOWN_TYPE = "this release does not know the type"

T = TypeVar("T")


class _Aside(NamedTuple):
    body: bytes
    reason: str


class Ingest:
    """Takes one service's messages from its queue into its inbox. Any number may run.

    `hears` names the publishers that the service subscribes to; a message of any other is set aside.
    """

    def __init__(
        self,
        store: Store,
        amqp: str,
        topology: Topology,
        *,
        hears: Collection[str],
        on_arrival: Callable[[], None] = lambda: None,
        meters: Meters | None = None,
    ) -> None:
        self._store = store
        self._amqp = amqp
        self._topology = topology
        self._hears = frozenset(hears)
        self._on_arrival = on_arrival
        self._meters = meters or Meters(store.service)
        self._pending: list[Message] = []
        self._taken: list[Message] = []

    def run(self, stop: threading.Event) -> None:
        """Ingest until told to stop, finishing what is in hand. Raises on trouble: start anew, nothing is lost."""
        self._require_database()
        connection = connect(self._amqp)
        try:
            channel = connection.channel()
            channel.basic_qos(0, PREFETCH, False)
            queue = self._topology.inbox(self._store.service)
            consumer = Consumer(channel, [queue], on_message=self._pending.append, auto_declare=False)
            with consumer:
                while not stop.is_set():
                    # For each message that the broker hears was taken it sends another: none any more at the end.
                    self._acknowledge(connection)
                    self._collect(connection, stop)
                    self._take(connection, stop)
            # Whatever was on its way until the broker heard that we stop: given back, each would be delivered again.
            self._take(connection, stop)
            self._acknowledge(connection)
        finally:
            connection.release()

    def _collect(self, connection: Connection, stop: threading.Event) -> None:
        """Wait up to a second for a first message, then for its companions, while they come without a pause."""
        deadline = time.monotonic() + 1.0
        while not stop.is_set() and not self._pending and (left := deadline - time.monotonic()) > 0:
            with suppress(TimeoutError):
                connection.drain_events(timeout=min(left, _STOP_SECONDS))
        deadline = time.monotonic() + LINGER_SECONDS
        while 0 < len(self._pending) < BATCH and time.monotonic() < deadline:
            try:
                connection.drain_events(timeout=_COMPANY_SECONDS)
            except TimeoutError:
                break
        if is_amqp(connection):
            connection.heartbeat_check()

    def _take(self, connection: Connection, stop: threading.Event) -> None:
        if not self._pending:
            return
        batch = self._pending.copy()
        self._pending.clear()  # For what arrives while something is away.
        arrivals: list[Arrival] = []
        aside: list[_Aside] = []
        for message in batch:
            body = _bytes(message)
            try:
                envelope = self._read(message, body)
                arrivals.append(Arrival(envelope, body, envelope.misfit()))
            except Undecodable as reason:
                aside.append(_Aside(body, str(reason)))
        if arrivals:
            aside += self._insist(connection, stop, lambda: self._lay_in(arrivals))
        if aside:
            self._insist(connection, stop, lambda: self._set_aside(aside))
        self._taken += batch
        in_process.ingested(self._store.service, [message.properties.get("message_id") for message in batch])
        self._on_arrival()

    def _read(self, message: Message, body: bytes) -> Envelope:
        if message.content_type != CONTENT_TYPE:
            raise Undecodable(f"the content type is not {CONTENT_TYPE}")
        envelope = Envelope.from_bytes(body, routing_key=message.delivery_info.get("routing_key"))
        if envelope.publisher not in self._hears:
            raise Undecodable("the source is nobody whom this service hears")
        return envelope

    def _insist(self, connection: Connection, stop: threading.Event, act: Callable[[], T]) -> T:
        """Do something with what has arrived, and hold on to it while the database or the broker is away.

        Giving it back would count as a failed delivery each time, and the broker sets aside what failed too often.
        """
        away = (OperationalError, TimeoutError, *connection.connection_errors, *connection.channel_errors)
        while True:
            try:
                return act()
            except away as error:
                if stop.is_set():
                    raise
                log.warning("ingest_waits", consumer=self._store.service, error=type(error).__qualname__)
            self._listen_for(connection, _PAUSE_SECONDS)

    def _listen_for(self, connection: Connection, seconds: float) -> None:
        """Pause, and hear the broker's heartbeats meanwhile; it sends no more messages than the prefetch allows."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            with suppress(TimeoutError):
                connection.drain_events(timeout=left)
        if is_amqp(connection):
            connection.heartbeat_check()

    def _lay_in(self, arrivals: Sequence[Arrival]) -> list[_Aside]:
        """Keep what is new in the inbox; returns what does not belong there, or passes by there unknown."""
        try:
            with self._store.carrier() as session:
                new, strangers = lay_in(
                    session, self._store.service, self._store.keyring, arrivals, self._store.clock()
                )
        except OperationalError:
            raise
        except DBAPIError:
            # One message that the database will not take must not keep out the rest.
            if len(arrivals) == 1:
                return [_Aside(arrivals[0].body, "the database does not take it")]
            return [aside for arrival in arrivals for aside in self._lay_in([arrival])]
        self._meters.ingested(len(new), len(arrivals) - len(new) - len(strangers))
        unknown = [
            _Aside(_without_data(arrival.body), UNKNOWN_TYPE)
            for arrival in arrivals
            if arrival.envelope.type not in catalogue and arrival.envelope.id in new
        ]
        return unknown + [_Aside(stranger.body, "another event has its place or its id") for stranger in strangers]

    def _require_database(self) -> None:
        """Consume nothing while there is nowhere to put it."""
        with self._store.carrier() as session:
            session.execute(text("select 1"))

    def _acknowledge(self, connection: Connection) -> None:
        if is_amqp(connection) and self._taken:
            last = self._taken[-1]
            last.channel.basic_ack(last.delivery_tag, multiple=True)
        else:
            for message in self._taken:
                message.ack()
        self._taken.clear()

    def _set_aside(self, aside: Sequence[_Aside]) -> None:
        """Keep what nobody can read where an operator sees it; confirmed, because the originals are then gone.

        Of an event that passes by unknown, only what it is: all of it lies in its publisher's outbox.
        """
        with connect(self._amqp, confirm=True) as connection:
            exchange = self._topology.undecodable.exchange
            producer = Producer(connection.channel(), exchange=exchange, auto_declare=False)
            for body, reason in aside:
                log.log(
                    logging.WARNING if reason == UNKNOWN_TYPE else logging.ERROR,
                    "message_set_aside",
                    consumer=self._store.service,
                    reason=reason,
                )
                producer.publish(
                    body,
                    content_type="application/octet-stream",
                    content_encoding="binary",
                    headers={"x-error": reason, "x-consumer": self._store.service},
                    delivery_mode=2,
                    confirm_timeout=15,
                )
                if reason != UNKNOWN_TYPE:  # Those are counted as they pass by.
                    self._meters.set_aside(reason)


def _without_data(body: bytes) -> bytes:
    attributes = json.loads(body)
    del attributes["data"]
    return json.dumps(attributes).encode()


def _bytes(message: Message) -> bytes:
    body = message.body
    if isinstance(body, str):
        return body.encode(errors="surrogatepass")
    return bytes(body)
