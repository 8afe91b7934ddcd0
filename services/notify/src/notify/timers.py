"""What notify does later."""

from uuid import UUID

from notify.commands.paging import call_next
from shared.store import Timers, Transaction
from shared.store.timers import Timer

timers = Timers()


@timers.on("call_next")
def nobody_is_on_it(timer: Timer, tx: Transaction) -> None:
    """The time in which somebody on call could say that they are on it, or close it, is over."""
    call_next(UUID(timer.payload["flag"]), tx)
