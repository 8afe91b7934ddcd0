"""What the loops of a worker count and time, for Prometheus; in a registry of the service's own."""

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import Row

from shared.clock import age_of

_LATENCIES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200)


class Meters:
    """One service's. Every series has the label `service`; those that have `clinic` grow with the number of clinics."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self._service = service
        self._relayed = self._counter("afterglow_relay_events", "Events that the broker has confirmed.")
        self._confirm = self._histogram(
            "afterglow_relay_confirm_seconds", "From a batch's first message to its last confirm."
        )
        self._buckets = Gauge(
            "afterglow_relay_buckets",
            "Of the 16 buckets of streams, those that this relay publishes; the rest is another relay's.",
            ["service"],
            registry=self.registry,
        ).labels(service)
        self._ingested = self._counter("afterglow_ingest_events", "New events taken into the inbox.")
        self._duplicates = self._counter("afterglow_ingest_duplicates", "Deliveries of events that were known already.")
        self._undecodable = self._counter("afterglow_ingest_undecodable", "Messages that were set aside.", "reason")
        self._handled = self._counter("afterglow_inbox_handled", "Events that were handled, or passed by.", "clinic")
        self._unknown = self._counter(
            "afterglow_inbox_unknown_types", "Events of types that this release does not know."
        )
        self._failed = self._counter("afterglow_inbox_failures", "Attempts to handle an event that failed.", "type")
        self._parked = self._counter("afterglow_inbox_parkings", "Events that came to wait for a person.", "type")
        self._seconds = self._histogram("afterglow_inbox_handler_seconds", "Time to react to one event.", "type")
        self._latency = self._histogram(
            "afterglow_effect_seconds", "From what happened at the publisher to its effect here.", "publisher"
        )
        # To find a series by its labels costs more than to count in it.
        self._seconds_of = cache(lambda type_: self._seconds.labels(service, type_))
        self._latency_of = cache(lambda publisher: self._latency.labels(service, publisher))

    def relayed(self, events: int, seconds: float) -> None:
        self._relayed.labels(self._service).inc(events)
        self._confirm.labels(self._service).observe(seconds)

    def holds_buckets(self, count: int) -> None:
        self._buckets.set(count)

    def ingested(self, new: int, duplicates: int) -> None:
        self._ingested.labels(self._service).inc(new)
        self._duplicates.labels(self._service).inc(duplicates)

    def set_aside(self, reason: str) -> None:
        self._undecodable.labels(self._service, reason).inc()

    def reacted(self, type_: str, seconds: float) -> None:
        self._seconds_of(type_).observe(seconds)

    def handled(self, rows: Iterable[Row[Any]], now: datetime) -> None:
        known = list(rows)
        for clinic, events in Tally(row.clinic for row in known).items():
            self._handled.labels(self._service, clinic).inc(events)
        for row in known:
            self._latency_of(row.publisher).observe(age_of(row.id, now))

    def passed_by_unknown(self) -> None:
        self._unknown.labels(self._service).inc()

    def failed(self, type_: str, *, parked: bool) -> None:
        self._failed.labels(self._service, type_).inc()
        if parked:
            self._parked.labels(self._service, type_).inc()

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, ["service", *labels], registry=self.registry)

    def _histogram(self, name: str, says: str, *labels: str) -> Histogram:
        return Histogram(name, says, ["service", *labels], registry=self.registry, buckets=_LATENCIES)
