"""The relay: what is in the outbox goes to the broker, in order, and is marked only when the broker has it."""

import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection, text

from shared.bus.meters import Meters
from shared.bus.publishing import Outgoing, Publisher, open_publisher
from shared.bus.topology import Topology
from shared.store.doorbell import OUTBOX_BELL, DoorbellListener
from shared.store.tenancy import EVERY_CLINIC, set_clinic
from shared.store.transaction import Store

BUCKETS = range(16)
BATCH = 1000
_LOCK_SPACE = 7301  # The first key of the advisory locks of relay buckets.

_CLAIM = text("select b from unnest(cast(:wanted as int[])) b where pg_try_advisory_lock(:space, b)")

_READ = text("""
    select position, id, routing_key, body, occurred_at from outbox
    where published_at is null and bucket = any(cast(:held as smallint[]))
    order by position limit :limit
""")

# The moments let PostgreSQL look into the weeks of the batch alone.
_MARK = text("""
    update outbox set published_at = :now
    where position = any(cast(:positions as bigint[])) and occurred_at between :first and :last
""")


class Relay:
    """Publishes one service's outbox. Any number may run: each stream is in a bucket, which has one relay at a time.

    A relay holds its buckets by advisory locks of its own database session, so they fall free when it dies.
    """

    def __init__(
        self,
        store: Store,
        address: str,
        amqp: str,
        topology: Topology,
        meters: Meters | None = None,
        *,
        open_publisher: Callable[[str, Topology, str], Publisher] = open_publisher,
    ) -> None:

        self._store = store
        self._address = address
        self._amqp = amqp
        self._topology = topology
        self._meters = meters or Meters(store.service)
        self._open_publisher = open_publisher

    def run(self, stop: threading.Event) -> None:
        """Relay until told to stop. Raises on any trouble with database or broker: start anew, nothing is lost."""
        publisher = self._open_publisher(self._amqp, self._topology, self._store.service)
        try:
            with (
                self._store.engine.connect() as connection,
                DoorbellListener(self._address, OUTBOX_BELL) as bell,
            ):
                # Locks and clinic belong to the session: it must end with this relay, and never go back to the pool.
                connection.detach()
                set_clinic(connection, EVERY_CLINIC, for_session=True)
                connection.commit()
                held: set[int] = set()
                while not stop.is_set():
                    held |= self._claim(connection, held)
                    self._meters.holds_buckets(len(held))
                    if not (held and self._relay_batch(connection, held, publisher)):
                        publisher.keep_alive()
                        bell.wait(1.0)
        finally:
            self._meters.holds_buckets(0)
            publisher.close()

    def _claim(self, connection: Connection, held: set[int]) -> set[int]:
        wanted = [bucket for bucket in BUCKETS if bucket not in held]
        if not wanted:
            return set()
        claimed = set(connection.scalars(_CLAIM, {"wanted": wanted, "space": _LOCK_SPACE}))
        connection.commit()
        return claimed

    def _relay_batch(self, connection: Connection, held: set[int], publisher: Publisher) -> bool:
        rows = connection.execute(_READ, {"held": sorted(held), "limit": BATCH}).all()
        connection.commit()
        if not rows:
            return False
        began = time.perf_counter()
        publisher.publish([Outgoing(row.id, row.routing_key, row.body) for row in rows])
        self._meters.relayed(len(rows), time.perf_counter() - began)
        moments = [row.occurred_at for row in rows]
        connection.execute(
            _MARK,
            {
                "now": self._store.clock(),
                "positions": [row.position for row in rows],
                "first": min(moments),
                "last": max(moments),
            },
        )
        connection.commit()
        return len(rows) == BATCH
