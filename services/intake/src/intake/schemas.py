"""What callers send and what they are answered, in JSON; also the fields of the public page's form."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, missing
from marshmallow.validate import Email, Length, OneOf, Range, Regexp

from intake.domain.contact import is_zone
from intake.domain.screening import Flag
from shared.clinics import ConsentKind, Route
from shared.declared import Declared, declared_fields, field
from shared.events.intake import ClearanceOutcome, FlagLevel

_AN_ID = "01936d3e-5f00-7000-8000-000000000001"
_AN_INSTANT = "2026-11-02T15:00:00+00:00"
_LANGUAGE = Regexp(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", error="Use a BCP 47 tag, as en or es-MX.")
_PARTNER = Regexp(r"[a-z][a-z0-9-]{1,60}\Z", error="Use lower-case letters, digits and hyphens.")
_EMAIL = Email(error="This does not look like an e-mail address.")


def _words(at_most: int) -> list[Callable[[Any], Any]]:
    """Something is said, in no more characters than that, and in characters that can be written down."""
    return [Length(1, at_most, error=f"Write 1 to {at_most} characters."), _can_be_written]


def _can_be_written(text: str) -> None:
    # PostgreSQL has no NUL in text, and UTF-8 no half of a surrogate pair; JSON can carry both.
    if not text.strip() or "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValidationError("Write something that can be read.")


class ReceiveInquiry(Declared):
    """What somebody tells a clinic by its public form. What they leave out is unknown, never "no"."""

    name: str = field("What they want to be called.", "Rosa Marin", validate=_words(200))
    email: str = field("Where they want the answer.", "rosa@example.org", validate=[_EMAIL, *_words(254)])
    phone: str | None = field("As they write it.", None, default=None, validate=_words(40))
    message: str | None = field("In their own words.", None, default=None, validate=_words(4000))
    adult: bool | None = field("Whether they are 18 or older.", True, default=None)
    in_crisis: bool | None = field("Whether they are in a crisis now.", False, default=None)
    time_zone: str | None = field("IANA zone in which they live.", "America/New_York", default=None, validate=is_zone)
    source: str = field("How they came.", "web", default="web", validate=OneOf(["web", "referral", "phone"]))


class InquiryReceipt(Declared):
    """What somebody who reached out is told."""

    id: UUID = field("The inquiry.", _AN_ID)
    crisis_help: str | None = field("Whom to call at once, where they said that they are in a crisis.", None)


class InquiryReply(Declared):
    """An inquiry as the front desk sees it."""

    id: UUID = field("The inquiry.", _AN_ID)
    name: str = field("What they want to be called.", "Rosa Marin")
    email: str = field("Where they want the answer.", "rosa@example.org")
    phone: str | None = field("As they wrote it.", None)
    message: str | None = field("In their own words.", None)
    adult: bool | None = field("Whether they are 18 or older; null: they did not say.", True)
    in_crisis: bool | None = field("Whether they said that they are in a crisis; null: they did not say.", False)
    time_zone: str | None = field("IANA zone in which they live.", "America/New_York")
    source: str = field("How they came.", "web")
    received_at: datetime = field("UTC.", _AN_INSTANT)
    client_id: UUID | None = field("The client whom the desk has made of it.", None)


class RegisterClient(Declared):
    """What the front desk knows when it makes a client of somebody."""

    inquiry_id: UUID | None = field("The inquiry that it comes from.", None, default=None)
    given_name: str = field("Given name.", "Rosa", validate=_words(100))
    family_name: str = field("Family name.", "Marin", validate=_words(100))
    display_name: str | None = field(
        "What they want to be called; the given name where none is said.", "Rosa", default=None, validate=_words(100)
    )
    birth_date: date | None = field("Birth date, where it is known.", "1984-05-17", default=None)
    email: str | None = field("For messages.", "rosa@example.org", default=None, validate=[_EMAIL, *_words(254)])
    phone: str | None = field("With its country, as +1 212 555 0123.", None, default=None, validate=_words(40))
    time_zone: str = field("IANA zone in which they live.", "America/New_York", validate=is_zone)
    language: str = field("BCP 47 tag of the language they prefer.", "en", default="en", validate=_LANGUAGE)


class CorrectClient(Declared):
    """Corrections: what is absent stays; null removes an address."""

    given_name: str = field("Given name.", "Rosa", default=missing, validate=_words(100))
    family_name: str = field("Family name.", "Marin", default=missing, validate=_words(100))
    display_name: str = field("What they want to be called.", "Rosi", default=missing, validate=_words(100))
    email: str | None = field("For messages.", "rosa@example.org", default=missing, validate=[_EMAIL, *_words(254)])
    phone: str | None = field("With its country.", "+12125550123", default=missing, validate=_words(40))
    time_zone: str = field("IANA zone in which they live.", "America/New_York", default=missing, validate=is_zone)
    language: str = field("BCP 47 tag.", "en", default=missing, validate=_LANGUAGE)

    def said(self) -> dict[str, Any]:
        """The fields that are to change, by name."""
        values = {name: getattr(self, name) for name in declared_fields(type(self))}
        return {name: value for name, value in values.items() if value is not missing}


class ClientReply(Declared):
    """A client of the clinic."""

    id: UUID = field("The client.", _AN_ID)
    person_id: UUID = field("The same human at every clinic of this deployment.", _AN_ID)
    display_name: str = field("What they want to be called.", "Rosa")
    given_name: str = field("Given name.", "Rosa")
    family_name: str = field("Family name.", "Marin")
    birth_date: date | None = field("Birth date; null: not known.", "1984-05-17")
    email: str | None = field("For messages.", "rosa@example.org")
    phone: str | None = field("E.164.", "+12125550123")
    time_zone: str = field("IANA zone in which they live.", "America/New_York")
    language: str = field("BCP 47 tag.", "en")
    version: int = field("Counts up with each correction.", 1)


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
    answered_at: datetime = field("When it was answered, UTC.", _AN_INSTANT)


class ScreeningReply(Declared):
    """A screening with what the rule engine found. Flags ask for a person; they decide nothing."""

    id: UUID = field("The screening.", _AN_ID)
    client_id: UUID = field("The client.", _AN_ID)
    form_version: str = field("The version that was answered.", "1")
    submitted_at: datetime = field("UTC.", _AN_INSTANT)
    client_answered: bool = field("True: the client's own answers; false: a clinician wrote them down.", True)
    flags: list[Flag] = field("What a clinician must look at.", [Flag.sample_data()])
    level: FlagLevel | None = field("The strongest among the flags.", "needs_clinician")
    measures: list[MeasureReply] = field("The measures.", [MeasureReply.sample_data()])
    crisis_help: str | None = field("Whom to call at once, where an answer tells of a crisis.", None)


class ReviewedFlag(Declared):
    """What a prescriber found when they looked at one flag."""

    code: str = field("The flag.", "pregnancy_unknown")
    finding: str = field("What they found.", "Test negative today.", validate=Length(max=2000))


class DecideClearance(Declared):
    """A prescriber's decision on a screening."""

    outcome: ClearanceOutcome = field("What is decided.", "cleared")
    valid_days: int | None = field(
        "How many days after today it covers; the clinic's rule where none is said.", 90, default=None, validate=Range(1)
    )
    routes: list[Route] = field("Routes that are cleared.", ["IM"], default=[])
    weight_kg: Decimal | None = field(
        "Body weight on which doses are judged; the range is a guard against typing errors.",
        "70.0",
        default=None,
        validate=Range(Decimal(20), Decimal(400)),
    )
    conditions: str | None = field("Under which conditions.", None, default=None, validate=_words(2000))
    reason: str | None = field("Why; needed to defer or decline.", None, default=None, validate=_words(2000))
    reviewed_flags: list[ReviewedFlag] = field(
        "What was found for each flag.", [ReviewedFlag.sample_data()], default=[], validate=Length(max=200)
    )


