"""The client's own: intentions, moments, the body, commitments."""

from uuid import UUID

from integration.commands.checks import known_client, not_in_the_future
from integration.domain.visibility import Visibility, widened
from integration.models import Commitment, Intention, Moment, Sensation
from integration.schemas import MakeCommitment, PlaceSensation, SetIntention, WriteMoment
from shared.events.integration import CommitmentMade, EntryShared, IntentionSet
from shared.store import Transaction


def set_intention(client_id: UUID, order: SetIntention, tx: Transaction) -> Intention:
    """The client puts into words what a visit is for; an earlier intention stays beside it."""
    known_client(client_id, tx)
    intention = tx.add(
        Intention(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            question=order.question,
            words=order.words,
            status="held",
            set_at=tx.now,
        )
    )
    tx.publish(IntentionSet(subject=client_id, intention=intention.id, question=order.question))
    return intention


def write_moment(client_id: UUID, order: WriteMoment, tx: Transaction) -> Moment:
    """Keep a moment. Unless the client shares it, nobody hears that it is there."""
    known_client(client_id, tx)
    moment = tx.add(
        Moment(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            kind=order.kind,
            words=order.words,
            visibility=order.visibility,
            felt_at=not_in_the_future(order.felt_at, "/felt_at", tx),
            written_at=tx.now,
        )
    )
    _tell_if_widened(moment, Visibility.PRIVATE, tx)
    return moment


def share_moment(client_id: UUID, moment_id: UUID, visibility: Visibility, tx: Transaction) -> Moment:
    """Share a moment with more people, or take it back; taking back tells nobody."""
    moment = tx.one(Moment, moment_id, of=client_id, lock=True)
    before, moment.visibility = moment.visibility, visibility
    _tell_if_widened(moment, before, tx)
    return moment


def place_sensation(client_id: UUID, order: PlaceSensation, tx: Transaction) -> Sensation:
    """Place something felt on the body map. It stays here: no event, no adverse event, no risk."""
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
            quality=order.quality,
            distressing=order.distressing,
            felt_at=not_in_the_future(order.felt_at, "/felt_at", tx),
        )
    )


def make_commitment(client_id: UUID, order: MakeCommitment, tx: Transaction) -> Commitment:
    """Turn an insight into a small action."""
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
            status="open",
            made_at=tx.now,
        )
    )
    tx.publish(CommitmentMade(subject=client_id, commitment=commitment.id))
    return commitment


def _tell_if_widened(moment: Moment, before: Visibility, tx: Transaction) -> None:
    if widened(before, moment.visibility):
        tx.publish(EntryShared(subject=moment.client_id, moment=moment.id, visible_to=moment.visibility.value))
