"""What client and therapist prepare, write down and agree on."""

from sqlalchemy import or_, true

from integration.domain.planning import PARTS
from integration.models import AgendaItem, Plan, PsychotherapyNote, SessionNote
from shared.store.holdings import Holding, code

_APART = "A therapist's notes of a conversation are no part of your record (45 CFR 164.524). Ask your therapist."


def said_parts(parts: dict[str, str], plan: Plan) -> dict[str, str]:
    """A plan's parts, by their titles."""
    return {PARTS[plan.kind][name].title: words for name, words in parts.items()}


HOLDINGS = [
    Holding(
        AgendaItem.client_id,
        "what you and your therapist wanted to talk about",
        may="agenda.read",
        # Nobody at the clinic reads it but their therapist.
        theirs_alone=true(),
        in_order_of=AgendaItem.added_at,
        words={
            "added_at": "When",
            "author": "From",
            "words": "What",
            "status": "State",
            "settled_at": "Settled",
        },
        said_as={"author": code, "status": code},
    ),
    Holding(
        Plan.client_id,
        "what you and your therapist agreed on",
        may="plan.read",
        # The care team reads what both agreed on.
        theirs_alone=or_(Plan.client_agreed_at.is_(None), Plan.therapist_agreed_at.is_(None)),
        in_order_of=Plan.proposed_at,
        words={
            "kind": "For",
            "version": "Version",
            "parts": "What",
            "proposed_by": "Proposed by",
            "proposed_at": "Proposed",
            "client_agreed_at": "You agreed",
            "therapist_agreed_at": "Your therapist agreed",
            "therapist": "Therapist",
            "replaced_at": "Replaced",
        },
        said_as={"kind": code, "proposed_by": code, "parts": said_parts},
    ),
    Holding(
        SessionNote.client_id,
        "notes of conversations",
        may="session_note.read",
        in_order_of=SessionNote.written_at,
        words={"written_at": "When", "author": "By", "words": "What"},
    ),
    Holding(PsychotherapyNote.client_id, "notes that your therapist keeps apart", withheld=_APART),
]
