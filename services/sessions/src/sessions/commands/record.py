"""The record of a visit: lines that are only ever added."""

from datetime import datetime, timedelta
from typing import Any

from sessions.models import Entry, Visit
from shared.errors import Invalid
from shared.store import Transaction

CLOCKS_DIFFER = timedelta(minutes=5)


def write(visit: Visit, kind: str, data: dict[str, Any], tx: Transaction, *, at: datetime | None = None) -> Entry:
    """Add a line. `at` is when it happened, if not now; it is never in the future."""
    happened = at or tx.now
    if happened > tx.now + CLOCKS_DIFFER:
        raise Invalid("in_the_future", "What has not happened yet cannot be recorded.")
    return tx.add(
        Entry(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            visit_id=visit.id,
            kind=kind,
            at=happened,
            entered_at=tx.now,
            actor=tx.actor.id,
            data=data,
            correction_of=None,
        )
    )
