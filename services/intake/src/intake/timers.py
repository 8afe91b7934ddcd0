"""What intake does when a clearance comes to its end."""

from uuid import UUID

from intake.commands.clearances import EXPIRED, EXPIRING, announce_expired, announce_expiring
from shared.store import Timers, Transaction
from shared.store.timers import Timer

timers = Timers()


@timers.on(EXPIRING)
def clearance_expiring(timer: Timer, tx: Transaction) -> None:
    """14, 7 and 1 days before the last day, at 09:00 at the clinic."""
    announce_expiring(UUID(timer.payload["clearance"]), timer.payload["days"], tx)


@timers.on(EXPIRED)
def clearance_expired(timer: Timer, tx: Transaction) -> None:
    """At midnight at the clinic, when the last day is over."""
    announce_expired(UUID(timer.payload["clearance"]), tx)
