"""Intentions: what a medicine visit is for, in the client's words, their voice, or drawn."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from integration.commands.attaching import attach, require_something
from integration.commands.checks import known_client
from integration.commands.flags import ask_to_read
from integration.domain.attaching import Attached
from integration.domain.reading_words import SharedWords
from integration.models import Attachment, EarlierIntention, Intention, IntentionForVisit
from integration.queries.clients import medicine_ahead_of
from integration.schemas.intentions import SetIntention
from shared.errors import Refused
from shared.events.integration import IntentionChanged, IntentionSet, IntentionStatus
from shared.languages import phrase
from shared.store import Transaction


def set_intention(
    client_id: UUID, order: SetIntention, tx: Transaction, attached: Sequence[Attached] = ()
) -> Intention:
    """The client says what a visit is for: the next medicine visit, if one is booked. Others stay beside it."""
    known_client(client_id, tx)
    require_something(order.words, order.drawing, attached)
    intention = tx.add(
        Intention(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            question=order.question,
            words=order.words,
            drawing=order.drawing,
            status=IntentionStatus.HELD,
            version=1,
            set_at=tx.now,
            changed_at=tx.now,
        )
    )
    tx.session.flush()  # What is attached, and the visit, point to it.
    attach(attached, client_id, tx, intention=intention.id, wording=1)
    ahead = medicine_ahead_of(client_id, tx)
    if ahead is not None:
        _link(intention, ahead.id, tx)
    ask_to_read(client_id, SharedWords.INTENTION, intention.id, order.words, tx)
    visit = None if ahead is None else ahead.id
    tx.publish(IntentionSet(subject=client_id, intention=intention.id, question=order.question, visit=visit))
    return intention


def change_intention(
    client_id: UUID,
    intention_id: UUID,
    order: SetIntention,
    tx: Transaction,
    attached: Sequence[Attached] = (),
    *,
    keeps_recording: bool = False,
) -> Intention:
    """The client says it anew; what it said before is kept beside it.

    What was spoken belongs to the wording before; where the client `keeps_recording`, to the new one as well.
    """
    intention = tx.one(Intention, intention_id, of=client_id, lock=True)
    kept = [] if attached or not keeps_recording else _spoken(intention, tx)
    require_something(order.words, order.drawing, attached, kept)
    tx.add(
        EarlierIntention(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            intention_id=intention.id,
            version=intention.version,
            question=intention.question,
            words=intention.words,
            drawing=intention.drawing,
            until=tx.now,
        )
    )
    intention.question, intention.words, intention.drawing = order.question, order.words, order.drawing
    intention.version += 1
    attach([*attached, *kept], client_id, tx, intention=intention.id, wording=intention.version)
    ask_to_read(client_id, SharedWords.INTENTION, intention.id, order.words, tx, anew=True)
    return _stands(intention, IntentionStatus.CHANGED, tx)


def say_how_it_stands(client_id: UUID, intention_id: UUID, status: IntentionStatus, tx: Transaction) -> Intention:
    """The client says how it stands with them: lived with, changed, or released. It can be said anew at any time."""
    return _stands(tx.one(Intention, intention_id, of=client_id, lock=True), status, tx)


def carry_intention(client_id: UUID, intention_id: UUID, tx: Transaction) -> Intention:
    """Carry an intention into the next medicine visit as well; into the same one twice is once."""
    intention = tx.one(Intention, intention_id, of=client_id, lock=True)
    ahead = medicine_ahead_of(client_id, tx)
    if ahead is None:
        raise Refused("no_medicine_visit", phrase("No medicine visit is booked into which it could be carried."))
    linked = select(IntentionForVisit.id).filter_by(intention_id=intention.id, visit_id=ahead.id)
    if tx.session.scalars(linked).first() is None:
        _link(intention, ahead.id, tx)
        # Whoever makes ready for the visit learns that one is there, as of one that is set for it.
        told = IntentionSet(subject=client_id, intention=intention.id, question=intention.question, visit=ahead.id)
        tx.publish(told)
    return intention


def carry_meanwhile(client_id: UUID, visit_id: UUID, booked_at: datetime, tx: Transaction) -> None:
    """Carry into a medicine visit what was set for it since it was booked, before we heard of it.

    What was set earlier, when none was booked, is the client's to carry: they are offered it. That an intention is
    there was told when it was set.
    """
    linked = select(IntentionForVisit.intention_id).filter_by(client_id=client_id)
    query = select(Intention).where(
        Intention.client_id == client_id,
        Intention.set_at >= booked_at,
        Intention.status != IntentionStatus.RELEASED,
        Intention.id.not_in(linked),
    )
    for intention in tx.all(query):
        _link(intention, visit_id, tx)


def _stands(intention: Intention, status: IntentionStatus, tx: Transaction) -> Intention:
    intention.status, intention.changed_at = status, tx.now
    told = IntentionChanged(
        subject=intention.client_id, intention=intention.id, status=status, wording=intention.version
    )
    tx.publish(told)
    return intention


def _link(intention: Intention, visit_id: UUID, tx: Transaction) -> None:
    tx.add(
        IntentionForVisit(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=intention.client_id,
            intention_id=intention.id,
            visit_id=visit_id,
            linked_at=tx.now,
        )
    )


def _spoken(intention: Intention, tx: Transaction) -> list[Attached]:
    query = select(Attachment).filter_by(intention_id=intention.id, intention_version=intention.version)
    return [Attached(one.kind, one.media_type, one.content) for one in tx.all(query)]
