"""Afterglow's own relay and inbox, run until so many events are through: `python -m stack.bench.ours relay 20000`.

Both take the warming events first, which must wait already, say so, and begin anew when a line comes in.
"""

import sys
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from shared.bus.meters import Meters
from shared.bus.relay import Relay
from shared.bus.topology import Topology
from shared.logs import configure_logs
from shared.service_main import keep_collections_rare, open_store
from shared.settings import read_settings
from shared.worker import Worker
from stack.bench.timing import WARMING, measured, until_told
from stack.toys import listener
from stack.toys.stage import HEARER, SPEAKER


class _Counting(Meters):
    """Meters that set an event when so many are through."""

    def __init__(self, service: str, wanted: int) -> None:
        super().__init__(service)
        self._left = wanted
        self.done = threading.Event()

    def relayed(self, events: int, seconds: float) -> None:
        super().relayed(events, seconds)
        self._count(events)

    def handled(self, rows: Iterable[Row[Any]], now: datetime) -> None:
        known = list(rows)
        super().handled(known, now)
        self._count(len(known))

    def _count(self, events: int) -> None:
        self._left -= events
        if self._left <= 0:
            self.done.set()


def relay(events: int) -> None:
    """The relay alone, from a full outbox to the broker's last confirm and its mark."""
    settings = read_settings(SPEAKER)
    meters = _Counting(SPEAKER, events)
    work = Relay(open_store(settings), settings.database, settings.amqp, Topology(), meters)
    work.run(meters.done)


def inbox(events: int) -> None:
    """One worker process, from a full queue to the last handler's commit."""
    settings = read_settings(HEARER)
    meters = _Counting(HEARER, events)
    worker = Worker(listener(HEARER), settings, open_store(settings), only=("ingest", "inbox"), meters=meters)
    worker.start()
    if not meters.done.wait(600):
        raise TimeoutError("not all events were handled within ten minutes")
    worker.stop()


CONTESTANTS: dict[str, Callable[[int], None]] = {"relay": relay, "inbox": inbox}

if __name__ == "__main__":
    configure_logs()
    keep_collections_rare()  # As a worker does.
    contestant, wanted = CONTESTANTS[sys.argv[1]], int(sys.argv[2])
    contestant(WARMING)
    until_told()
    with measured(wanted):
        contestant(wanted)
