"""The relay: what is in the outbox goes to the broker, in order, and is marked only when the broker has it."""

import threading

import structlog
from sqlalchemy import Connection, bindparam, select, text, update

from shared.bus.publishing import Outgoing, Publisher, open_publisher
from shared.bus.topology import Topology
from shared.store.doorbell import OUTBOX_BELL, DoorbellListener
from shared.store.tables import outbox
from shared.store.tenancy import EVERY_CLINIC, set_clinic
from shared.store.transaction import Store

log = structlog.get_logger()

BUCKETS = range(16)
BATCH = 500
_LOCK_SPACE = 7301  # The first key of the advisory locks of relay buckets.


class Relay:
    """Publishes one service's outbox. Any number may run: each stream is in a bucket, which has one relay at a time.

    A relay holds its buckets by advisory locks of its own database session, so they fall free when it dies.
    """

    def __init__(self, store: Store, address: str, amqp: str, topology: Topology) -> None:
        self._store = store
        self._address = address
        self._amqp = amqp
        self._topology = topology

    def run(self, stop: threading.Event) -> None:
        """Relay until told to stop. Raises on any trouble with database or broker: start anew, nothing is lost."""
        publisher = open_publisher(self._amqp, self._topology, self._store.service)
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
                    if not (held and self._relay_batch(connection, held, publisher)):
                        publisher.keep_alive()
                        bell.wait(1.0)
        finally:
            publisher.close()

    def _claim(self, connection: Connection, held: set[int]) -> set[int]:
        wanted = [bucket for bucket in BUCKETS if bucket not in held]
        if not wanted:
            return set()
        query = text("select b from unnest(cast(:wanted as int[])) b where pg_try_advisory_lock(:space, b)")
        claimed = set(connection.scalars(query, {"wanted": wanted, "space": _LOCK_SPACE}))
        connection.commit()
        return claimed

    def _relay_batch(self, connection: Connection, held: set[int], publisher: Publisher) -> bool:
        query = (
            select(outbox.c.position, outbox.c.id, outbox.c.routing_key, outbox.c.body)
            .where(outbox.c.published_at.is_(None), outbox.c.bucket.in_(sorted(held)))
            .order_by(outbox.c.position)
            .limit(BATCH)
        )
        rows = connection.execute(query).all()
        connection.commit()
        if not rows:
            return False
        publisher.publish([Outgoing(row.id, row.routing_key, row.body) for row in rows])
        mark = update(outbox).where(outbox.c.position.in_(bindparam("positions", expanding=True)))
        connection.execute(mark.values(published_at=self._store.clock()), {"positions": [row.position for row in rows]})
        connection.commit()
        return len(rows) == BATCH
