"""Moments: what the client noticed; private unless they share it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete

from integration.commands.attaching import attach, require_something
from integration.commands.checks import known_client, not_in_the_future
from integration.commands.flags import ask_no_more_to_read, ask_to_read
from integration.domain.attaching import Attached
from integration.domain.reading_words import SharedWords, wants_a_reader
from integration.domain.searching import plainly
from integration.domain.visibility import Visibility, widened
from integration.models import Attachment, Intention, Moment
from integration.schemas.moments import WriteMoment
from shared.events.integration import EntryShared
from shared.store import Transaction


def write_moment(client_id: UUID, order: WriteMoment, tx: Transaction, attached: Sequence[Attached] = ()) -> Moment:
    """Keep a moment with what was spoken and photographed. Unless the client shares it, nobody hears of it."""
    known_client(client_id, tx)
    require_something(order.words, order.drawing, attached)
    if order.intention_id is not None:
        tx.one(Intention, order.intention_id, of=client_id)
    moment = tx.add(
        Moment(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            kind=order.kind,
            words=order.words,
            drawing=order.drawing,
            feeling=order.feeling,
            intensity=order.intensity,
            what_helped=order.what_helped,
            tags=_each_once(order.tags) or None,
            intention_id=order.intention_id,
            visibility=order.visibility,
            felt_at=not_in_the_future(order.felt_at, "/felt_at", tx),
            written_at=tx.now,
        )
    )
    tx.session.flush()  # What is attached points to it.
    attach(attached, client_id, tx, moment=moment.id)
    _shared_since(moment, Visibility.PRIVATE, tx)
    return moment


def share_moment(client_id: UUID, moment_id: UUID, visibility: Visibility, tx: Transaction) -> Moment:
    """Share a moment with more people, or take it back; taking back tells nobody."""
    moment = tx.one(Moment, moment_id, of=client_id, lock=True)
    before, moment.visibility = moment.visibility, visibility
    _shared_since(moment, before, tx)
    if visibility is Visibility.PRIVATE:
        ask_no_more_to_read(SharedWords.MOMENT, moment_id, tx)
    return moment


def remove_moment(client_id: UUID, moment_id: UUID, tx: Transaction) -> UUID:
    """Remove a moment for good, with what was spoken and photographed; nobody is told.

    That it had been shared stays told, without a word of it. What was made of it, as a commitment, stays.
    """
    moment = tx.one(Moment, moment_id, of=client_id, lock=True)
    tx.session.execute(delete(Attachment).where(Attachment.moment_id == moment.id))
    ask_no_more_to_read(SharedWords.MOMENT, moment_id, tx)
    tx.session.delete(moment)
    return moment_id


def calls_for_care(moment: Moment) -> bool:
    """Whether to show the client whom they could call: it has words that a list of words knows.

    It says nothing about them. Of a private moment nobody is told; of a shared one somebody is asked to read it.
    """
    return wants_a_reader(_all_words(moment))


def _shared_since(moment: Moment, before: Visibility, tx: Transaction) -> None:
    if moment.visibility is Visibility.PRIVATE:
        moment.shared_at = None
    if widened(before, moment.visibility):
        moment.shared_at = tx.now
        tx.publish(EntryShared(subject=moment.client_id, moment=moment.id, visible_to=moment.visibility.value))
        ask_to_read(moment.client_id, SharedWords.MOMENT, moment.id, _all_words(moment), tx)


def _all_words(moment: Moment) -> str:
    """All of its words that others may read, where they may; each on its own, so that no two make a third."""
    return " . ".join(words for words in (moment.words, moment.feeling, moment.what_helped) if words)


def _each_once(tags: Sequence[str]) -> list[str]:
    """The threads in their order, however often and however one of them is written."""
    found: dict[str, str] = {}
    for tag in tags:
        found.setdefault(plainly(tag), " ".join(tag.split()))
    return [tag for tag in found.values() if tag]
