"""Practices: what a client does again and again, in a rhythm of their own choosing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration.commands import practices as commands
from integration.models import Practice, PracticeLived
from integration.queries.moments import insights_of
from integration.queries.practices import lived_of, practices_for
from integration.schemas.commitments import (
    ChangePractice,
    ChoosePractice,
    LivedReply,
    LivePractice,
    MovePractice,
    PracticeReply,
    SharePractice,
)
from shared.store import Transaction
from shared.web import Doors

doors = Doors("practices", "Practices: what a client does again and again, in a rhythm of their own.")


@doors.post("/clients/<uuid:client_id>/practices", may="practice.choose", body=ChoosePractice, reply=PracticeReply)
def choose_practice(tx: Transaction, body: ChoosePractice, client_id: UUID) -> dict[str, Any]:
    """Begin a practice; it is private unless you say otherwise."""
    return _shown(commands.choose_practice(client_id, body, tx), tx)


@doors.get("/clients/<uuid:client_id>/practices", may="practice.read", reply=PracticeReply, many=True)
def list_practices(tx: Transaction, client_id: UUID) -> Sequence[dict[str, Any]]:
    """The practices that are yours, or that were shared with you, the newest first."""
    return _all_shown(practices_for(client_id, tx), client_id, tx)


@doors.post(
    "/clients/<uuid:client_id>/practices/<uuid:practice_id>/rhythm",
    may="practice.choose",
    body=ChangePractice,
    reply=PracticeReply,
)
def change_practice(tx: Transaction, body: ChangePractice, client_id: UUID, practice_id: UUID) -> dict[str, Any]:
    """Say anew what it is, what it is for, and in which rhythm."""
    return _shown(commands.change_practice(client_id, practice_id, body, tx), tx)


@doors.post(
    "/clients/<uuid:client_id>/practices/<uuid:practice_id>/standing",
    may="practice.choose",
    body=MovePractice,
    reply=PracticeReply,
)
def move_practice(tx: Transaction, body: MovePractice, client_id: UUID, practice_id: UUID) -> dict[str, Any]:
    """Let it rest, let it go, or take it up again."""
    return _shown(commands.move_practice(client_id, practice_id, body.status, tx), tx)


@doors.post(
    "/clients/<uuid:client_id>/practices/<uuid:practice_id>/lived",
    may="practice.live",
    body=LivePractice,
    reply=LivedReply,
)
def live_practice(tx: Transaction, body: LivePractice, client_id: UUID, practice_id: UUID) -> PracticeLived:
    """You did it; a second time on the same day without new words is the same one."""
    return commands.live_practice(client_id, practice_id, body, tx)


@doors.post(
    "/clients/<uuid:client_id>/practices/<uuid:practice_id>/sharing",
    may="practice.share",
    body=SharePractice,
    reply=PracticeReply,
)
def share_practice(tx: Transaction, body: SharePractice, client_id: UUID, practice_id: UUID) -> dict[str, Any]:
    """Share a practice with when you lived it, or take it back."""
    return _shown(commands.share_practice(client_id, practice_id, body.visibility, tx), tx)


def _shown(practice: Practice, tx: Transaction) -> dict[str, Any]:
    tx.session.flush()
    [shown] = _all_shown([practice], practice.client_id, tx)
    return shown


def _all_shown(found: Sequence[Practice], client_id: UUID, tx: Transaction) -> list[dict[str, Any]]:
    """An insight that the reader may not see is not even named."""
    insights, lived = insights_of(found, client_id, tx), lived_of(found, tx)
    names = ("id", "client_id", "name", "why", "every_days", "remind_at", "status", "visibility", "begun_at")
    return [
        {name: getattr(one, name) for name in names}
        | {"insight_id": one.insight_id if one.insight_id in insights else None, "lived": lived[one.id]}
        for one in found
    ]
