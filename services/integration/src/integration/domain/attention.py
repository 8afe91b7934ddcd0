"""In which order a therapist meets their people: who needs somebody first, and who is met today before who is quiet."""

from datetime import datetime, timedelta
from enum import StrEnum

CLOSING_WITHIN = timedelta(days=2)
"""A window that ends sooner than this is closing."""


class Group(StrEnum):
    """Why somebody stands where they stand; in this order."""

    FLAGGED = "flagged"
    TODAY = "today"
    QUIET = "quiet"
    CLOSING = "closing"
    OTHERS = "others"


def group_of(*, flagged: bool, visit_today: bool, unanswered: bool, closes_at: datetime | None, now: datetime) -> Group:
    """The first reason that holds. `closes_at` is the end of their open window; None where none is open.

    Somebody is quiet while a window is open and the check-in that came due last has no answer.
    """
    if flagged:
        return Group.FLAGGED
    if visit_today:
        return Group.TODAY
    if closes_at is not None and unanswered:
        return Group.QUIET
    if closes_at is not None and closes_at - now <= CLOSING_WITHIN:
        return Group.CLOSING
    return Group.OTHERS
