"""Prometheus metrics of one service; depths are read from its database when somebody asks."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.bus.meters import Meters
from shared.store.transaction import Store

_DEPTHS = text("""
    select
      (select count(*) from outbox where published_at is null) as outbox,
      (select coalesce(extract(epoch from now() - min(occurred_at)), 0)
         from outbox where published_at is null) as outbox_age,
      (select count(*) from inbox_event where state in ('ready', 'waiting')) as inbox,
      (select coalesce(extract(epoch from now() - min(received_at)), 0)
         from inbox_event where state in ('ready', 'waiting')) as inbox_age,
      (select count(*) from inbox_event where state = 'ready' and attempts > 0) as retrying,
      (select count(*) from timer where state = 'set' and due_at <= now()) as timers_due,
      (select count(*) from timer where state = 'parked') as timers_parked
""")
_PARKED = text(
    "select clinic, count(*) as events from inbox_event where state = 'parked' group by clinic order by clinic"
)

_DESCRIBED = {
    "outbox": ("afterglow_outbox_depth", "Events that are not yet with the broker."),
    "outbox_age": ("afterglow_outbox_age_seconds", "Age of the oldest of them."),
    "inbox": ("afterglow_inbox_depth", "Events that wait to be handled, or for their predecessor."),
    "inbox_age": ("afterglow_inbox_age_seconds", "Age of the oldest of them."),
    "retrying": ("afterglow_inbox_retrying", "Events that failed and will be tried again."),
    "timers_due": ("afterglow_timers_due", "Timers that are due and have not fired."),
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
    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            with self._store.carrier() as session:
                depths = session.execute(_DEPTHS).mappings().one()
                parked = session.execute(_PARKED).all()
        except SQLAlchemyError:
            return
        for key, (name, help_text) in _DESCRIBED.items():
            gauge = GaugeMetricFamily(name, help_text, labels=["service"])
            gauge.add_metric([self._store.service], float(depths[key]))
            yield gauge
        help_text = "Events that failed for good and wait for a person."
        gauge = GaugeMetricFamily("afterglow_inbox_parked", help_text, labels=["service", "clinic"])
        for row in parked:
            gauge.add_metric([self._store.service, row.clinic], float(row.events))
        yield gauge
