"""FastStream and Celery, publishing the same messages with confirms: `python -m stack.bench.others celery 2000`."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence

from celery import Celery
from faststream.rabbit import ExchangeType, RabbitBroker, RabbitExchange
from kombu import Queue

from shared.bus.topology import Topology
from shared.events.envelope import CONTENT_TYPE
from shared.settings import read_settings
from stack.bench.timing import WARMING, measured
from stack.toys.events import bodies
from stack.toys.stage import SPEAKER

CONCURRENT = 100  # With 300 or 1,000 in flight it is slower by a tenth, with 50 as fast.


def faststream(events: int, *, concurrent: bool = False) -> None:
    """FastStream's broker: one after the other, or always as many at a time as suit it best."""
    asyncio.run(_faststream(events, CONCURRENT if concurrent else 1))


async def _faststream(events: int, window: int) -> None:
    messages = bodies(WARMING + events)
    exchange = RabbitExchange(Topology().events.name, type=ExchangeType.TOPIC, declare=False)
    async with RabbitBroker(read_settings(SPEAKER).amqp) as broker:

        async def publish_each(waiting: Iterator[tuple[str, bytes]]) -> None:
            for key, body in waiting:
                await broker.publish(body, exchange=exchange, routing_key=key, persist=True, content_type=CONTENT_TYPE)

        async def publish(messages: Sequence[tuple[str, bytes]]) -> None:
            # Each takes the next message as soon as its last one is confirmed: the window slides, and no task is made
            # for each message.
            waiting = iter(messages)
            await asyncio.gather(*(publish_each(waiting) for _ in range(window)))

        await publish(messages[:WARMING])
        with measured(events):
            await publish(messages[WARMING:])


def celery(events: int) -> None:
    """Celery's send_task with confirms, to a quorum queue of its own."""
    queue = Queue("bench.celery", queue_arguments={"x-queue-type": "quorum"})
    app = Celery(broker=read_settings(SPEAKER).amqp)
    app.conf.update(broker_transport_options={"confirm_publish": True}, task_queues=[queue], task_ignore_result=True)
    messages = [body.decode() for _, body in bodies(WARMING + events)]
    for body in messages[:WARMING]:
        app.send_task("handle", args=[body], queue=queue)
    with measured(events):
        for body in messages[WARMING:]:
            app.send_task("handle", args=[body], queue=queue)
    with app.connection_for_write() as connection:
        queue(connection.channel()).delete()


CONTESTANTS: dict[str, Callable[[int], None]] = {
    "sequential": faststream,
    "concurrent": lambda events: faststream(events, concurrent=True),
    "celery": celery,
}

if __name__ == "__main__":
    CONTESTANTS[sys.argv[1]](int(sys.argv[2]))
