"""Prometheus metrics of one service; depths are read from its database when somebody asks."""

import math
import threading
import time
from collections.abc import Iterator

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from shared.bus.meters import Meters
from shared.store.depths import Depths, read_depths
from shared.store.transaction import Store

log = structlog.get_logger()

_KEPT_SECONDS = 5.0

_DESCRIBED = {
    "outbox": ("afterglow_outbox_depth", "Events that are not yet with the broker."),
    "outbox_age": ("afterglow_outbox_age_seconds", "Age of the oldest of them."),
    "inbox": ("afterglow_inbox_depth", "Events in the inbox that are to be handled, or wait for their predecessor."),
    "ready": ("afterglow_inbox_ready", "Events that could be handled now: of each line the next."),
    "inbox_age": ("afterglow_inbox_age_seconds", "How long the oldest of those could have been handled."),
    "retrying": ("afterglow_inbox_retrying", "Events that failed and will be tried again."),
    "gaps": ("afterglow_inbox_gaps", "Lines that wait for an event that has not come."),
    "timers_due": ("afterglow_timers_due", "Timers that are due to fire, or to be tried again, and have not."),
    "timers_retrying": ("afterglow_timers_retrying", "Timers that failed and will be tried again."),
    "timers_parked": ("afterglow_timers_parked", "Timers that failed for good and wait for a person."),
}


class Metrics:
    """A registry for one service, so that four of them can share a process."""

    def __init__(self, store: Store, meters: Meters | None = None) -> None:
        self._meters = meters
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "afterglow_http_requests_total",
            "Requests by endpoint, method and status.",
            ["service", "endpoint", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "afterglow_http_request_seconds",
            "Time to answer a request.",
            ["service", "endpoint"],
            registry=self.registry,
        )
        self.registry.register(_Depths(store))

    def render(self) -> bytes:
        """Everything that this process counts, in Prometheus' text form."""
        loops = generate_latest(self._meters.registry) if self._meters else b""
        return generate_latest(self.registry) + loops


class _Depths(Collector):
    """The depths as they were a moment ago: who scrapes twice within that moment has them counted once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reading = threading.Lock()
        self._read: Depths | None = None
        self._read_at = -math.inf

    def collect(self) -> Iterator[GaugeMetricFamily]:
        depths = self._depths()
        readable = self._gauge("afterglow_depths_readable", "Whether the figures of what waits could be read: 1, or 0.")
        readable.add_metric([self._store.service], float(depths is not None))
        yield readable
        if depths is None:
            return
        for key, (name, help_text) in _DESCRIBED.items():
            gauge = self._gauge(name, help_text)
            gauge.add_metric([self._store.service], depths.figures[key])
            yield gauge
        parked = self._gauge("afterglow_inbox_parked", "Events that failed for good and wait for a person.", "clinic")
        for clinic, events in depths.parked.items():
            parked.add_metric([self._store.service, clinic], float(events))
        yield parked

    def _depths(self) -> Depths | None:
        with self._reading:
            if time.monotonic() - self._read_at >= _KEPT_SECONDS:
                try:
                    with self._store.carrier() as session:
                        self._read = read_depths(session, self._store.service)
                except SQLAlchemyError as error:
                    log.warning("depths_unreadable", service=self._store.service, error=type(error).__qualname__)
                    self._read = None
                self._read_at = time.monotonic()
            return self._read

    @staticmethod
    def _gauge(name: str, says: str, *labels: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(name, says, labels=["service", *labels])
