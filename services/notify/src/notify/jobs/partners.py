"""Telling partners what is due, so that a slow one delays only itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Row, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from notify.commands.deliveries import Post, attend_line
from notify.models import DueDelivery
from shared.store import Actor, Store
from shared.store.retries import describe
from shared.store.transaction import Origin

log = structlog.get_logger()

HELD_BY_A_FAULT = timedelta(seconds=30)

# The subscription whose turn came first and that nobody else works for. The lock lasts as long as the transaction.
_CLAIM = text("""
    with ready as materialized (
      select subscription from due_delivery where due_at <= :now
      group by subscription order by min(due_at), subscription
    )
    select subscription from ready
    where pg_try_advisory_xact_lock(hashtext('notify.subscription'), hashtext(subscription::text))
    limit 1
""")


class DeliverToPartners:
    """Claims one subscription, and makes at most one attempt for one of its lines.

    Several run side by side, in one process and in many. The claim is an advisory lock in a transaction of its own,
    so that nobody who changes a row ever waits for a partner to answer.
    """

    def __init__(self, post: Post, loop: int = 1) -> None:
        self.name = f"partners-{loop}"
        self._post = post

    def run_once(self, store: Store, stopping: Callable[[], bool] = bool) -> int:
        """Attend to one line of one subscription; returns 0 when nothing is due that is not in hand elsewhere."""
        with store.carrier() as claim:
            now = store.clock()
            subscription: UUID | None = claim.scalar(_CLAIM, {"now": now})
            if subscription is None:
                return 0
            line = _first_line(claim, subscription, now)
            if line is not None:
                self._attend(store, claim, line)
        return 1

    def _attend(self, store: Store, claim: Session, line: Row[str, UUID, UUID]) -> None:
        origin = Origin("delivery.attend", str(line.subscription), str(line.subscription), subject=str(line.client))
        try:
            with store.transaction(line.clinic, Actor("notify"), origin) as tx:
                attend_line(line.subscription, line.client, self._post, tx)
        except OperationalError:
            raise
        except Exception as error:
            # A line that we cannot even look at must not keep the others from being told.
            log.error("line_held", clinic=line.clinic, subscription=str(line.subscription), error=describe(error))
            calls = update(DueDelivery).where(
                DueDelivery.subscription == line.subscription,
                DueDelivery.client == line.client,
                DueDelivery.due_at <= store.clock(),
            )
            claim.execute(calls.values(due_at=store.clock() + HELD_BY_A_FAULT))


def _first_line(claim: Session, subscription: UUID, now: datetime) -> Row[str, UUID, UUID] | None:
    """The line that has waited longest; None where another worker was done with all of them just before our claim."""
    query = (
        select(DueDelivery.clinic, DueDelivery.subscription, DueDelivery.client)
        .where(DueDelivery.subscription == subscription, DueDelivery.due_at <= now)
        .order_by(DueDelivery.due_at, DueDelivery.position)
        .limit(1)
    )
    return claim.execute(query).one_or_none()
