"""Keeping the outbox by weeks: those to come are made in time, and those that are old enough are dropped whole."""

from datetime import timedelta

import structlog
from sqlalchemy import text

from shared.store.transaction import Store

log = structlog.get_logger()

AHEAD_WEEKS = 4
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
