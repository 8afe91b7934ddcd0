"""The worker of a service: relay, ingest, inbox, timers, jobs, auditing and keeping, threads that are kept going."""

import functools
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import structlog

from shared.bus.inbox import InboxWorker
from shared.bus.ingest import Ingest
from shared.bus.meters import Meters
from shared.bus.relay import Relay
from shared.bus.topology import Topology, connect
from shared.service import Service
from shared.settings import Settings
from shared.store.auditing import chain
from shared.store.doorbell import INBOX_BELL, Doorbell, DoorbellListener, LocalBell
from shared.store.keeping import keep_outbox_weeks, let_pass
from shared.store.retries import describe
from shared.store.transaction import Store

log = structlog.get_logger()

LOOPS = ("relay", "ingest", "inbox", "timers", "jobs", "auditing", "keeping")
_RESTART_SECONDS = 1.0
_IN_VAIN_SECONDS = 60.0
_KEEPING_SECONDS = 3600.0
_SOON_SECONDS = 0.02


class _Loop(NamedTuple):
    kind: str
    thread: threading.Thread
    stop: threading.Event


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
        # A process that ingests for itself wakes its own inbox, which is quicker than by way of the database. What
        # others took in without handling it (`--only ingest`) it finds at its look each second.
        self._own_arrivals = LocalBell() if {"ingest", "inbox"} <= set(only) else None
        stops = {loop: threading.Event() for loop in LOOPS}
        loops: dict[str, list[tuple[str, Callable[[threading.Event], None]]]] = {
            "relay": [("relay", Relay(store, settings.database, settings.amqp, self._topology, self.meters).run)],
            "ingest": [("ingest", self._ingest)],
            "inbox": [("inbox", self._inbox)],
            "timers": [("timers", self._polling(lambda stop: service.timers.run_due(store, stopping=stop)))],
            "jobs": [
                (job.name, self._polling(functools.partial(job.run_once, store))) for job in service.jobs(own_settings)
            ],
            "auditing": [("auditing", self._polling(lambda _: chain(store)))],
            "keeping": [("keeping", self._keep)],
        }
        if not service.handlers.publishers:
            loops["ingest"], loops["inbox"] = [], []
        self._loops = {
            name: _Loop(
                loop,
                threading.Thread(
                    target=self._keep_going,
                    args=(name, run, stops[loop]),
                    name=f"{service.name}-{name}",
                    daemon=True,
                ),
                stops[loop],
            )
            for loop in only
            for name, run in loops[loop]
        }
        self._troubled_until: dict[str, float] = {}

    def start(self) -> None:
        for loop in self._loops.values():
            loop.thread.start()

    def request_stop(self, kinds: Sequence[str] = LOOPS) -> None:
        """Have the loops of these kinds finish what is in hand and end; returns at once."""
        for loop in self._loops.values():
            if loop.kind in kinds:
                loop.stop.set()
        # Who waits for a bell would notice within its second only.
        (self._own_arrivals or self._arrivals).ring()
        self._store.on_events()

    def stop(self, grace: float = 10.0) -> bool:
        """Stop and wait; returns whether every loop ended within the grace, which is that of all together."""
        deadline = time.monotonic() + grace
        self.request_stop()
        late = self.join(deadline)
        self._arrivals.close(max(0.0, deadline - time.monotonic()))
        if late:
            log.error("loops_cut_off", service=self.service.name, loops=late, grace_seconds=grace)
        return not late

    def join(self, deadline: float) -> list[str]:
        """Wait for the loops that were told to stop; returns those that are at work still at that monotonic moment."""
        told = {name: loop.thread for name, loop in self._loops.items() if loop.stop.is_set()}
        for thread in told.values():
            thread.join(max(0.0, deadline - time.monotonic()))
        return sorted(name for name, thread in told.items() if thread.is_alive())

    def troubles(self) -> list[str]:
        """The loops that are not at work now, because database or broker is away or because they died."""
        dead = {name for name, loop in self._loops.items() if not loop.thread.is_alive()}
        now = time.monotonic()
        return sorted(dead | {name for name, until in self._troubled_until.items() if now < until})

    def declare_topology(self) -> None:
        with connect(self._settings.amqp) as connection:
            self._topology.declare(connection, self.service.name, self.service.handlers.publishers)

    def _keep_going(self, name: str, run: Callable[[threading.Event], None], stop: threading.Event) -> None:
        while not stop.is_set():
            began = time.monotonic()
            try:
                run(stop)
            except Exception as error:
                failed = time.monotonic()
                # It may fail by waiting in vain: then it is at work again only when it has lasted for longer.
                lasted = failed - began
                self._troubled_until[name] = (
                    failed + 3 * _RESTART_SECONDS + (lasted if lasted < _IN_VAIN_SECONDS else 0)
                )
                log.warning("loop_restarts", service=self.service.name, loop=name, error=describe(error))
                stop.wait(_RESTART_SECONDS)

    def _ingest(self, stop: threading.Event) -> None:
        self.declare_topology()
        Ingest(
            self._store,
            self._settings.amqp,
            self._topology,
            hears=self.service.handlers.publishers,
            on_arrival=(self._own_arrivals or self._arrivals).ring,
            meters=self.meters,
        ).run(stop)

    def _inbox(self, stop: threading.Event) -> None:
        worker = InboxWorker(self._store, self.service.handlers, self.meters, stopping=stop.is_set)
        with self._arrival_bell() as bell:
            while not stop.is_set():
                handled = worker.handle()
                # Whoever lays something in that was not seen rings afterwards. But another worker may have looked in
                # vain for what came to the streams that this one had: after a turn it looks again, soon.
                if not worker.sees_more:
                    bell.wait(_SOON_SECONDS if handled else 1.0)

    def _arrival_bell(self) -> LocalBell | DoorbellListener:
        """What the inbox waits for: this process's own ingest if there is one, else that of any other process."""
        return self._own_arrivals or DoorbellListener(self._settings.database, INBOX_BELL)

    def _keep(self, stop: threading.Event) -> None:
        while not stop.is_set():
            keep_outbox_weeks(self._store, timedelta(days=self._settings.outbox_days))
            let_pass(self._store)
            stop.wait(_KEEPING_SECONDS)

    def _polling(self, work: Callable[[Callable[[], bool]], int]) -> Callable[[threading.Event], None]:
        def run(stop: threading.Event) -> None:
            while not stop.is_set():
                if not work(stop.is_set):
                    stop.wait(0.5)

        return run
