"""Moments: what the client noticed, private unless they share it."""

from typing import Any
from uuid import UUID

from integration.commands import moments as commands
from integration.models import Moment
from integration.queries.attachments import attached_to_moments
from integration.queries.clients import is_client
from integration.queries.moments import moment_for, moments_for, search_own
from integration.schemas.attachments import AttachmentReply, attachment_reply
from integration.schemas.moments import (
    FoundMoments,
    GoneMomentReply,
    MomentReply,
    SearchMoments,
    ShareMoment,
    WriteMoment,
    WrittenMomentReply,
)
from shared.declared import Nothing
from shared.store import Transaction
from shared.web import Doors

doors = Doors("moments", "Moments: what the client noticed, private unless they share it.")


@doors.post("/clients/<uuid:client_id>/moments", may="moment.write", body=WriteMoment, reply=WrittenMomentReply)
def write_moment(tx: Transaction, body: WriteMoment, client_id: UUID) -> dict[str, Any]:
    """Write or draw a moment; it is private unless you say otherwise."""
    moment = commands.write_moment(client_id, body, tx)
    return _reply(moment, tx) | {"help": tx.clinic.crisis_line if commands.calls_for_care(moment) else None}


@doors.get("/clients/<uuid:client_id>/moments", may="moment.read", reply=MomentReply, many=True)
def list_moments(tx: Transaction, client_id: UUID) -> list[dict[str, Any]]:
    """The moments that are yours, or that were shared with you."""
    return [_reply(moment, tx) for moment in moments_for(client_id, tx)]


@doors.get(
    "/clients/<uuid:client_id>/moments/<uuid:moment_id>/attachments",
    may="moment.read",
    reply=AttachmentReply,
    many=True,
)
def list_attachments(tx: Transaction, client_id: UUID, moment_id: UUID) -> list[dict[str, Any]]:
    """The recordings and photos of a moment that is yours, or that was shared with you."""
    moment = moment_for(client_id, moment_id, tx)
    own = is_client(client_id, tx)
    return [attachment_reply(one, own=own) for one in attached_to_moments([moment], tx)[moment.id]]


@doors.post(
    "/clients/<uuid:client_id>/moments/<uuid:moment_id>/sharing",
    may="moment.share",
    body=ShareMoment,
    reply=MomentReply,
)
def share_moment(tx: Transaction, body: ShareMoment, client_id: UUID, moment_id: UUID) -> dict[str, Any]:
    """Share a moment, or take it back."""
    return _reply(commands.share_moment(client_id, moment_id, body.visibility, tx), tx)


@doors.post(
    "/clients/<uuid:client_id>/moments/<uuid:moment_id>/removal",
    may="moment.remove",
    body=Nothing,
    reply=GoneMomentReply,
)
def remove_moment(tx: Transaction, body: Nothing, client_id: UUID, moment_id: UUID) -> dict[str, Any]:
    """Remove a moment for good, with what was spoken and photographed."""
    return {"removed": commands.remove_moment(client_id, moment_id, tx)}


@doors.post(
    "/clients/<uuid:client_id>/moments/search", may="own.read", body=SearchMoments, reply=FoundMoments, status=200
)
def search_moments(tx: Transaction, body: SearchMoments, client_id: UUID) -> dict[str, Any]:
    """Search your own moments; it is a POST so that no words stand in an address."""
    return {"items": [_reply(moment, tx) for moment in search_own(client_id, body.words, tx)]}


def _reply(moment: Moment, tx: Transaction) -> dict[str, Any]:
    said = {name: getattr(moment, name) for name in MomentReply.sample_data()}
    return said | {"tags": (moment.tags or []) if is_client(moment.client_id, tx) else []}
