"""What a therapist writes down for themselves; nobody is told that they did."""

from uuid import UUID

from integration.commands.checks import known_client
from integration.models import PsychotherapyNote
from integration.schemas import WritePsychotherapyNote
from shared.store import Transaction


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
