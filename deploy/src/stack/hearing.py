"""A way to one consumer's queue that knows whether the consumer gets what is published.

RabbitMQ also confirms what no queue takes. So what a replay needs is looked for first, and every message is published
as mandatory: one that no queue takes comes back.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import amqp
from kombu import Connection
from kombu.exceptions import OperationalError

from shared.bus.publishing import ConfirmedPublisher, NotConfirmed, Outgoing
from shared.bus.topology import Topology, connect
from shared.console import Away, BadNews


class Unheard(NotConfirmed):
    """A message reached the exchange, and no queue took it."""


class HeardPublisher(ConfirmedPublisher):
    """Publishes with confirms, and holds a message for safe only when a queue has it."""

    def __init__(self, connection: Connection, exchange: str) -> None:
        super().__init__(connection, exchange)
        self._unheard = 0
        self._channel.basic_publish = partial(self._channel.basic_publish, mandatory=True)
        self._channel.events["basic_return"].add(self._came_back)

    def send(self, batch: Sequence[Outgoing]) -> Callable[[], None]:
        confirmed = super().send(batch)

        def heard() -> None:
            confirmed()
            # The broker gives a message back before it confirms it.
            if self._unheard:
                raise Unheard(f"{self._unheard} messages were taken by no queue")

        return heard

    def _came_back(self, *_: Any) -> None:
        self._unheard += 1


@contextmanager
def publisher_to(address: str, topology: Topology, consumer: str) -> Iterator[HeardPublisher]:
    """A publisher to one consumer alone; what is wrong on the way is said in one line, with what to do about it."""
    provision = "Make it with `afterglow provision` (or `docker compose run --rm provision`)"
    go_on = "Part of the stretch may be published: start the same command again, nothing has its effect twice."
    try:
        connection = connect(address)
        with closing(HeardPublisher(connection, topology.replay(consumer).name)) as publisher:
            for what, name in _missing(connection, topology, consumer):
                raise BadNews("unheard", f"The broker has no {what} {name}. {provision}, then replay.")
            yield publisher
    except Unheard as error:
        message = f"{topology.inbox(consumer).name} is not bound to {topology.replay(consumer).name}: {error}."
        raise BadNews("unheard", f"{message} {provision}, then replay.") from None
    except NotConfirmed as error:
        raise BadNews("not_confirmed", f"AFTERGLOW_AMQP: {error}. {go_on}") from None
    except OperationalError as error:
        raise Away("broker_away", f"AFTERGLOW_AMQP: the broker cannot be reached: {error}") from None
    except (amqp.AMQPError, OSError) as error:
        raise Away("broker_away", f"AFTERGLOW_AMQP: the broker ended it: {error}. {go_on}") from None


def _missing(connection: Connection, topology: Topology, consumer: str) -> Iterator[tuple[str, str]]:
    """Which of the exchange and the queue the broker does not have."""
    exchange, queue = topology.replay(consumer).name, topology.inbox(consumer).name
    # What is not there costs the channel: each is looked for on its own.
    with connection.channel() as channel:
        try:
            channel.exchange_declare(exchange, "topic", passive=True)
        except amqp.NotFound:
            yield "exchange", exchange
    with connection.channel() as channel:
        try:
            channel.queue_declare(queue, passive=True)
        except amqp.NotFound:
            yield "queue", queue
