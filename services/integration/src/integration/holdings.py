"""What integration holds about a client."""

from sqlalchemy import true

from integration.domain.visibility import Visibility
from integration.models import (
    Authorisation,
    BookedVisit,
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
from shared.clinics import IN_WORDS
from shared.measures import load_instrument
from shared.store.holdings import Holding, code

_SEEN_BY = {
    Visibility.PRIVATE: "nobody",
    Visibility.THERAPIST: "your therapist",
    Visibility.CARE_TEAM: "your care team",
}
_APART = "A therapist's notes of a conversation are no part of your record (45 CFR 164.524). Ask your therapist."


def _answers(answers: dict[str, int | None], reading: Reading) -> dict[str, str | int]:
    return load_instrument(reading.instrument, int(reading.version)).in_words(answers)


def _title(instrument: str, reading: Reading) -> str:
    return load_instrument(instrument, int(reading.version)).title


HOLDINGS = [
    Holding(
        CheckIn.client_id,
        "how you were, when you were asked",
        in_order_of=CheckIn.due_at,
        words={
            "due_at": "Asked",
            "hours_after": "Hours after the medicine visit",
            "status": "State",
            "answered_at": "Answered",
            "how_are_you": "How you were",
            "slept": "You had slept",
            "help_now": "You wanted help at once",
            "burning_or_blood": "It burned, or there was blood",
            "hard_thoughts": "You had hard thoughts",
        },
        said_as={"status": code},
    ),
    Holding(
        Window.client_id,
        "the time after medicine visits",
        words={"opened_at": "From", "closes_at": "To"},
    ),
    Holding(CompletedVisit.client_id, "visits that are over", words={"kind": "Visit of", "completed_at": "Over since"}),
    Holding(
        BookedVisit.client_id,
        "visits that were booked",
        in_order_of=BookedVisit.starts_at,
        words={"kind": "Visit of", "starts_at": "From", "ends_at": "To", "cancelled": "It was cancelled"},
    ),
    Holding(
        Commitment.client_id,
        "what you committed to",
        words={
            "made_at": "When",
            "action": "What",
            "planned_for": "Planned for",
            "with_whom": "With",
            "status": "State",
        },
        said_as={"status": code},
    ),
    Holding(
        Intention.client_id,
        "intentions",
        words={"set_at": "When", "question": "About", "words": "In your words", "status": "State"},
        said_as={"status": code},
    ),
    Holding(
        Moment.client_id,
        "moments that you wrote down",
        theirs_alone=Moment.visibility != Visibility.CARE_TEAM,
        words={
            "felt_at": "When",
            "kind": "What",
            "words": "In your words",
            "visibility": "Seen by, beside you",
            "written_at": "Written down",
        },
        said_as={"kind": code, "visibility": lambda seen_by, _: _SEEN_BY[seen_by]},
    ),
    Holding(PsychotherapyNote.client_id, "notes that your therapist keeps apart", withheld=_APART),
    Holding(
        Authorisation.client_id,
        "what you allowed your care team",
        words={"kind": "About", "withdrawn_at": "Taken back"},
        said_as={"kind": lambda kind, _: IN_WORDS[kind]},
    ),
    Holding(
        Sensation.client_id,
        "what you placed on the body map",
        theirs_alone=true(),
        words={
            "felt_at": "When",
            "region": "Where",
            "side": "Side",
            "view": "Seen from",
            "sensation": "What",
            "quality": "How it felt",
            "distressing": "It troubled you",
        },
        said_as={"region": code, "side": code, "view": code, "sensation": code, "quality": code},
    ),
    Holding(
        RedFlag.client_id,
        "when somebody had to look after you",
        words={
            "raised_at": "When",
            "reason": "Why",
            "closed_at": "Looked after",
            "closed_by": "By",
            "note": "What they wrote",
        },
    ),
    Holding(
        Reading.client_id,
        "measures",
        words={
            "instrument": "Questions",
            "answered_at": "Answered",
            "score": "Score",
            "band": "Which is called",
            "answers": "Your answers",
            "is_baseline": "From before the treatment",
            "baseline": "Score before the treatment",
            "baseline_answered_at": "Answered before the treatment",
            "change_percent": "Change, %",
            "response": "Much better than before",
            "remission": "Hardly any signs left",
            "overlapping": "It asks about some of the same days as before the treatment",
        },
        said_as={"instrument": _title, "band": code, "answers": _answers},
        for_machines=("version", "instrument_hash"),
    ),
    Holding(
        Client.id,
        "your name and zone",
        words={"display_name": "What you want to be called", "time_zone": "Time zone"},
    ),
]
