"""The states of a visit, and which may follow which."""

from enum import StrEnum

from shared.errors import Refused


class VisitStatus(StrEnum):
    """Where a visit stands."""

    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    HELD = "held"
    DOSING = "dosing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DEFERRED = "deferred"
    NO_SHOW = "no_show"


def require(status: VisitStatus, *allowed: VisitStatus, code: str, sentence: str) -> None:
    """Refuse with that code unless the visit is in one of the allowed states."""
    if status not in allowed:
        raise Refused(code, sentence, facts={"status": status.value})
