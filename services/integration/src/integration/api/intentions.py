"""Intentions: what a medicine visit is for, in the client's words, their voice, or drawn."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration.commands import intentions as commands
from integration.models import EarlierIntention, Intention
from integration.queries.attachments import attached_to_intentions
from integration.queries.clients import is_client
from integration.queries.intentions import earlier_of, intentions_by_visit
from integration.schemas.attachments import AttachmentReply, attachment_reply
from integration.schemas.intentions import (
    EarlierIntentionReply,
    IntentionReply,
    SayHowItStands,
    SetIntention,
)
from shared.declared import Nothing
from shared.store import Transaction
from shared.web import Doors

doors = Doors("intentions", "Intentions: what a medicine visit is for, in the client's words.")


@doors.post("/clients/<uuid:client_id>/intentions", may="intention.set", body=SetIntention, reply=IntentionReply)
def set_intention(tx: Transaction, body: SetIntention, client_id: UUID) -> dict[str, Any]:
    """Set an intention. Where a medicine visit is booked, it is carried into the next one."""
    return _reply(commands.set_intention(client_id, body, tx), tx)


@doors.get("/clients/<uuid:client_id>/intentions", may="intention.read", reply=IntentionReply, many=True)
def list_intentions(tx: Transaction, client_id: UUID) -> list[dict[str, Any]]:
    """A client's intentions."""
    return [
        _said(one.intention, [visit.visit_id for visit in one.carried])
        for one in intentions_by_visit(client_id, tx).all
    ]


@doors.post(
    "/clients/<uuid:client_id>/intentions/<uuid:intention_id>/wording",
    may="intention.change",
    body=SetIntention,
    reply=IntentionReply,
)
def change_intention(tx: Transaction, body: SetIntention, client_id: UUID, intention_id: UUID) -> dict[str, Any]:
    """Say it anew; what it said before is kept. A recording stays with what was spoken."""
    return _reply(commands.change_intention(client_id, intention_id, body, tx, keeps_recording=True), tx)


@doors.post(
    "/clients/<uuid:client_id>/intentions/<uuid:intention_id>/standing",
    may="intention.change",
    body=SayHowItStands,
    reply=IntentionReply,
)
def say_how_it_stands(tx: Transaction, body: SayHowItStands, client_id: UUID, intention_id: UUID) -> dict[str, Any]:
    """Say how it stands with you: lived with, changed, or released."""
    return _reply(commands.say_how_it_stands(client_id, intention_id, body.status, tx), tx)


@doors.post(
    "/clients/<uuid:client_id>/intentions/<uuid:intention_id>/carrying",
    may="intention.set",
    body=Nothing,
    reply=IntentionReply,
)
def carry_intention(tx: Transaction, body: Nothing, client_id: UUID, intention_id: UUID) -> dict[str, Any]:
    """Carry it into your next medicine visit as well."""
    return _reply(commands.carry_intention(client_id, intention_id, tx), tx)


@doors.get(
    "/clients/<uuid:client_id>/intentions/<uuid:intention_id>/earlier",
    may="intention.read",
    reply=EarlierIntentionReply,
    many=True,
)
def list_earlier(tx: Transaction, client_id: UUID, intention_id: UUID) -> Sequence[EarlierIntention]:
    """What an intention said before, the latest first."""
    tx.one(Intention, intention_id, of=client_id)
    return earlier_of(client_id, intention_id, tx)


@doors.get(
    "/clients/<uuid:client_id>/intentions/<uuid:intention_id>/attachments",
    may="intention.read",
    reply=AttachmentReply,
    many=True,
)
def list_recordings(tx: Transaction, client_id: UUID, intention_id: UUID) -> list[dict[str, Any]]:
    """What was spoken of an intention, in all of its wordings."""
    intention = tx.one(Intention, intention_id, of=client_id)
    own = is_client(client_id, tx)
    return [attachment_reply(one, own=own) for one in attached_to_intentions([intention], tx)[intention.id]]


def _reply(intention: Intention, tx: Transaction) -> dict[str, Any]:
    tx.session.flush()
    found = intentions_by_visit(intention.client_id, tx).all
    carried = next(one.carried for one in found if one.intention.id == intention.id)
    return _said(intention, [visit.visit_id for visit in carried])


def _said(intention: Intention, visits: Sequence[UUID]) -> dict[str, Any]:
    named = {name: getattr(intention, name) for name in IntentionReply.sample_data() if name != "visits"}
    return named | {"visits": visits}
