"""The gremlin: it publishes events of the outboxes again, and some for the first time, in any order."""

import random
import threading
from typing import Self

from kombu.exceptions import OperationalError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.bus.publishing import ConfirmedPublisher, NotConfirmed, Outgoing
from shared.bus.topology import connect
from stack.drills import toys
from stack.drills.world import World

_SAMPLE = text("""
    select id, routing_key, body from outbox
    where position > (select coalesce(max(position), 0) from outbox) - :recent
    order by random() limit :count
""")


class Gremlin:
    """Runs in a thread of its own until it is stopped. `published` counts its deeds."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._chance = random.Random(seed + 2)  # noqa: S311 - chance, not secrecy.
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gremlin", daemon=True)
        self.published = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        while not self._stop.wait(0.2):
            try:
                self._meddle(self._chance.choice(list(toys.SPEAKERS)))
            except (DBAPIError, NotConfirmed, OperationalError, OSError):
                continue  # It finds the house burning, and comes back.

    def _meddle(self, speaker: str) -> None:
        values = {"recent": self._chance.choice((50, 1000)), "count": 40}
        with self._world.admin(speaker).connect() as connection:
            rows = connection.execute(_SAMPLE, values).all()
        publisher = ConfirmedPublisher(connect(self._world.amqp), self._world.topology.events.name)
        try:
            publisher.send([Outgoing(row.id, row.routing_key, bytes(row.body)) for row in rows])()
            self.published += len(rows)
        finally:
            publisher.close()
