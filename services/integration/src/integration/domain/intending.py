"""Into which visit an intention is carried, and when a client is invited to say how it stands. It is never failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.events.integration import IntentionStatus

STANDING_ASKED_FOR = timedelta(days=14)
"""For so long after a medicine visit a client is invited to say how its intention stands; then nobody asks any more."""


@dataclass(frozen=True)
class Carried:
    """A visit into which an intention was carried. `over_at` is None as long as it has not taken place."""

    visit_id: UUID
    starts_at: datetime | None
    over_at: datetime | None
    cancelled: bool


def is_offered(
    status: IntentionStatus,
    set_at: datetime,
    carried: Sequence[Carried],
    ahead: UUID | None,
    last_medicine: datetime | None,
) -> bool:
    """Whether to offer an intention for the medicine visit `ahead`: it has none of its own that took place.

    It was set when no visit was booked, since the last medicine visit; or all visits that it was for were cancelled.
    """
    if ahead is None or status is IntentionStatus.RELEASED or any(one.visit_id == ahead for one in carried):
        return False
    if carried:
        return all(one.cancelled for one in carried)
    return last_medicine is None or set_at >= last_medicine


def invites(status: IntentionStatus, changed_at: datetime, carried: Sequence[Carried], now: datetime) -> bool:
    """Whether the client is invited to say how it stands: a visit that it was for is over, and they have not said."""
    over = [one.over_at for one in carried if one.over_at is not None]
    return (
        status is not IntentionStatus.RELEASED
        and any(now - at < STANDING_ASKED_FOR for at in over)
        and changed_at < max(over, default=changed_at)
    )
