"""The gremlin: it publishes events of the outboxes again, and some for the first time, in any order."""

import random
import threading
import traceback
from contextlib import suppress
from typing import Self

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.bus.publishing import ConfirmedPublisher, Outgoing
from shared.bus.topology import connect
from shared.store.bodies import open_outbox
from stack import toys
from stack.drills.load import TROUBLE
from stack.drills.world import World

STOP_SECONDS = 30
_SAMPLE = text("""
    select id, clinic, routing_key, body, sealed from outbox
    where position > (select coalesce(max(position), 0) from outbox) - :recent
    order by random() limit :count
""")


class Gremlin:
    """Runs in a thread of its own until it is stopped. `published` counts its deeds; `accidents` says why it ended."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._chance = random.Random(seed + 2)  # nosec B311 # chance, not secrecy.
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gremlin", daemon=True)
        self.published = 0
        self.accidents: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(STOP_SECONDS)
        if self._thread.is_alive() and not self.accidents:
            self.accidents.append(f"the gremlin did not stop within {STOP_SECONDS} s")

    def _run(self) -> None:
        try:
            while not self._stop.wait(0.2):
                # It finds the house burning, and comes back.
                with suppress(DBAPIError, *TROUBLE):
                    self._meddle(self._chance.choice(list(toys.PUBLISHERS)))
        except Exception:
            self.accidents.append(f"the gremlin ended by itself: {traceback.format_exc()}")

    def _meddle(self, speaker: str) -> None:
        values = {"recent": self._chance.choice((50, 1000)), "count": 40}
        with self._world.admin(speaker).connect() as connection:
            rows = connection.execute(_SAMPLE, values).all()
        keyring = self._world.keyring(speaker)
        publisher = ConfirmedPublisher(connect(self._world.amqp), self._world.topology.events.name)
        try:
            publisher.send([Outgoing(row.id, row.routing_key, open_outbox(keyring, row)) for row in rows])()
            self.published += len(rows)
        finally:
            publisher.close()
