"""Where a client stands on one question of consent; that they were never asked is not a no, and never a yes."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """A client's answer as it now stands."""

    UNDECIDED = "undecided"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


def standing(withdrawals: Iterable[datetime | None]) -> Standing:
    """Judge all consents of a client to one thing by when each was withdrawn (None: it was not).

    One that holds is enough: a newer version of a text may be agreed to before the older is taken back.
    """
    answers = list(withdrawals)
    if not answers:
        return Standing.UNDECIDED
    return Standing.IN_FORCE if None in answers else Standing.WITHDRAWN
