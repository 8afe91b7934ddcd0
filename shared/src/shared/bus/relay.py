"""The relay: what is in the outbox goes to the broker, in order, and is marked only when the broker has it."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from shared.bus.meters import Meters
from shared.bus.publishing import Outgoing, Publisher, open_publisher
from shared.bus.topology import Topology
from shared.store.bodies import open_outbox
from shared.store.database import SESSION_OPTIONS
from shared.store.doorbell import OUTBOX_BELL, DoorbellListener
from shared.store.tenancy import EVERY_CLINIC
from shared.store.transaction import Store

Cursor = psycopg.Cursor[tuple[Any, ...]]

BUCKETS = range(16)
BATCH = 1000
_FEW = 50
_LOCK_SPACE = 7301  # The first key of the advisory locks of relay buckets.
_PRESENT = -1  # The second key of the lock that all relays share.
_SHARE_SECONDS = 1.0

# However many wait, and whatever PostgreSQL believes of their number, they are read along the index of what waits, from
# its beginning: any other plan looks at all of them for each batch. A mark that a crash undoes is made again.
_SESSION = (
    f"{SESSION_OPTIONS} -c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c synchronous_commit=off"
)

# Relays know how many they are by a lock that each of them shares.
_ENTER = "select pg_advisory_lock_shared(%s, %s)"
_COUNT = """
    select count(*) from pg_locks
    where locktype = 'advisory' and classid = %s::oid and objid = %s::oid and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())
"""
_CLAIM = "select b from unnest(%s::int[]) b where pg_try_advisory_lock(%s, b)"
_RELEASE = "select pg_advisory_unlock(%s, b) from unnest(%s::int[]) b"

# What is on its way is not read again; what committed late, with a lower position, is.
_READ = """
    select position, id, clinic, routing_key, body, sealed, occurred_at from outbox
    where published_at is null and bucket = any(%s::smallint[]) and position <> all(%s::bigint[])
    order by position limit %s
"""

# The moments let PostgreSQL look into the weeks of the batch alone.
_MARK = """
    update outbox set published_at = %s
    where position = any(%s::bigint[]) and occurred_at between %s and %s
"""


class _Row(NamedTuple):
    position: int
    id: UUID
    clinic: str
    routing_key: str
    body: bytes
    sealed: bytes | None
    occurred_at: datetime


@dataclass
class _Batch:
    """Events on their way to the broker; `settle` returns when it has all of them."""

    rows: Sequence[_Row]
    settle: Callable[[], None]
    began: float

    @property
    def positions(self) -> list[int]:
        return [row.position for row in self.rows]


class Relay:
    """Publishes one service's outbox. Any number may run: each stream is in a bucket, which has one relay at a time.

    A relay holds its buckets by advisory locks of its own database session, so they fall free when it dies. It holds no
    more than its share, and leaves the rest to those that come later.
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
                # Locks and clinic belong to this session, and end with it.
                psycopg.connect(self._address, autocommit=True, connect_timeout=5, options=_SESSION) as session,
                session.cursor(binary=True) as cursor,
                DoorbellListener(self._address, OUTBOX_BELL) as bell,
            ):
                self._run(cursor, publisher, bell, stop)
        finally:
            self._meters.holds_buckets(0)
            publisher.close()

    def _run(self, cursor: Cursor, publisher: Publisher, bell: DoorbellListener, stop: threading.Event) -> None:
        cursor.execute("select set_config('afterglow.clinic', %s, false)", [EVERY_CLINIC])
        cursor.execute(_ENTER, [_LOCK_SPACE, _PRESENT])
        held: set[int] = set()
        sent: _Batch | None = None
        share_at = time.monotonic()
        while not stop.is_set():
            if time.monotonic() >= share_at:
                surplus = self._share(cursor, held)
                if surplus:
                    # A bucket is given away only while nothing of it is on its way.
                    if sent is not None:
                        self._mark(cursor, sent)
                        sent = None
                    cursor.execute(_RELEASE, [_LOCK_SPACE, sorted(surplus)])
                publisher.keep_alive()
                share_at = time.monotonic() + _SHARE_SECONDS
            # While the broker writes one batch down, the next one is read and sent, and the one before is marked.
            following = self._send(cursor, held, publisher, sent) if held else None
            if sent is not None:
                self._mark(cursor, sent)
            elif following is None:
                bell.wait(max(0.0, share_at - time.monotonic()))
            sent = following
        if sent is not None:
            self._mark(cursor, sent)

    def _share(self, cursor: Cursor, held: set[int]) -> set[int]:
        """Hold an equal share of the buckets, for as many relays as there are now; returns those to be given away."""
        [(relays,)] = cursor.execute(_COUNT, [_LOCK_SPACE, _PRESENT % 2**32]).fetchall()
        share = -(-len(BUCKETS) // relays)
        surplus = set(sorted(held)[share:])
        held -= surplus
        for bucket in BUCKETS:
            if len(held) < share and bucket not in held:
                held.update(claimed for (claimed,) in cursor.execute(_CLAIM, [[bucket], _LOCK_SPACE]))
        self._meters.holds_buckets(len(held))
        return surplus

    def _send(self, cursor: Cursor, held: set[int], publisher: Publisher, before: _Batch | None) -> _Batch | None:
        on_their_way = before.positions if before else []
        # Prepared, it would compare each row with each of many that are on their way; planned anew, it looks them up.
        prepare = None if len(on_their_way) < _FEW else False
        rows = [_Row(*row) for row in cursor.execute(_READ, [sorted(held), on_their_way, BATCH], prepare=prepare)]
        if not rows:
            return None
        began = time.perf_counter()
        settle = publisher.send(
            [Outgoing(row.id, row.routing_key, open_outbox(self._store.keyring, row)) for row in rows]
        )
        return _Batch(rows, settle, began)

    def _mark(self, cursor: Cursor, batch: _Batch) -> None:
        batch.settle()
        self._meters.relayed(len(batch.rows), time.perf_counter() - batch.began)
        moments = [row.occurred_at for row in batch.rows]
        cursor.execute(_MARK, [self._store.clock(), batch.positions, min(moments), max(moments)])
