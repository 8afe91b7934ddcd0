"""Handing a batch of ready messages to the broker, and knowing that all of them are safe there."""

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import amqp
from amqp.method_framing import frame_writer
from kombu import Connection, Producer

from shared.bus.topology import Topology, connect, is_amqp
from shared.events.envelope import CONTENT_TYPE

WINDOW = 1000
CONFIRM_SECONDS = 15.0
_TOGETHER_BYTES = 64 * 1024


class NotConfirmed(Exception):  # noqa: N818 - it says what is known, and no more: the messages may or may not be there.
    """The broker did not confirm a message in time or refused it. The connection must be thrown away."""


@dataclass(frozen=True)
class Outgoing:
    """A message as the outbox holds it."""

    id: UUID
    routing_key: str
    body: bytes


class Publisher(Protocol):
    """One thread's way to the broker."""

    def send(self, batch: Sequence[Outgoing]) -> Callable[[], None]:
        """Send a batch, and give what waits until all of it is safe: more can be done, and sent, before that.

        Either raises when a message may not be safe; then throw this publisher away.
        """

    def keep_alive(self) -> None:
        """To be called each second while there is nothing to publish."""

    def close(self) -> None: ...


class ConfirmedPublisher:
    """Publishes to RabbitMQ with up to 1,000 messages awaiting their confirm.

    kombu's own `confirm_publish` waits for each message, which costs five times as much, and after a time-out takes an
    older message's confirm for the next one's. So the confirms are matched by delivery tag here.
    """

    def __init__(self, connection: Connection, exchange: str) -> None:
        self._connection = connection
        self._exchange = exchange
        connection.connect()
        raw = connection.connection
        # Without this, py-amqp polls the socket before every single publish.
        raw.client_properties = {**raw.client_properties, "capabilities": {}}
        self._wire = _Gathered(raw.transport)
        raw.frame_writer = frame_writer(raw, self._wire)
        self._tag = 0
        self._awaited: dict[int, UUID] = {}
        self._refused: list[UUID] = []
        try:
            self._channel = connection.channel()
            self._channel.confirm_select()
        except BaseException:
            connection.release()
            raise
        self._channel.events["basic_ack"].add(self._settle)
        self._channel.events["basic_nack"].add(self._refuse)

    def send(self, batch: Sequence[Outgoing]) -> Callable[[], None]:
        with self._wire.gathering():
            for outgoing in batch:
                while len(self._awaited) >= WINDOW:
                    self._drain()
                self._tag += 1
                self._awaited[self._tag] = outgoing.id
                message = amqp.Message(
                    outgoing.body,
                    content_type=CONTENT_TYPE,
                    content_encoding="utf-8",
                    delivery_mode=2,
                    message_id=str(outgoing.id),
                )
                self._channel.basic_publish(message, exchange=self._exchange, routing_key=outgoing.routing_key)
        return partial(self._settle_upto, self._tag)

    def keep_alive(self) -> None:
        # Heartbeats arrive only while the socket is read.
        with contextlib.suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_check()

    def close(self) -> None:
        self._connection.release()

    def _settle_upto(self, last: int) -> None:
        # The tags that are awaited are in the order in which they were given out.
        while next(iter(self._awaited), last + 1) <= last:
            self._drain()
        if self._refused:
            raise NotConfirmed(f"the broker refused {len(self._refused)} messages")

    def _drain(self) -> None:
        self._wire.flush()
        try:
            self._connection.drain_events(timeout=CONFIRM_SECONDS)
        except TimeoutError:
            raise NotConfirmed(f"{len(self._awaited)} messages were not confirmed in time") from None

    def _settle(self, tag: int, multiple: bool) -> None:
        for settled in self._upto(tag, multiple):
            del self._awaited[settled]

    def _refuse(self, tag: int, multiple: bool) -> None:
        for settled in self._upto(tag, multiple):
            self._refused.append(self._awaited.pop(settled))

    def _upto(self, tag: int, multiple: bool) -> list[int]:
        if not multiple:
            return [tag] if tag in self._awaited else []
        return list(itertools.takewhile(lambda waiting: waiting <= tag, self._awaited))


class _Gathered:
    """What py-amqp writes frames to: it writes those of a batch together, and not each message by itself."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._held = bytearray()
        self._gathers = False

    def write(self, frame: bytes | memoryview) -> None:
        if not self._gathers:
            self._transport.write(frame)
            return
        self._held += frame
        if len(self._held) >= _TOGETHER_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._held:
            self._transport.write(self._held)
            self._held.clear()

    @contextlib.contextmanager
    def gathering(self) -> Iterator[None]:
        """Until the block ends; after an error in it the connection is thrown away, and what was held with it."""
        self._gathers = True
        try:
            yield
            self.flush()
        finally:
            self._gathers = False


class InProcessConfirms:
    """Stands for the broker's confirms where everything lives in one process and `memory://` carries the events.

    That transport keeps nothing, so a message counts as safe only when each subscriber has it in its inbox table. A
    crash before that leaves it unpublished in the outbox, from where it is sent again.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._subscribers: dict[str, set[str]] = {}
        self._awaited: dict[str, set[str]] = {}

    def subscribe(self, service: str, publishers: Iterable[str]) -> None:
        for publisher in publishers:
            self._subscribers.setdefault(publisher, set()).add(service)

    def expect(self, publisher: str, message_ids: Iterable[str]) -> None:
        with self._changed:
            for message_id in message_ids:
                self._awaited[message_id] = set(self._subscribers.get(publisher, ()))

    def ingested(self, service: str, message_ids: Iterable[str | None]) -> None:
        """A service has these messages where they belong: in its inbox, or set aside."""
        with self._changed:
            for message_id in message_ids:
                if message_id in self._awaited:
                    self._awaited[message_id].discard(service)
            self._changed.notify_all()

    def wait(self, message_ids: Sequence[str]) -> None:
        with self._changed:
            done = self._changed.wait_for(
                lambda: not any(self._awaited[message_id] for message_id in message_ids), timeout=CONFIRM_SECONDS
            )
            for message_id in message_ids:
                del self._awaited[message_id]
        if not done:
            raise NotConfirmed("not every subscriber took the events into its inbox in time")


in_process = InProcessConfirms()
"""One for the process, as kombu's in-memory broker is one for the process."""


class InProcessPublisher:
    """Publishes over `memory://`; see InProcessConfirms."""

    def __init__(self, connection: Connection, topology: Topology, service: str) -> None:
        self._connection = connection
        self._service = service
        self._producer = Producer(connection.channel(), exchange=topology.events, auto_declare=False)

    def send(self, batch: Sequence[Outgoing]) -> Callable[[], None]:
        ids = [str(outgoing.id) for outgoing in batch]
        in_process.expect(self._service, ids)
        for outgoing in batch:
            self._producer.publish(
                outgoing.body,
                routing_key=outgoing.routing_key,
                content_type=CONTENT_TYPE,
                content_encoding="binary",
                message_id=str(outgoing.id),
            )
        return partial(in_process.wait, ids)

    def keep_alive(self) -> None:
        """There is no wire that could fall asleep."""

    def close(self) -> None:
        self._connection.release()


def open_publisher(address: str, topology: Topology, service: str) -> Publisher:
    """A publisher for that broker, over a connection of its own."""
    connection = connect(address)
    if is_amqp(connection):
        return ConfirmedPublisher(connection, topology.events.name)
    return InProcessPublisher(connection, topology, service)
