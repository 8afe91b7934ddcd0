"""The worker process of a service: relay, ingest, inbox, timers and its own jobs, each a thread that is kept going."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from shared.bus.inbox import InboxWorker
from shared.bus.ingest import Ingest
from shared.bus.meters import Meters
from shared.bus.relay import Relay
from shared.bus.topology import Topology, connect
from shared.service import Job, Service
from shared.settings import Settings
from shared.store.doorbell import INBOX_BELL, Doorbell, DoorbellListener
from shared.store.retries import describe
from shared.store.transaction import Store

log = structlog.get_logger()

LOOPS = ("relay", "ingest", "inbox", "timers", "jobs")
_RESTART_SECONDS = 1.0


class Worker:
    """All loops of one service, or those named. Start it, and stop it within its grace."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        store: Store,
        own_settings: Any = None,
        *,
        only: Sequence[str] = LOOPS,
        meters: Meters | None = None,
    ) -> None:
        self.service = service
        self._settings = settings
        self._store = store
        self._topology = Topology(settings.bus_namespace)
        self.meters = meters or Meters(service.name)
        self._arrivals = Doorbell(settings.database, INBOX_BELL)
        self._stop = threading.Event()
        loops: dict[str, list[tuple[str, Callable[[threading.Event], None]]]] = {
            "relay": [("relay", Relay(store, settings.database, settings.amqp, self._topology, self.meters).run)],
            "ingest": [("ingest", self._ingest)],
            "inbox": [("inbox", self._inbox)],
            "timers": [("timers", self._polling(lambda: service.timers.run_due(store)))],
            "jobs": [(job.name, self._polling(self._job(job))) for job in service.jobs(own_settings)],
        }
        if not service.handlers.publishers:
            loops["ingest"], loops["inbox"] = [], []
        self._threads = {
            name: threading.Thread(
                target=self._keep_going, args=(name, run), name=f"{service.name}-{name}", daemon=True
            )
            for loop in only
            for name, run in loops[loop]
        }
        self._failed_at: dict[str, float] = {}

    def start(self) -> None:
        for thread in self._threads.values():
            thread.start()

    def request_stop(self) -> None:
        """Have every loop finish what is in hand and end; returns at once."""
        self._stop.set()
        self._arrivals.ring()
        self._store.on_events()

    def stop(self, grace: float = 10.0) -> bool:
        """Stop and wait; returns whether every loop ended within the grace."""
        self.request_stop()
        for thread in self._threads.values():
            thread.join(timeout=grace)
        self._arrivals.close()
        return not any(thread.is_alive() for thread in self._threads.values())

    def troubles(self) -> list[str]:
        """The loops that are not at work now, because database or broker is away or because they died."""
        dead = {name for name, thread in self._threads.items() if not thread.is_alive()}
        since = time.monotonic() - 3 * _RESTART_SECONDS
        return sorted(dead | {name for name, at in self._failed_at.items() if at > since})

    def declare_topology(self) -> None:
        with connect(self._settings.amqp) as connection:
            self._topology.declare(connection, self.service.name, self.service.handlers.publishers)

    def _keep_going(self, name: str, run: Callable[[threading.Event], None]) -> None:
        while not self._stop.is_set():
            try:
                run(self._stop)
            except Exception as error:
                self._failed_at[name] = time.monotonic()
                log.warning("loop_restarts", service=self.service.name, loop=name, error=describe(error))
                self._stop.wait(_RESTART_SECONDS)

    def _ingest(self, stop: threading.Event) -> None:
        self.declare_topology()
        Ingest(
            self._store,
            self._settings.amqp,
            self._topology,
            hears=self.service.handlers.publishers,
            on_arrival=self._arrivals.ring,
            meters=self.meters,
        ).run(stop)

    def _inbox(self, stop: threading.Event) -> None:
        worker = InboxWorker(self._store, self.service.handlers, self.meters)
        with DoorbellListener(self._settings.database, INBOX_BELL) as bell:
            while not stop.is_set():
                if not worker.handle():
                    bell.wait(1.0)

    def _polling(self, work: Callable[[], int]) -> Callable[[threading.Event], None]:
        def run(stop: threading.Event) -> None:
            while not stop.is_set():
                if not work():
                    stop.wait(0.5)

        return run

    def _job(self, job: Job) -> Callable[[], int]:
        return lambda: job.run_once(self._store)
