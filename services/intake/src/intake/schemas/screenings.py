"""What is asked, what is handed in, and what the rule engine found."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow.validate import Length

from intake.domain.screening import Flag
from intake.schemas.clearances import DecisionReply
from intake.schemas.examples import AN_ID, AN_INSTANT
from shared.declared import Declared, field
from shared.events.intake import FlagLevel


class QuestionReply(Declared):
    """A question of the screening form."""

    id: str = field("The key of its answer.", "pregnancy")
    text: str = field("As the client is asked.", "Are you pregnant, or could you be?")
    domain: str = field("The area of medicine.", "pregnancy")
    flags_when: str = field("The answer that raises a flag.", "yes")
    level: FlagLevel = field("How strongly that answer asks for a clinician.", "stop_until_clinician")
    source: str = field("Where the rule comes from.", "Spravato prescribing information.")
    verified: bool = field("Whether it was found in that source.", True)


class AnswerOption(Declared):
    """One answer that can be ticked."""

    value: int = field("What it counts.", 0)
    system: str = field("The code's system.", "http://loinc.org")
    code: str = field("The code.", "LA6568-5")
    display: str = field("As the client reads it.", "Not at all")


class MeasureItem(Declared):
    """One item of a measure."""

    link_id: str = field("The linkId of its answer.", "44260-8")
    text: str = field("As the client is asked.", "Thoughts that you would be better off dead …")
    options: list[AnswerOption] = field("What can be ticked.", [AnswerOption.sample_data()])


class MeasureForm(Declared):
    """A validated measure as it is asked."""

    id: str = field("Instrument id.", "phq-9")
    version: str = field("Instrument version.", "1")
    title: str = field("Its title.", "PHQ-9: Patient Health Questionnaire, depression")
    required: bool = field("Whether its absence raises a flag.", True)
    questionnaire: str = field("What a QuestionnaireResponse names.", "urn:afterglow:questionnaire:phq-9|1")
    stem: str = field("The words above the items.", "Over the last 2 weeks, how often …")
    notices: list[str] = field("To be shown with it, for its licence.", ["Copyright © Pfizer Inc."])
    items: list[MeasureItem] = field("In the order of asking.", [MeasureItem.sample_data()])


class ScreeningFormReply(Declared):
    """What to ask."""

    version: str = field("To be named when the answers are handed in.", "1")
    title: str = field("Its title.", "Screening before Ketamine-Assisted Psychotherapy")
    introduction: str = field("What the client reads first.", "Please answer as well as you can.")
    crisis_line: str = field("Whom to call in a crisis; to be shown beside the questions.", "Call or text 988 (US).")
    measures_at_most_days_old: int = field("How long ago a measure may have been answered.", 60)
    questions: list[QuestionReply] = field("In the order of asking.", [QuestionReply.sample_data()])
    instruments: list[MeasureForm] = field("The measures that belong to it.", [MeasureForm.sample_data()])


class SubmitScreening(Declared):
    """A filled-in form. A question that is absent or null is unknown, and flagged."""

    form_version: str = field("The version that was answered.", "1")
    answers: dict[str, bool | None] = field("By question id.", {"aneurysm_or_avm": False, "pregnancy": None})
    measures: list[dict[str, Any]] = field(
        "FHIR R4 QuestionnaireResponses, each with `authored`.", [], default=[], validate=Length(max=20)
    )


class MeasureReply(Declared):
    """A measure that came with a screening."""

    instrument: str = field("Instrument id.", "phq-9")
    version: str = field("Instrument version.", "1")
    score: int | None = field("Total; null where items are unanswered.", 18)
    band: str | None = field("Severity band; null where there is no total.", "moderately_severe")
    answered_at: datetime = field("When it was answered, UTC.", AN_INSTANT)


class ScreeningReply(Declared):
    """A screening with what the rule engine found. Flags ask for a person; they decide nothing."""

    id: UUID = field("The screening.", AN_ID)
    client_id: UUID = field("The client.", AN_ID)
    form_version: str = field("The version that was answered.", "1")
    submitted_at: datetime = field("UTC.", AN_INSTANT)
    client_answered: bool = field("True: the client's own answers; false: a clinician wrote them down.", True)
    flags: list[Flag] = field("What a clinician must look at.", [Flag.sample_data()])
    level: FlagLevel | None = field("The strongest among the flags.", "needs_clinician")
    measures: list[MeasureReply] = field("The measures.", [MeasureReply.sample_data()])
    crisis_help: str | None = field("Whom to call at once, where an answer tells of a crisis.", None)
    withheld: list[str] = field(
        "Questions that are not for you without the client's authorisation `part2`: neither answers nor flags.", []
    )


class ScreeningDetail(ScreeningReply):
    """A screening with the answers themselves, and the decisions on it."""

    answers: dict[str, bool | None] = field("By question id; null: unknown.", {"pregnancy": None})
    decisions: list[DecisionReply] = field("Newest first.", [])


class WhichScreenings(Declared):
    """Which screenings of the queue."""

    open: bool = field("Only what waits for a decision.", True, default=False)


class QueueEntry(Declared):
    """A screening in the prescribers' queue."""

    id: UUID = field("The screening.", AN_ID)
    client_id: UUID = field("The client.", AN_ID)
    display_name: str = field("What the client wants to be called.", "Rosa")
    submitted_at: datetime = field("UTC.", AN_INSTANT)
    level: FlagLevel | None = field("The strongest among the flags.", "needs_clinician")
    flags: list[Flag] = field("What a clinician must look at.", [Flag.sample_data()])
    decided: bool = field("Whether a prescriber has decided on it.", False)
    withheld: list[str] = field(
        "Questions that are not for you without the client's authorisation `part2`: neither answers nor flags.", []
    )
