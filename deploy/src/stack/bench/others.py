"""FastStream and Celery, publishing the same messages with confirms: `python -m stack.bench.others celery 2000`."""

import asyncio
import sys
from collections.abc import Callable

from celery import Celery
from faststream.rabbit import ExchangeType, RabbitBroker, RabbitExchange
from kombu import Queue

from shared.bus.topology import Topology
from shared.events.envelope import CONTENT_TYPE
from shared.settings import read_settings
from stack.bench.plain import _bodies
from stack.bench.stage import SPEAKER
from stack.bench.timing import measured

CONCURRENT = 100  # With 500 or 1,000 in flight it is slower by a third.


def faststream(events: int, *, concurrent: bool = False) -> None:
    """FastStream's broker: one after the other, or as many at a time as suit it best."""
    asyncio.run(_faststream(events, CONCURRENT if concurrent else 1))


async def _faststream(events: int, window: int) -> None:
    bodies = _bodies(events)
    exchange = RabbitExchange(Topology().events.name, type=ExchangeType.TOPIC, declare=False)
    async with RabbitBroker(read_settings(SPEAKER).amqp) as broker:
        with measured(events):
            for first in range(0, len(bodies), window):
                sent = [
                    broker.publish(body, exchange=exchange, routing_key=key, persist=True, content_type=CONTENT_TYPE)
                    for key, body in bodies[first : first + window]
                ]
                await asyncio.gather(*sent)


def celery(events: int) -> None:
    """Celery's send_task with confirms, to a quorum queue of its own."""
    queue = Queue("bench.celery", queue_arguments={"x-queue-type": "quorum"})
    app = Celery(broker=read_settings(SPEAKER).amqp)
    app.conf.update(broker_transport_options={"confirm_publish": True}, task_queues=[queue], task_ignore_result=True)
    bodies = [(key, body.decode()) for key, body in _bodies(events)]
    app.send_task("handle", args=[bodies[0][1]], queue=queue)
    with measured(events):
        for _, body in bodies:
            app.send_task("handle", args=[body], queue=queue)


CONTESTANTS: dict[str, Callable[[int], None]] = {
    "sequential": faststream,
    "concurrent": lambda events: faststream(events, concurrent=True),
    "celery": celery,
}

if __name__ == "__main__":
    CONTESTANTS[sys.argv[1]](int(sys.argv[2]))
