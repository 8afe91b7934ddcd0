"""In which order a therapist meets their people: who needs somebody first, and who is met today before who is quiet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CLOSING_WITHIN = timedelta(days=2)
"""A window that ends sooner than this is closing."""


class Group(StrEnum):
    """Why somebody stands where they stand; in this order."""

    FLAGGED = "flagged"
    TO_READ = "to_read"
    TODAY = "today"
    QUIET = "quiet"
    CLOSING = "closing"
    OTHERS = "others"
    RESTING = "resting"


@dataclass(frozen=True)
class Situation:
    """What decides where somebody stands.

    `to_read`: a person is asked to read words that they shared. `missed`: of the check-ins that wait for no answer any
    more, the last one got none, and was not skipped. `closes_at` is the end of their open window, None where none is.
    """

    flagged: bool = False
    to_read: bool = False
    visit_today: bool = False
    rests: bool = False
    missed: bool = False
    closes_at: datetime | None = None


def group_of(situation: Situation, now: datetime) -> Group:
    """The first reason that holds.

    Somebody is quiet while a window is open and the last check-in was missed: not who skipped it, and not who chose to
    rest, of whom nothing is awaited.
    """
    if situation.flagged:
        return Group.FLAGGED
    if situation.to_read:
        return Group.TO_READ
    if situation.visit_today:
        return Group.TODAY
    if situation.rests:
        return Group.RESTING
    if situation.closes_at is not None and situation.missed:
        return Group.QUIET
    if situation.closes_at is not None and situation.closes_at - now <= CLOSING_WITHIN:
        return Group.CLOSING
    return Group.OTHERS


class News(StrEnum):
    """What can have come since somebody was last met, as far as the reader may see it."""

    MOMENTS = "moments"
    CHECK_INS = "check_ins"
    MEASURES = "measures"
    BROUGHT = "brought"
    REVIEWS = "reviews"


def is_new(at: datetime | None, met_at: datetime | None) -> bool:
    """Whether something came after somebody was last met; all that there is did, where they never were."""
    return at is not None and (met_at is None or at > met_at)
