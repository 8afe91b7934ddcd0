"""The body map."""

from uuid import UUID

from integration.commands.checks import known_client, not_in_the_future
from integration.models import Sensation
from integration.schemas.body import PlaceSensation
from shared.store import Transaction


def place_sensation(client_id: UUID, order: PlaceSensation, tx: Transaction) -> Sensation:
    """Place something felt on the body map. It stays here, also where it troubles them: no event, no risk, no flag."""
    known_client(client_id, tx)
    return tx.add(
        Sensation(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            region=order.region,
            side=order.side,
            view=order.view,
            sensation=order.sensation,
            extent=order.extent,
            quality=order.quality,
            distressing=order.distressing,
            felt_at=not_in_the_future(order.felt_at, "/felt_at", tx),
        )
    )


def remove_sensation(client_id: UUID, sensation_id: UUID, tx: Transaction) -> UUID:
    """Take away what a client placed by mistake, for good; returns its id."""
    tx.session.delete(tx.one(Sensation, sensation_id, of=client_id, lock=True))
    return sensation_id
