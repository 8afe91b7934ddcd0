"""Timers: the only way to act later. They are rows, so a crash or a restart forgets none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.engine import RowMapping

from shared.store.retries import RETRY_DELAYS, describe
from shared.store.tables import timer as timer_table
from shared.store.transaction import Actor, Origin, Store, Transaction
from shared.tracing import tracer_of

log = structlog.get_logger()


@dataclass(frozen=True)
class Timer:
    """A timer that has come due: what it is about and what it was set with."""

    kind: str
    subject: UUID
    due_at: datetime
    payload: Mapping[str, Any]


Action = Callable[[Timer, Transaction], None]


class Timers:
    """A service's table of what to do when a timer of each kind comes due."""

    def __init__(self) -> None:
        self._actions: dict[str, Action] = {}

    def on(self, kind: str) -> Callable[[Action], Action]:
        """Register the function for one kind; it runs in a transaction of the timer's clinic, once in effect."""

        def register(action: Action) -> Action:
            if kind in self._actions:
                raise ValueError(f"two functions for timer {kind}")
            self._actions[kind] = action
            return action

        return register

    def run_due(self, store: Store, *, limit: int = 100, stopping: Callable[[], bool] = bool) -> int:
        """Fire what is due, each in its own transaction; returns how many were. None begins once `stopping`."""
        with store.carrier() as session:
            query = (
                select(timer_table.c.id, timer_table.c.clinic)
                .where(timer_table.c.state == "set", timer_table.c.next_attempt_at <= store.clock())
                .order_by(timer_table.c.next_attempt_at)
                .limit(limit)
            )
            due = session.execute(query).all()
        fired = 0
        for timer_id, clinic in due:
            if stopping():
                break
            fired += self._fire(store, timer_id, clinic)
        return fired

    def _fire(self, store: Store, timer_id: UUID, clinic: str) -> bool:
        """Fire one, or hold it where it fails; returns False where another worker has it, or it was cancelled."""
        origin = Origin("timer", str(timer_id), str(timer_id))
        facts = {"afterglow.clinic": clinic, "afterglow.timer": str(timer_id)}
        try:
            with (
                tracer_of(store.service).span("timer", "internal", None, facts) as span,
                store.transaction(clinic, Actor("timer"), origin) as tx,
            ):
                row = _claim(tx, timer_id)
                if row is None:
                    tx.abandon()
                    return False
                action = f"timer.{row['kind']}"
                span.note("afterglow.action", action)
                tx.origin = Origin(
                    action, str(timer_id), row["correlation_id"], span.traceparent, subject=str(row["subject"])
                )
                fired = Timer(row["kind"], row["subject"], row["due_at"], row["payload"])
                self._actions[row["kind"]](fired, tx)
                tx.session.execute(
                    update(timer_table)
                    # A timer that its own function set anew, under the same key, stays set.
                    .where(timer_table.c.id == timer_id, timer_table.c.state == "set")
                    .values(state="fired")
                )
        except Exception as error:
            log.exception("timer_failed", clinic=clinic, timer=str(timer_id))
            _hold(store, timer_id, error)
        return True


def _claim(tx: Transaction, timer_id: UUID) -> RowMapping | None:
    """Lock the timer, unless another worker has it or it was fired, moved or cancelled meanwhile."""
    query = (
        select(timer_table)
        .where(timer_table.c.id == timer_id, timer_table.c.state == "set", timer_table.c.next_attempt_at <= tx.now)
        .with_for_update(skip_locked=True)
    )
    return tx.session.execute(query).mappings().one_or_none()


def _hold(store: Store, timer_id: UUID, error: Exception) -> None:
    with store.carrier() as session:
        mine = (timer_table.c.id == timer_id) & (timer_table.c.state == "set")
        row = session.execute(select(timer_table.c.attempts).where(mine).with_for_update()).one_or_none()
        if row is None:
            return  # Cancelled or set anew meanwhile.
        parked = row.attempts >= len(RETRY_DELAYS)
        delay = timedelta() if parked else RETRY_DELAYS[row.attempts]
        session.execute(
            update(timer_table)
            .where(timer_table.c.id == timer_id)
            .values(
                attempts=row.attempts + 1,
                error=describe(error),
                state="parked" if parked else "set",
                next_attempt_at=store.clock() + delay,
            )
        )
