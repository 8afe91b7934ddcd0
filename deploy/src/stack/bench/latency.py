"""From a commit to the commit of its effect elsewhere: `python -m stack.bench.latency say 200 10`, and `... hear`.

Both sides note the machine's clock right after their commit has returned, so that the difference is what somebody
waits. Each prints its moments (nanoseconds) by stream and sequence when it ends.
"""

import json
import signal
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from shared.bus.meters import Meters
from shared.events.envelope import stream_of
from shared.events.intake import ConsentGranted
from shared.service_main import keep_collections_rare, open_store
from shared.settings import read_settings
from shared.store.transaction import Actor, Origin
from shared.worker import Worker
from stack.toys import listener
from stack.toys.events import client_of
from stack.toys.stage import HEARER, SPEAKER

_CLINICS, _CLIENTS = 10, 100


class _Noting(Meters):
    """Meters that note when each event's effect was committed."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.committed: dict[str, int] = {}

    def handled(self, rows: Iterable[Row[Any]], now: datetime) -> None:
        at, known = time.time_ns(), list(rows)
        self.committed.update({f"{row.stream} {row.sequence}": at for row in known})
        super().handled(known, now)


def say(rate: float, seconds: float) -> dict[str, int]:
    """Commit so many commands a second, in each of ten clinics in turn, and relay their events."""
    settings = read_settings(SPEAKER)
    store = open_store(settings)
    worker = Worker(listener(SPEAKER), settings, store, only=("relay",))
    worker.start()
    time.sleep(1)
    committed: dict[str, int] = {}
    began, event = time.monotonic(), ConsentGranted.sample()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        client, clinic = client_of(number % _CLIENTS), f"clinic-{number % _CLINICS}"
        with store.transaction(clinic, Actor("bench"), Origin("bench", "request", "request")) as tx:
            tx.publish(replace(event, subject=client))
        committed[f"{stream_of(clinic, 'client', client)} {number // _CLIENTS + 1}"] = time.time_ns()
    time.sleep(1)
    worker.stop()
    return committed


def hear() -> dict[str, int]:
    """Ingest and handle until SIGTERM."""
    settings, stop = read_settings(HEARER), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    meters = _Noting(HEARER)
    worker = Worker(listener(HEARER), settings, open_store(settings), only=("ingest", "inbox"), meters=meters)
    worker.start()
    stop.wait()
    worker.stop()
    return meters.committed


if __name__ == "__main__":
    keep_collections_rare()  # As a worker does.
    moments = say(float(sys.argv[2]), float(sys.argv[3])) if sys.argv[1] == "say" else hear()
    sys.stdout.write(json.dumps(moments) + "\n")
