"""Doors of clearances."""

from typing import Any
from uuid import UUID

from intake import queries
from intake.commands.clearances import decide_clearance
from intake.models import Clearance
from intake.schemas.clearances import ClearanceReply, DecideClearance, DecisionReply
from shared.store import Transaction
from shared.web import Doors

clearances = Doors("clearances", "Whether a client may plan a medicine visit, as a prescriber decided.")


@clearances.post(
    "/screenings/<uuid:screening_id>/clearance", may="clearance.decide", body=DecideClearance, reply=DecisionReply
)
def decide(tx: Transaction, body: DecideClearance, screening_id: UUID) -> dict[str, Any]:
    """Decide on a client's newest screening. The decision replaces the one that stood before."""
    return decision_reply(decide_clearance(screening_id, body, tx), tx)


@clearances.get("/clients/<uuid:client_id>/clearance", may="clearance.read", reply=ClearanceReply)
def read_clearance(tx: Transaction, client_id: UUID) -> dict[str, Any]:
    """Read the decision that stands for a client, without its findings and reasons."""
    return decision_reply(queries.clearance_of(tx, client_id), tx)


def decision_reply(clearance: Clearance, tx: Transaction) -> dict[str, Any]:
    """A decision with whether it covers the present day at the clinic; each door's reply shows its part of it."""
    names = [name for name in DecisionReply.sample_data() if name != "covers_today"]
    return {name: getattr(clearance, name) for name in names} | {"covers_today": clearance.covers(tx.today)}
