"""The load of a drill: publishers that do as the relay does, and a consumer that does as ingest does."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Self
from uuid import UUID

from kombu import Consumer
from kombu.exceptions import OperationalError
from kombu.message import Message
from kombu.transport.pyamqp import Transport

from shared.bus.publishing import NotConfirmed, Outgoing, Publisher, open_publisher
from shared.bus.topology import Topology, connect
from shared.clock import now
from shared.events.envelope import Envelope
from shared.events.intake import ConsentGranted
from shared.local.processes import wait_until
from stack.drills.ledger import Arrival, Entry, Heard, Spoken

PUBLISHER = "intake"
LISTENER = "sessions"
RESTART_SECONDS = 1.0
"""How long the loops of a worker wait before they start anew."""

TROUBLE = (NotConfirmed, OperationalError, *Transport.connection_errors, *Transport.channel_errors)
"""What a broker that dies does to its clients. Anything else is a fault of the drill, and ends it."""

_STREAMS = 40
_LARGEST_BATCH = 200
_PREFETCH = 500
_SPEAKERS = 2
_CATCH_UP_SECONDS = 60.0


class Load:
    """Two publishers and a consumer at work on a cluster, each at a node of its own at first.

    `spoken` and `heard` are their accounts. What one of them raises, for none should, is raised by the next call.
    """

    def __init__(self, addresses: Sequence[str], topology: Topology, seed: int) -> None:
        self.spoken = [Spoken() for _ in range(_SPEAKERS)]
        self.heard = Heard()
        self._addresses = addresses
        self._topology = topology
        self._seed = seed
        self._enough_said = threading.Event()
        self._enough_heard = threading.Event()
        self._threads = ThreadPoolExecutor(_SPEAKERS + 1)
        self._speakers: list[Future[None]] = []
        self._listener: Future[None]

    @property
    def confirmed(self) -> list[Entry]:
        return [entry for spoken in self.spoken for entry in spoken.confirmed]

    @property
    def confirmed_each(self) -> tuple[int, ...]:
        """How many events of each publisher were confirmed so far."""
        return tuple(len(spoken.confirmed) for spoken in self.spoken)

    def go_on_until_each_grows(self, seconds: float) -> tuple[int, ...]:
        """Let them work until each publisher has had something more confirmed, or so long; returns how much it was."""
        before, deadline = self.confirmed_each, time.monotonic() + seconds
        while True:
            grown = tuple(now - then for now, then in zip(self.confirmed_each, before, strict=True))
            if all(grown) or time.monotonic() > deadline:
                return grown
            self.go_on(0.05)

    def go_on(self, seconds: float) -> None:
        """Let them work for so long."""
        _wait([*self._speakers, self._listener], seconds)

    def finish(self) -> None:
        """End the publishers, and let the consumer work until all that was confirmed has come, or nothing more does."""
        self._enough_said.set()
        for speaker in self._speakers:
            speaker.result()
        wait_until(self._all_has_come, _CATCH_UP_SECONDS)

    def longest_pause_ms(self, begin: float, end: float) -> int:
        """How long a publisher had to wait at most, in this stretch of monotonic time, for a batch to be confirmed."""
        return max(spoken.longest_pause_ms(begin, end) for spoken in self.spoken)

    def __enter__(self) -> Self:
        for number, spoken in enumerate(self.spoken):
            address, seed = _turned(self._addresses, number), self._seed * _SPEAKERS + number
            self._speakers.append(self._threads.submit(speak, spoken, address, self._topology, self._enough_said, seed))
        address = _turned(self._addresses, _SPEAKERS)
        self._listener = self._threads.submit(listen, self.heard, address, self._topology, self._enough_heard)
        return self

    def __exit__(self, *_: object) -> None:
        self._enough_said.set()
        self._enough_heard.set()
        self._threads.shutdown()

    def _all_has_come(self) -> bool:
        before = len(self.heard.received)
        _wait([self._listener], 1.0)
        return len(self.heard.received) == before and set(self.confirmed) <= set(self.heard.received)


def _wait(threads: Sequence[Future[None]], seconds: float) -> None:
    ended, _ = wait(threads, timeout=seconds, return_when=FIRST_COMPLETED)
    for thread in ended:
        thread.result()


def speak(spoken: Spoken, address: str, topology: Topology, stop: threading.Event, seed: int) -> None:
    """Publish batches until told to stop, each again and again until all of it is confirmed, as the relay does.

    Writes to `spoken` only what was confirmed. A batch that is in hand at the end is given up.
    """
    batches = _batches(random.Random(seed))  # nosec B311 # the drill must be repeatable.
    publisher: Publisher | None = None
    batch = next(batches)
    spoken.times.append(time.monotonic())
    while not stop.is_set():
        try:
            publisher = publisher or open_publisher(address, topology, PUBLISHER)
            publisher.send([_outgoing(envelope) for envelope in batch])()
        except TROUBLE:
            if publisher:
                publisher.close()
            publisher = None
            spoken.repeated += 1
            stop.wait(RESTART_SECONDS)
            continue
        spoken.times.append(time.monotonic())
        spoken.confirmed += [(envelope.subject, envelope.sequence) for envelope in batch]
        batch = next(batches)
    if publisher:
        publisher.close()


def listen(heard: Heard, address: str, topology: Topology, stop: threading.Event) -> None:
    """Take in what is in the inbox queue until told to stop, and acknowledge it many at once, as ingest does."""
    while not stop.is_set():
        try:
            _consume(heard, address, topology, stop)
        except TROUBLE:
            stop.wait(RESTART_SECONDS)


def _consume(heard: Heard, address: str, topology: Topology, stop: threading.Event) -> None:
    pending: list[Message] = []

    def take(message: Message) -> None:
        heard.handed_out.append(_arrival(message))
        pending.append(message)

    with connect(address) as connection:
        channel = connection.channel()
        channel.basic_qos(0, _PREFETCH, False)
        queue = topology.inbox(LISTENER)
        with Consumer(channel, [queue], on_message=take, auto_declare=False):
            while not stop.is_set():
                try:
                    connection.drain_events(timeout=0.05)
                except TimeoutError:
                    connection.heartbeat_check()
                    full = bool(pending)
                else:
                    full = len(pending) >= _PREFETCH // 4
                if full:
                    heard.received += [arrival.entry for arrival in heard.handed_out[-len(pending) :]]
                    pending[-1].channel.basic_ack(pending[-1].delivery_tag, multiple=True)
                    pending.clear()


def _batches(rng: random.Random) -> Iterator[list[Envelope]]:
    subjects = [UUID(int=rng.getrandbits(128)) for _ in range(_STREAMS)]
    sequences = dict.fromkeys(subjects, 0)
    while True:
        batch = []
        for subject in rng.choices(subjects, k=rng.randint(1, _LARGEST_BATCH)):
            sequences[subject] += 1
            batch.append(_envelope(UUID(int=rng.getrandbits(128)), subject, sequences[subject]))
        yield batch


def _envelope(id_: UUID, subject: UUID, sequence: int) -> Envelope:
    return Envelope(
        id=id_,
        type=ConsentGranted.type,
        publisher=PUBLISHER,
        clinic="maple",
        about=ConsentGranted.about,
        subject=subject,
        sequence=sequence,
        time=now(),
        correlation_id="failover",
        causation_id="failover",
        data=ConsentGranted.sample_data(),
    )


def _outgoing(envelope: Envelope) -> Outgoing:
    return Outgoing(envelope.id, envelope.routing_key, envelope.to_bytes())


def _arrival(message: Message) -> Arrival:
    envelope = Envelope.from_bytes(message.body.encode(), routing_key=message.delivery_info["routing_key"])
    return Arrival((envelope.subject, envelope.sequence), again=message.delivery_info["redelivered"])


def _turned(addresses: Sequence[str], by: int) -> str:
    by %= len(addresses)
    return ";".join([*addresses[by:], *addresses[:by]])
