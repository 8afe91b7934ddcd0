"""What sessions does later."""

from sessions.commands.laying_aside import let_go
from shared.store import Timers, Transaction
from shared.store.timers import Timer

timers = Timers()


@timers.on("dispensed_over")
def dispensed_over(timer: Timer, tx: Transaction) -> None:
    """What the law had us keep of a dose need not be kept any more."""
    let_go(timer.subject, tx)
