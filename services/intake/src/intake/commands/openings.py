"""Break-glass: somebody opens the record of a client who is not theirs, says why, and the clinic hears of it."""

from datetime import timedelta
from uuid import UUID

from intake.models import Client, Opening
from intake.queries import looks_after
from shared.bus.everybody import keep_opened
from shared.errors import Refused
from shared.events.intake import GlassBroken
from shared.store import Transaction
from shared.web import Role

OPEN_FOR = timedelta(hours=1)
BOUNDED = {Role.THERAPIST, Role.NETWORK_ADMIN}
"""Who does not see every client of the clinic, and so may have something to open."""


def open_record(client_id: UUID, reason: str, tx: Transaction) -> Opening:
    """Open a client's record for an hour to whoever asks, at every service that hears of it.

    Refused where there is nothing to open: what nobody needs should alarm nobody.
    """
    tx.one(Client, client_id, lock=True)
    refusal = nothing_to_open(client_id, tx)
    if refusal is not None:
        raise refusal
    opening = tx.add(
        Opening(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            staff=tx.actor.id,
            reason=reason,
            opened_at=tx.now,
            closes_at=tx.now + OPEN_FOR,
        )
    )
    broken = GlassBroken(
        subject=client_id,
        access=opening.id,
        staff=opening.staff,
        broken_at=opening.opened_at,
        closes_at=opening.closes_at,
    )
    keep_opened(broken, tx)
    tx.publish(broken)
    return opening


def nothing_to_open(client_id: UUID, tx: Transaction) -> Refused | None:
    """Why whoever asks need not open that record; None where they must. It does not tell whether there is one."""
    if not BOUNDED & tx.actor.roles:
        return Refused(
            "opening_not_needed",
            "Your role sees every client of the clinic, as far as it sees them at all. There is nothing to open.",
        )
    if looks_after(tx.actor.id, client_id, tx):
        return Refused("on_your_caseload", "This client is on your caseload. Go ahead: there is nothing to open.")
    return None
