"""Commitments: an insight turned into a small action, and how it is looked back at."""

from uuid import UUID

from integration.commands.checks import known_client
from integration.domain.practising import CommitmentStatus, stands_after
from integration.domain.visibility import Visibility
from integration.models import Commitment, CommitmentReview, Moment
from integration.schemas.commitments import MakeCommitment, ReviewCommitment
from shared.errors import Invalid, Refused
from shared.events.integration import CommitmentMade, CommitmentOutcome, CommitmentReviewed
from shared.languages import phrase
from shared.store import Transaction


def make_commitment(client_id: UUID, order: MakeCommitment, tx: Transaction) -> Commitment:
    """Turn an insight into a small action. It is the client's alone, and nobody hears of it, unless they share it."""
    known_client(client_id, tx)
    if order.insight_id is not None:
        tx.one(Moment, order.insight_id, of=client_id)
    commitment = tx.add(
        Commitment(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            insight_id=order.insight_id,
            action=order.action,
            planned_for=order.when,
            with_whom=order.with_whom,
            status=CommitmentStatus.OPEN,
            visibility=order.visibility,
            made_at=tx.now,
        )
    )
    _shared_since(commitment, Visibility.PRIVATE, tx)
    return commitment


def review_commitment(client_id: UUID, commitment_id: UUID, order: ReviewCommitment, tx: Transaction) -> Commitment:
    """Look back at a small action: kept, adjusted or let go. An adjusted one is open again, in its new words.

    It is told while the action is shared; of what is private nobody hears.
    `Refused` where it is not open any more; `Invalid` where it is adjusted and nobody says to what.
    """
    commitment = tx.one(Commitment, commitment_id, of=client_id, lock=True)
    if commitment.status != CommitmentStatus.OPEN:
        raise Refused(
            "already_looked_back", phrase("You have looked back at this before. You can write down a new one.")
        )
    adjusted = order.outcome is CommitmentOutcome.ADJUSTED
    tx.add(
        CommitmentReview(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            commitment_id=commitment.id,
            outcome=order.outcome,
            reflection=order.reflection,
            action_before=commitment.action if adjusted else None,
            planned_for_before=commitment.planned_for if adjusted else None,
            with_whom_before=commitment.with_whom if adjusted else None,
            reviewed_at=tx.now,
        )
    )
    if adjusted:
        commitment.action = _new_words(order)
        commitment.planned_for, commitment.with_whom = order.when, order.with_whom
    commitment.status = stands_after(order.outcome)
    if commitment.visibility is not Visibility.PRIVATE:
        tx.publish(CommitmentReviewed(subject=client_id, commitment=commitment.id, outcome=order.outcome))
    return commitment


def share_commitment(client_id: UUID, commitment_id: UUID, visibility: Visibility, tx: Transaction) -> Commitment:
    """Show it to more people, or take it back; taking back tells nobody, and nothing more is told of it."""
    commitment = tx.one(Commitment, commitment_id, of=client_id, lock=True)
    before, commitment.visibility = commitment.visibility, visibility
    _shared_since(commitment, before, tx)
    return commitment


def _shared_since(commitment: Commitment, before: Visibility, tx: Transaction) -> None:
    """Tell that it is there, once it is not the client's alone any more; how they looked back before is not told."""
    if before is Visibility.PRIVATE and commitment.visibility is not Visibility.PRIVATE:
        tx.publish(CommitmentMade(subject=commitment.client_id, commitment=commitment.id))


def _new_words(order: ReviewCommitment) -> str:
    if order.action is None:
        raise Invalid.at("/action", "no_new_words", phrase("Please say what it is from now on."))
    return order.action
