"""What a client is invited to next: one thing at a time, and nothing that they must do."""

from datetime import datetime, timedelta
from enum import StrEnum

CHECK_IN_OFFERED_FOR = timedelta(days=7)
"""For so long after it came due a check-in is still the next step. Whoever skips it is not asked for ever."""


LONG_AGO = timedelta(days=90)
"""So long after a medicine visit its last check-in is past by the usual plan, and what is lived goes on without any."""


class Step(StrEnum):
    """What the next step is."""

    CHECK_IN = "check_in"
    INTENTION = "intention"
    LIVING = "living"
    MOMENT = "moment"


def lives_on(*, visit_ahead: bool, last_medicine: datetime | None, now: datetime) -> bool:
    """Whether the medicine is long ago and no visit is ahead: the time of living practice."""
    return not visit_ahead and last_medicine is not None and now - last_medicine > LONG_AGO


def next_step(*, check_in_open: bool, medicine_ahead: bool, intention_carried: bool, lives_on: bool = False) -> Step:
    """A check-in that is due; else an intention, where none is carried into the medicine visit ahead.

    Else what somebody lives with who `lives_on` without medicine; else a moment.
    """
    if check_in_open:
        return Step.CHECK_IN
    if medicine_ahead and not intention_carried:
        return Step.INTENTION
    return Step.LIVING if lives_on else Step.MOMENT
