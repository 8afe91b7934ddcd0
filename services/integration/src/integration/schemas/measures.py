"""What goes in and out about measures."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow.validate import Length

from integration.domain.asking import Occasion, RequestStatus
from integration.schemas import SAMPLE_AT, SAMPLE_ID
from shared.declared import Declared, field


class AnswerMeasure(Declared):
    """Answers to a validated measure."""

    response: dict[str, Any] = field("A FHIR R4 QuestionnaireResponse.", {"resourceType": "QuestionnaireResponse"})
    request_id: UUID | None = field("The request that they answer; none where nobody asked.", None, default=None)


class TypeInMeasure(Declared):
    """What was judged, or answered on paper, as a page has it beside the items themselves."""

    answered_at: datetime = field("When it was answered, UTC.", SAMPLE_AT)


class ReadingReply(Declared):
    """A scored measure beside its baseline. None is unknown."""

    id: UUID | None = field("The reading; none where it could not be scored.", SAMPLE_ID)
    instrument: str = field("Instrument id.", "phq-9")
    version: str = field("Instrument version.", "1")
    score: int | None = field("Total; none where it could not be scored, or there is none, as of a triage.", 9)
    shown: Decimal | None = field("The total as people read it: a WHO-5 of 9 is read as 36.", "9")
    band: str | None = field("The instrument's own word for the score, or for the level of a triage.", "mild")
    is_baseline: bool = field("Whether the screening brought it.", False)
    answered_at: datetime = field("When the client answered, UTC.", SAMPLE_AT)
    baseline: int | None = field("The baseline's total.", 18)
    baseline_answered_at: datetime | None = field("UTC.", SAMPLE_AT)
    change_percent: Decimal | None = field("Reduction from the baseline in percent.", "50.0")
    response: bool | None = field("Response by the instrument's rule.", True)
    remission: bool | None = field("Remission by the instrument's rule.", False)
    reliable: bool | None = field("Whether it is more of a change than chance, by the instrument's rule.", True)
    overlapping: bool = field("The look-backs overlap, so that change means nothing yet.", False)


class NewReadingReply(ReadingReply):
    """The reading just made, or what was left open; and, where it is needed, whom to call."""

    unanswered: list[str] = field("Questions that were left open, by link id.", [])
    help: str | None = field("Whom to call at once.", None)


class ResponseReply(Declared):
    """What was answered, one by one."""

    response: dict[str, Any] = field("A FHIR R4 QuestionnaireResponse.", {"resourceType": "QuestionnaireResponse"})


class AskMeasure(Declared):
    """Ask a client now."""

    instrument: str = field("Instrument id.", "phq-9", validate=Length(min=1, max=50))


class MeasureRequestReply(Declared):
    """One time at which a client is asked a measure."""

    id: UUID = field("The request.", SAMPLE_ID)
    client_id: UUID = field("Who is asked.", SAMPLE_ID)
    instrument: str = field("Instrument id.", "phq-9")
    occasion: Occasion = field("Why then.", "by_calendar")
    visit_id: UUID | None = field("The medicine visit before or after which it is asked.", None)
    due_at: datetime = field("UTC.", SAMPLE_AT)
    status: RequestStatus = field("Where it stands.", "due")
    nudges: int = field("How often the client was reminded; at most twice.", 0)
    asked_by: str | None = field("Who of the staff wished it; none where it was planned.", None)
    reading_id: UUID | None = field("The reading that answers it.", None)


class WhichInstruments(Declared):
    """Which of them."""

    instrument: str | None = field("Instrument id; none: all.", "phq-9", default=None)


class InstrumentReply(Declared):
    """An instrument, and whether it can be asked at this clinic."""

    id: str = field("Instrument id.", "phq-9")
    version: str = field("Its newest version.", "1")
    title: str = field("What it is called.", "PHQ-9: Patient Health Questionnaire, depression")
    answered_by: str = field("client or clinician: whose judgement the answers are.", "client")
    text: str = field("may_ship, clinic_loads or paper_only: where its words come from.", "may_ship")
    languages: list[str] = field("In which it can be asked here; empty where it cannot.", ["en"])


class QuestionnaireReply(Declared):
    """An instrument with its words, for whoever may be asked with them here."""

    instrument: str = field("Instrument id.", "phq-9")
    language: str = field("Of the words.", "en")
    questionnaire: dict[str, Any] = field("A FHIR R4 Questionnaire.", {"resourceType": "Questionnaire"})


class LoadText(Declared):
    """The words of an instrument, under the clinic's own permission."""

    instrument: str = field("Instrument id.", "who-5", validate=Length(min=1, max=50))
    wording: dict[str, Any] = field(
        "language, permission, stem, items (by link id), options (by answer list and code), notices.",
        {"language": "en", "permission": "Letter of 2 November 2026", "stem": "…", "items": {}, "options": {}},
    )


class MeasureTextReply(Declared):
    """A text that the clinic has loaded. The words themselves are at the questionnaires."""

    id: UUID = field("The text.", SAMPLE_ID)
    instrument: str = field("Instrument id.", "who-5")
    version: str = field("For which version of it.", "1")
    language: str = field("Of the words.", "en")
    permission: str = field("Who allowed it, and where that can be read.", "Letter of 2 November 2026")
    loaded_by: str = field("Who loaded it: the subject of their sign-in.", "clinic_admin-at-maple")
    loaded_at: datetime = field("UTC.", SAMPLE_AT)
    withdrawn_at: datetime | None = field("Since when nobody is asked with it any more, UTC.", None)
