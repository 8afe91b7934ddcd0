"""What integration does later."""

from uuid import UUID

from integration.commands.tending import ask, miss
from shared.store import Timers, Transaction
from shared.store.timers import Timer

timers = Timers()


@timers.on("checkin_due")
def check_in_due(timer: Timer, tx: Transaction) -> None:
    """Ask the client how they are."""
    ask(UUID(timer.payload["check_in"]), tx)


@timers.on("checkin_missed")
def check_in_missed(timer: Timer, tx: Transaction) -> None:
    """Nobody answered for a day."""
    miss(UUID(timer.payload["check_in"]), tx)
