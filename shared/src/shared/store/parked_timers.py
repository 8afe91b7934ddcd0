"""What a person decides about a timer that failed for good: have it fire again, or never. Each is one audited deed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from shared.errors import NotFound, Refused
from shared.languages import phrase
from shared.store.tables import timer
from shared.store.transaction import Transaction


def parked_timers(session: Session, *, clinic: str | None = None, limit: int = 100) -> Sequence[Row[Any]]:
    """Parked timers that the session may see, those first that were to fire first."""
    query = select(timer).where(timer.c.state == "parked").order_by(timer.c.due_at, timer.c.id).limit(limit)
    if clinic is not None:
        query = query.where(timer.c.clinic == clinic)
    return session.execute(query).all()


def find_timer(session: Session, timer_id: UUID) -> Row[Any]:
    """A timer in whatever state; NotFound where there is none."""
    found = session.execute(select(timer).where(timer.c.id == timer_id)).one_or_none()
    if found is None:
        raise NotFound("timer")
    return found


def retry_timer(timer_id: UUID, tx: Transaction) -> Row[Any]:
    """Have a parked timer fire now, with all its attempts."""
    return _decide("retry", timer_id, tx, state="set", attempts=0, next_attempt_at=tx.now)


def cancel_timer(timer_id: UUID, reason: str, tx: Transaction) -> Row[Any]:
    """Let a parked timer never fire. Who decided, and why, stay on record."""
    return _decide("cancel", timer_id, tx, state="cancelled", reason=reason)


def _decide(decision: str, timer_id: UUID, tx: Transaction, **decided: Any) -> Row[Any]:
    changed = tx.session.execute(
        update(timer)
        .where(timer.c.id == timer_id, timer.c.state == "parked")
        .values({"decided_by": tx.actor.id, "decided_at": tx.now} | decided)
        .returning(timer)
    ).one_or_none()
    if changed is None:
        state = find_timer(tx.session, timer_id).state
        sentence = phrase("Only a parked timer can be decided on; this one is {state}.", state=state)
        raise Refused("not_parked", sentence, facts={"state": state})
    tx.origin = replace(tx.origin, action=f"timers.{decision}", subject=str(changed.subject))
    return changed
