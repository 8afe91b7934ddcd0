"""What an operator sees and decides about a service's timers that failed for good; the same at every service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from shared.declared import Declared, field
from shared.store.parked_timers import cancel_timer, parked_timers, retry_timer
from shared.store.transaction import Transaction
from shared.web.asked import AtMost, listed
from shared.web.doors import Doors
from shared.web.operating import Decision
from shared.web.policy import Policy, Role, allow

OPERATING_TIMERS: Policy = {
    # What it was set with stays out: it may tell about a person.
    "timers.read": allow(Role.OPERATOR),
    "timers.decide": allow(Role.OPERATOR),
}


class ParkedTimer(Declared):
    """A timer that failed for good, or that was decided on."""

    id: UUID = field("The timer's id.", "01936d3e-5f00-7000-8000-000000000003")
    kind: str = field("What was to be done.", "clearance_expires")
    subject: UUID = field("About what.", "01936d3e-5f00-7000-8000-000000000001")
    state: str = field("`parked`; `set` once it is retried, `cancelled` once it is not wanted.", "parked")
    due_at: datetime = field("When it was to be done, UTC.", "2026-11-02T15:00:00+00:00")
    attempts: int = field("How often it was tried.", 7)
    error: str | None = field(
        "The last error's kind, and where it was raised.", "KeyError\n  timers.py:40", default=None
    )
    decided_by: str | None = field("Who decided.", "operator:ana", default=None)
    decided_at: datetime | None = field("When, UTC.", "2026-11-02T16:00:00+00:00", default=None)
    reason: str | None = field("Why.", "The visit was cancelled by hand.", default=None)


class ParkedTimers(Declared):
    """Parked timers, those first that were to fire first."""

    items: list[ParkedTimer] = field("As many as were asked for.", [ParkedTimer.sample_data()])
    more: bool = field("Whether there are more: ask with a higher `?limit=`.", False)


timers = Doors("timers", "Timers that failed for good, and wait for a person.")


@timers.get("/timers/parked", may="timers.read", query=AtMost, reply=ParkedTimers)
def list_parked_timers(tx: Transaction, query: AtMost) -> dict[str, Any]:
    """The clinic's parked timers at this service."""
    return listed(parked_timers(tx.session, limit=query.limit + 1), query.limit)


@timers.post("/timers/<uuid:timer_id>/retry", may="timers.decide", reply=ParkedTimer, status=200)
def retry_parked_timer(tx: Transaction, timer_id: UUID) -> Row[Any]:
    """Have a parked timer fire now, with all its attempts."""
    return retry_timer(timer_id, tx)


@timers.post("/timers/<uuid:timer_id>/cancel", may="timers.decide", body=Decision, reply=ParkedTimer, status=200)
def cancel_parked_timer(tx: Transaction, body: Decision, timer_id: UUID) -> Row[Any]:
    """Let a parked timer never fire; why stays on record."""
    return cancel_timer(timer_id, body.reason, tx)
