"""The body map."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration.commands import body as commands
from integration.models import Sensation
from integration.queries.body import sensations_of
from integration.schemas.body import PlacedReply, PlaceSensation, SensationRemovedReply, SensationReply
from shared.store import Transaction
from shared.web import Doors

doors = Doors("body", "The body map.")

NAMES = ("id", "region", "side", "view", "sensation", "extent", "quality", "distressing", "felt_at")


@doors.post("/clients/<uuid:client_id>/sensations", may="sensation.place", body=PlaceSensation, reply=PlacedReply)
def place_sensation(tx: Transaction, body: PlaceSensation, client_id: UUID) -> dict[str, Any]:
    """Place something that you feel on the body map. It is a sensation, and nothing is made of it."""
    placed = commands.place_sensation(client_id, body, tx)
    help_at = tx.clinic.crisis_line if placed.distressing else None
    return {name: getattr(placed, name) for name in NAMES} | {"help": help_at}


@doors.get("/clients/<uuid:client_id>/sensations", may="sensation.read", reply=SensationReply, many=True)
def list_sensations(tx: Transaction, client_id: UUID) -> Sequence[Sensation]:
    """What was placed on the body map, the newest first."""
    return sensations_of(client_id, tx)


@doors.post(
    "/clients/<uuid:client_id>/sensations/<uuid:sensation_id>/removal",
    may="sensation.place",
    reply=SensationRemovedReply,
    status=200,
)
def remove_sensation(tx: Transaction, client_id: UUID, sensation_id: UUID) -> dict[str, Any]:
    """Take away what you placed by mistake; it is gone for good."""
    return {"id": commands.remove_sensation(client_id, sensation_id, tx)}
