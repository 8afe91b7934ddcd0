"""Replay: what a service has published reaches one consumer again, from the outbox, while new events go on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Row, text

from shared.bus.publishing import Outgoing, Publisher
from shared.store.bodies import open_outbox
from shared.store.transaction import Store

PAGE = 1000

_ROWS = """
    from outbox where occurred_at >= :since and occurred_at < :until
      and (cast(:clinic as text) is null or clinic = :clinic)
"""
_COUNT = text(f"select count(*) {_ROWS}")
_PAGE = text(
    f"select position, id, clinic, routing_key, body, sealed, occurred_at {_ROWS}"
    " and (occurred_at, position) > (:at, :position) order by occurred_at, position limit :page"
)
_AGAIN = text("""
    update outbox set published_at = null
    where position = any(cast(:positions as bigint[])) and occurred_at between :first and :last
""")


@dataclass(frozen=True)
class Stretch:
    """Which events: from a moment to before another, of one clinic or all."""

    since: datetime
    until: datetime
    clinic: str | None = None


def count_events(store: Store, stretch: Stretch) -> int:
    """How many events the outbox has of a stretch."""
    with store.carrier() as session:
        return int(session.scalar(_COUNT, asdict(stretch)) or 0)


def replay(store: Store, stretch: Stretch, publisher: Publisher, on_progress: Callable[[int], None]) -> int:
    """Publish a stretch again; returns how many events. Whoever has handled them before drops them as duplicates."""
    done = 0
    for page in _pages(store, stretch):
        publisher.send([Outgoing(row.id, row.routing_key, open_outbox(store.keyring, row)) for row in page])()
        done += len(page)
        on_progress(len(page))
    return done


def have_relayed_again(store: Store, stretch: Stretch, on_progress: Callable[[int], None]) -> int:
    """Have the relay publish a stretch again, to every consumer: for where no broker can be reached from outside."""
    done = 0
    for page in _pages(store, stretch):
        moments = [row.occurred_at for row in page]
        values = {"positions": [row.position for row in page], "first": min(moments), "last": max(moments)}
        with store.carrier() as session:
            session.execute(_AGAIN, values)
        done += len(page)
        on_progress(len(page))
    return done


def _pages(store: Store, stretch: Stretch) -> Iterator[Sequence[Row]]:  # type: ignore[type-arg]
    at, position = stretch.since, -1
    while True:
        values = asdict(stretch) | {"at": at, "position": position, "page": PAGE}
        with store.carrier() as session:
            page = session.execute(_PAGE, values).all()
        if not page:
            return
        yield page
        at, position = page[-1].occurred_at, page[-1].position
