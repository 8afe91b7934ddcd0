"""What a client is invited to next: one thing at a time, and nothing that they must do."""

from datetime import datetime, timedelta
from enum import StrEnum

INVITED_FOR = timedelta(days=7)
"""For so long after it came due a check-in is still the next step. Whoever skips it is not asked for ever."""


class Step(StrEnum):
    """What the next step is."""

    CHECK_IN = "check_in"
    INTENTION = "intention"
    MOMENT = "moment"


def next_step(*, check_in_open: bool, medicine_ahead: bool, set_at: datetime | None, before: datetime | None) -> Step:
    """A check-in that is due; else an intention for the medicine visit ahead; else a moment.

    `set_at` is when the newest intention was set, `before` when the last medicine visit ended: an intention from before
    it was for that one.
    """
    if check_in_open:
        return Step.CHECK_IN
    if medicine_ahead and (set_at is None or (before is not None and set_at < before)):
        return Step.INTENTION
    return Step.MOMENT
