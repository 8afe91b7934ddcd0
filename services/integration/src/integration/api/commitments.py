"""Commitments: an insight turned into a small action, and how it is looked back at."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration.commands import commitments as commands
from integration.models import Commitment
from integration.queries.commitments import commitments_for, reviews_of
from integration.queries.moments import insights_of
from integration.schemas.commitments import CommitmentReply, MakeCommitment, ReviewCommitment, ShareCommitment
from shared.store import Transaction
from shared.web import Doors

doors = Doors("commitments", "Commitments: an insight turned into a small action.")


@doors.post("/clients/<uuid:client_id>/commitments", may="commitment.make", body=MakeCommitment, reply=CommitmentReply)
def make_commitment(tx: Transaction, body: MakeCommitment, client_id: UUID) -> dict[str, Any]:
    """Commit to one small thing."""
    return _shown(commands.make_commitment(client_id, body, tx), tx)


@doors.get("/clients/<uuid:client_id>/commitments", may="commitment.read", reply=CommitmentReply, many=True)
def list_commitments(tx: Transaction, client_id: UUID) -> Sequence[dict[str, Any]]:
    """The commitments that are yours, or that were shared with you, the newest first."""
    return _all_shown(commitments_for(client_id, tx), client_id, tx)


@doors.post(
    "/clients/<uuid:client_id>/commitments/<uuid:commitment_id>/reviews",
    may="commitment.review",
    body=ReviewCommitment,
    reply=CommitmentReply,
)
def review_commitment(tx: Transaction, body: ReviewCommitment, client_id: UUID, commitment_id: UUID) -> dict[str, Any]:
    """Look back at it: kept, adjusted and let go are all well."""
    return _shown(commands.review_commitment(client_id, commitment_id, body, tx), tx)


@doors.post(
    "/clients/<uuid:client_id>/commitments/<uuid:commitment_id>/sharing",
    may="commitment.share",
    body=ShareCommitment,
    reply=CommitmentReply,
)
def share_commitment(tx: Transaction, body: ShareCommitment, client_id: UUID, commitment_id: UUID) -> dict[str, Any]:
    """Share a commitment with how you looked back at it, or take it back."""
    return _shown(commands.share_commitment(client_id, commitment_id, body.visibility, tx), tx)


def _shown(commitment: Commitment, tx: Transaction) -> dict[str, Any]:
    tx.session.flush()
    [shown] = _all_shown([commitment], commitment.client_id, tx)
    return shown


def _all_shown(found: Sequence[Commitment], client_id: UUID, tx: Transaction) -> list[dict[str, Any]]:
    """An insight that the reader may not see is not even named."""
    insights, reviews = insights_of(found, client_id, tx), reviews_of(found, tx)
    names = ("id", "client_id", "action", "with_whom", "status", "visibility", "made_at")
    return [
        {name: getattr(one, name) for name in names}
        | {"when": one.planned_for, "insight_id": one.insight_id if one.insight_id in insights else None}
        | {"reviews": [_review(review) for review in reviews[one.id]]}
        for one in found
    ]


def _review(review: Any) -> dict[str, Any]:
    names = ("id", "outcome", "reflection", "action_before", "with_whom_before", "reviewed_at")
    return {name: getattr(review, name) for name in names} | {"when_before": review.planned_for_before}
