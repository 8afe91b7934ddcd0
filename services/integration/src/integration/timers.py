"""What integration does later."""

from datetime import date
from uuid import UUID

from integration.commands.asking import come_due, remind
from integration.commands.checkins import ask, miss
from integration.commands.living import announce_letter, remember
from integration.commands.outcomes import TIMER as OUTCOMES
from integration.commands.outcomes import count_outcomes
from integration.commands.practices import invite
from integration.commands.resting import tell_of_rest
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


@timers.on("anniversary")
def anniversary(timer: Timer, tx: Transaction) -> None:
    """A day that matters to a client comes again."""
    remember(UUID(timer.payload["life_event"]), tx)


@timers.on("letter_opens")
def letter_opens(timer: Timer, tx: Transaction) -> None:
    """A letter to oneself can be opened."""
    announce_letter(UUID(timer.payload["letter"]), date.fromisoformat(timer.payload["day"]), tx)


@timers.on("practice_invitation")
def practice_invitation(timer: Timer, tx: Transaction) -> None:
    """A client wanted to be invited to a practice at this time."""
    invite(UUID(timer.payload["practice"]), tx)


@timers.on("measure_due")
def measure_due(timer: Timer, tx: Transaction) -> None:
    """Ask the client a measure."""
    come_due(UUID(timer.payload["request"]), tx)


@timers.on("measure_reminder")
def measure_reminder(timer: Timer, tx: Transaction) -> None:
    """A client has not answered a measure yet."""
    remind(UUID(timer.payload["request"]), tx)


@timers.on("rest_of_before")
def rest_of_before(timer: Timer, tx: Transaction) -> None:
    """Somebody rested already when this release came, which is the first that tells of it."""
    tell_of_rest(UUID(timer.payload["rest"]), tx)


@timers.on(OUTCOMES)
def outcomes(timer: Timer, tx: Transaction) -> None:
    """A month has begun: what may be told of outcomes is counted anew."""
    count_outcomes(tx)
