"""Keeping: the outbox by weeks, made in time and dropped whole when old enough, and what is kept for a short while."""

from datetime import timedelta

import structlog
from sqlalchemy import text

from shared.store.tenancy import set_clinic
from shared.store.transaction import Store

log = structlog.get_logger()

AHEAD_WEEKS = 4
ANSWERS = timedelta(days=7)
"""How long a stored answer waits for its request to be sent again. One to a stranger, which names no client, waits as
long also where they became a client and are erased: it has an id, sealed, and none of their words.
"""

_CLINICS = text("select id from clinic")
_FORGET_ANSWERS = text("delete from idempotency where created_at < :before")
_CLOSE = text("delete from glass where closes_at < :before")
_KEEP = text("select keep_outbox_weeks(:ahead, :keep_from)")


def keep_outbox_weeks(store: Store, keep: timedelta) -> list[str]:
    """Make the weeks ahead and drop those that ended longer ago than `keep`; returns the dropped ones (`2026w31`).

    A week that still has an event which the broker does not have is not dropped. Safe to run side by side.
    """
    with store.carrier() as session:
        values = {"ahead": AHEAD_WEEKS, "keep_from": store.clock() - keep}
        dropped = list(session.scalars(_KEEP, values))
    for week in dropped:
        log.info("outbox_week_dropped", service=store.service, week=week)
    return dropped


def let_pass(store: Store) -> None:
    """Remove, clinic by clinic, stored answers that nobody asks for again, and opened records that are closed."""
    now = store.clock()
    with store.carrier() as session:
        clinics = list(session.scalars(_CLINICS))
    for clinic in clinics:
        with store.engine.begin() as connection:
            set_clinic(connection, clinic)
            connection.execute(_FORGET_ANSWERS, {"before": now - ANSWERS})
            connection.execute(_CLOSE, {"before": now})
