"""What intake does later: when a clearance ends, a clinic's change is due, or somebody has asked to be let in."""

from uuid import UUID

from intake.access.links import ASKED, send_link
from intake.clinics.commands.versions import CHANGE_DUE, come_due
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


@timers.on(CHANGE_DUE)
def clinic_change_due(timer: Timer, tx: Transaction) -> None:
    """At the first instant, at the clinic, of the day from which a change is to be in force."""
    come_due(UUID(timer.payload["change"]), tx)


@timers.on(ASKED)
def link_asked_for(timer: Timer, tx: Transaction) -> None:
    """At once, but not while whoever asked waits for the answer, whose time would tell whether they are known."""
    send_link(timer.subject, tx)
