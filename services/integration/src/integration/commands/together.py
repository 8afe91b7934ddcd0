"""What client and therapist prepare and write down: the agenda, and the notes of conversations."""

from uuid import UUID

from sqlalchemy import select

from integration.commands.checks import known_client
from integration.commands.flags import ask_no_more_to_read, ask_to_read
from integration.domain.planning import AgendaStatus, Side
from integration.domain.reading_words import SharedWords
from integration.models import AgendaItem, BookedVisit, CompletedVisit, PsychotherapyNote, SessionNote
from integration.queries.clients import is_client
from integration.schemas.together import BringToTalk, WritePsychotherapyNote, WriteSessionNote
from shared.errors import NotFound, Refused
from shared.languages import phrase
from shared.store import Transaction


def side_of(client_id: UUID, tx: Transaction) -> Side:
    """On which side the actor is: the client's own, or the clinic's."""
    return Side.CLIENT if is_client(client_id, tx) else Side.THERAPIST


def bring(client_id: UUID, order: BringToTalk, tx: Transaction) -> AgendaItem:
    """Add something to talk about. Both see it; of a client's words a person may be asked to read them."""
    known_client(client_id, tx)
    side = side_of(client_id, tx)
    item = tx.add(
        AgendaItem(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            author=side,
            author_id=None if side is Side.CLIENT else tx.actor.id,
            words=order.words,
            status=AgendaStatus.TO_BRING,
            added_at=tx.now,
        )
    )
    if side is Side.CLIENT:
        ask_to_read(client_id, SharedWords.AGENDA, item.id, order.words, tx)
    return item


def settle_item(client_id: UUID, item_id: UUID, status: AgendaStatus, tx: Transaction) -> AgendaItem:
    """Say that it was talked about, set it aside, or bring it again; either side may, of everything."""
    item = tx.one(AgendaItem, item_id, of=client_id, lock=True)
    if item.status != status:
        item.status = status
        item.settled_at = None if status is AgendaStatus.TO_BRING else tx.now
    return item


def take_back(client_id: UUID, item_id: UUID, tx: Transaction) -> None:
    """Remove what one brought oneself; nobody is asked to read it any more. What was talked about stays."""
    item = tx.one(AgendaItem, item_id, of=client_id, lock=True)
    side = side_of(client_id, tx)
    if item.author != side or (side is Side.THERAPIST and item.author_id != tx.actor.id):
        raise Refused("not_brought_by_you", phrase("Only who brought this can take it back. It can be set aside."))
    if item.status == AgendaStatus.TALKED_ABOUT:
        raise Refused("talked_about", phrase("This was talked about, so it stays."))
    ask_no_more_to_read(SharedWords.AGENDA, item_id, tx)
    tx.session.delete(item)


def write_session_note(client_id: UUID, order: WriteSessionNote, tx: Transaction) -> SessionNote:
    """Put a note into the record, under the name of whoever writes it. It is never changed: a later one corrects."""
    known_client(client_id, tx)
    if order.visit_id is not None:
        _require_visit(client_id, order.visit_id, tx)
    if order.corrects_id is not None:
        # Held, so that of two who correct it at once the second one sees the first.
        tx.one(SessionNote, order.corrects_id, of=client_id, lock=True)
        corrected = select(SessionNote.id).where(SessionNote.corrects_id == order.corrects_id)
        if tx.session.scalars(corrected).first() is not None:
            raise Refused(
                "already_corrected", phrase("This note was corrected before. Read that one, and correct it instead.")
            )
    return tx.add(
        SessionNote(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            visit_id=order.visit_id,
            author=tx.actor.id,
            words=order.words,
            corrects_id=order.corrects_id,
            written_at=tx.now,
        )
    )


def write_psychotherapy_note(client_id: UUID, order: WritePsychotherapyNote, tx: Transaction) -> PsychotherapyNote:
    """Keep a note, sealed, under the name of whoever writes it. It is never changed."""
    known_client(client_id, tx)
    return tx.add(
        PsychotherapyNote(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            author=tx.actor.id,
            words=order.words,
            written_at=tx.now,
        )
    )


def _require_visit(client_id: UUID, visit_id: UUID, tx: Transaction) -> None:
    """NotFound unless it is a visit of that client, be it over or not."""
    known = tx.find(CompletedVisit, visit_id) or tx.find(BookedVisit, visit_id)
    if known is None or known.client_id != client_id:
        raise NotFound("visit")
