"""The words of an instrument, loaded by a clinic under a permission of its own. They never leave the clinic."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from integration.models import MeasureText
from integration.queries.texts import texts_in_force
from shared.errors import Invalid, NotFound, Refused
from shared.languages import phrase
from shared.measures import InvalidWording, NotWordable, find_instrument, read_wording
from shared.store import Transaction


def load_text(instrument_id: str, document: Mapping[str, Any], tx: Transaction) -> MeasureText:
    """Keep the words, in the place of those that the clinic had in that language.

    What was in force before stays, withdrawn: what was on the screen when somebody answered can still be read. Raises
    Invalid, naming what is wrong with the words, and Refused where the licence lets nobody load any.
    """
    instrument = find_instrument(instrument_id)
    if instrument is None:
        raise NotFound("instrument")
    try:
        wording = read_wording(document)
        instrument.worded(wording)
    except InvalidWording as invalid:
        errors = [{"path": f"/wording{one['path']}", "message": one["message"]} for one in invalid.errors]
        raise Invalid(
            "wording_invalid", "These words do not fit the questionnaire; see errors.", errors=errors
        ) from None
    except NotWordable:
        raise Refused(
            "not_for_loading",
            phrase("No text can be loaded for this questionnaire: it has its own, or its licence keeps it on paper."),
        ) from None
    for text in texts_in_force(tx, instrument_id):
        if text.language == wording.language:
            text.withdrawn_at = tx.now
    return tx.add(
        MeasureText(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            instrument=instrument.id,
            version=str(instrument.version),
            language=wording.language,
            wording=wording.as_document(),
            permission=wording.permission,
            loaded_by=tx.actor.id,
            loaded_at=tx.now,
            withdrawn_at=None,
        )
    )


def withdraw_text(text_id: UUID, tx: Transaction) -> MeasureText:
    """A permission has ended: nobody is asked with these words any more. What was answered stays scored."""
    text = tx.one(MeasureText, text_id, lock=True)
    if text.withdrawn_at is not None:
        raise Refused("withdrawn_before", phrase("This text was withdrawn before."))
    text.withdrawn_at = tx.now
    return text