class ClearanceReply(Declared):
    """A client's clearance, as anybody at the clinic may know it: without findings and reasons."""

    id: UUID = field("The decision.", _AN_ID)
    screening_id: UUID = field("The screening that it is on.", _AN_ID)
    client_id: UUID = field("The client.", _AN_ID)
    outcome: ClearanceOutcome = field("What was decided.", "cleared")
    valid_until: date | None = field("Last day covered, clinic-local; null unless cleared.", "2027-02-10")
    covers_today: bool = field("Whether a visit may take place today, as far as clearance goes.", True)
    routes: list[Route] = field("Routes that are cleared.", ["IM"])
    weight_kg: Decimal | None = field("Body weight on which doses are judged.", "70.0")
    decided_at: datetime = field("UTC.", _AN_INSTANT)
    decided_by: str = field("The prescriber.", "prescriber-at-maple")


class DecisionReply(ClearanceReply):
    """A clearance with all that the prescriber wrote, for clinicians."""

    conditions: str | None = field("Under which conditions.", None)
    reason: str | None = field("Why.", None)
    reviewed_flags: list[ReviewedFlag] = field("What was found for each flag.", [ReviewedFlag.sample_data()])
    rules_version: int = field("The clinic's rule set under which it was decided.", 1)
    replaced_at: datetime | None = field("When a newer decision replaced it, UTC; null: it stands.", None)


class ScreeningDetail(ScreeningReply):
    """A screening with the answers themselves, and the decisions on it."""

    answers: dict[str, bool | None] = field("By question id; null: unknown.", {"pregnancy": None})
    decisions: list[DecisionReply] = field("Newest first.", [])


class QueueEntry(Declared):
    """A screening in the prescribers' queue."""

    id: UUID = field("The screening.", _AN_ID)
    client_id: UUID = field("The client.", _AN_ID)
    display_name: str = field("What the client wants to be called.", "Rosa")
    submitted_at: datetime = field("UTC.", _AN_INSTANT)
    level: FlagLevel | None = field("The strongest among the flags.", "needs_clinician")
    flags: list[Flag] = field("What a clinician must look at.", [Flag.sample_data()])
    decided: bool = field("Whether a prescriber has decided on it.", False)


class GrantConsent(Declared):
    """A client agrees to a text of the clinic."""

    kind: ConsentKind = field("What it is about.", "data_sharing")
    text_version: str = field("The version that was read.", "2026-01")
    partner: str | None = field(
        "With whom data may be shared; data_sharing only.", "harbor-primary-care", default=None, validate=_PARTNER
    )
    signed_name: str = field("As they sign.", "Rosa Marin", validate=_words(200))


class WithdrawConsent(Declared):
    """Nothing needs to be said to take a consent back."""


class ConsentReply(Declared):
    """A consent, in force until it is withdrawn."""

    id: UUID = field("The consent.", _AN_ID)
    kind: ConsentKind = field("What it is about.", "data_sharing")
    text_version: str = field("The version that was agreed to.", "2026-01")
    text_sha256: str = field("SHA-256 of its words, in hex.", "0" * 64)
    partner: str | None = field("With whom data may be shared.", "harbor-primary-care")
    granted_at: datetime = field("UTC.", _AN_INSTANT)
    withdrawn_at: datetime | None = field("UTC; null: in force.", None)
