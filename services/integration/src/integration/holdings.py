"""What integration holds about a client."""

from integration.domain.visibility import Visibility
from integration.models import (
    Authorisation,
    CheckIn,
    Client,
    Commitment,
    CompletedVisit,
    Intention,
    Moment,
    PsychotherapyNote,
    Reading,
    RedFlag,
    Sensation,
    Window,
)
from shared.store.holdings import Holding

_APART = "A therapist's notes of a conversation are no part of your record (45 CFR 164.524). Ask your therapist."

HOLDINGS = [
    Holding(CheckIn.client_id, "how you were, when you were asked"),
    Holding(Window.client_id, "the time after medicine visits"),
    Holding(CompletedVisit.client_id, "visits that are over"),
    Holding(Commitment.client_id, "what you committed to"),
    Holding(Intention.client_id, "intentions"),
    Holding(Moment.client_id, "moments that you wrote down", theirs_alone=Moment.visibility == Visibility.PRIVATE),
    Holding(PsychotherapyNote.client_id, "notes that your therapist keeps apart", withheld=_APART),
    Holding(Authorisation.client_id, "what you allowed your care team"),
    Holding(Sensation.client_id, "what you placed on the body map"),
    Holding(RedFlag.client_id, "when somebody had to look after you"),
    Holding(Reading.client_id, "measures"),
    Holding(Client.id, "your name and zone"),
]
