"""How a change comes into force: facts on their day, rules on theirs once a medical director has approved them."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.errors import Refused


class ChangeKind(StrEnum):
    """What a change is about."""

    FACTS = "facts"
    RULES = "rules"


class ChangeStatus(StrEnum):
    """What has become of a change."""

    PROPOSED = "proposed"  # A medical director has to decide.
    WAITING = "waiting"  # Decided; its day has not come.
    IN_FORCE = "in_force"  # It has come into force; a later change may have followed.
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"  # Another rule set came first.


OPEN = (ChangeStatus.PROPOSED, ChangeStatus.WAITING)


def check_day(asked: date | None, today: date) -> None:
    """What was in force stays on record as it was: nothing takes effect in the past. Raises Refused."""
    if asked is not None and asked < today:
        raise Refused(
            "day_has_passed",
            f"{asked} has passed at the clinic, where it is {today}. Name that day or a later one; none means at once.",
            facts={"effective_from": asked, "today": today},
        )


def begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day at the clinic, UTC; where clocks skip midnight, the instant at which they do."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)
