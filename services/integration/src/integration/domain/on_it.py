"""For how long whoever says that they are on a red flag is left to it. Whoever tells that somebody is asks here."""

from datetime import datetime, timedelta

LEFT_TO_IT = timedelta(hours=1)
"""An open flag calls others again after that: only closing it ends the calls. Product default; no figure is known."""


def left_to_it_until(acknowledged_at: datetime) -> datetime:
    """When others are called again, unless it is closed by then."""
    return acknowledged_at + LEFT_TO_IT


def is_left_to_it(acknowledged_at: datetime | None, now: datetime) -> bool:
    """Whether somebody is on it, and nobody else is called."""
    return acknowledged_at is not None and now < left_to_it_until(acknowledged_at)
