"""What goes in and out of integration's doors."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow.validate import Length, OneOf

from integration.domain.visibility import Visibility
from shared.declared import Declared, field
from shared.events.integration import IntentionQuestion, RedFlagReason
from shared.pictures.body import SENSATIONS

_ID = "01936d3e-5f00-7000-8000-000000000030"
_AT = "2026-11-20T17:00:00+00:00"
_WORDS = Length(min=1, max=10_000)
_LINE = Length(min=1, max=500)
_KINDS = OneOf(["insight", "release", "dream", "realisation", "relationship", "other"])
_SENSATIONS = OneOf([*SENSATIONS])


class SetIntention(Declared):
    """What is this for you?"""

    question: IntentionQuestion = field("Which of the three questions it answers.", "understand_or_release")
    words: str = field("In your own words.", "I am ready to put down what I carry.", validate=_WORDS)


class IntentionReply(Declared):
    """An intention."""

    id: UUID = field("The intention.", _ID)
    question: IntentionQuestion = field("Which question it answers.", "understand_or_release")
    words: str = field("In the client's words.", "I am ready to put down what I carry.")
    status: str = field("held, changed or released.", "held")
    set_at: datetime = field("UTC.", _AT)


class WriteMoment(Declared):
    """What did you notice?"""

    kind: str = field("What kind of moment.", "dream", validate=_KINDS)
    words: str = field("In your own words.", "A house with all its windows open.", validate=_WORDS)
    visibility: Visibility = field("Who may see it; nobody else by default.", "private", default=Visibility.PRIVATE)
    felt_at: datetime | None = field("When, if not now; with offset.", None, default=None)


class MomentReply(Declared):
    """A moment."""

    id: UUID = field("The moment.", _ID)
    kind: str = field("What kind of moment.", "dream")
    words: str = field("In the client's words.", "A house with all its windows open.")
    visibility: Visibility = field("Who may see it.", "private")
    felt_at: datetime = field("UTC.", _AT)
    written_at: datetime = field("UTC.", _AT)


class ShareMoment(Declared):
    """With whom do you want to share it?"""

    visibility: Visibility = field("private takes it back.", "therapist")


class WritePsychotherapyNote(Declared):
    """What a therapist wants to remember of a conversation, apart from the record."""

    words: str = field("In your own words; what the record needs belongs into the record.", "…", validate=_WORDS)


class PsychotherapyNoteReply(Declared):
    """A psychotherapy note."""

    id: UUID = field("The note.", _ID)
    client_id: UUID = field("About whom.", _ID)
    author: str = field("Who wrote it: the subject of their sign-in.", "therapist-at-maple")
    words: str = field("What they wrote.", "…")
    written_at: datetime = field("UTC.", _AT)


class PlaceSensation(Declared):
    """Where do you feel it, and what is it like?"""

    region: str = field("As chest, belly, hands.", "chest", validate=Length(1, 60))
    side: str = field("Which side.", "centre", validate=OneOf(["left", "right", "both", "centre"]))
    view: str = field("front or back.", "front", validate=OneOf(["front", "back"]))
    sensation: str = field("What it is.", "warmth", validate=_SENSATIONS)
    quality: str | None = field("What it is like.", "slow", default=None, validate=_LINE)
    felt_at: datetime | None = field("When, if not now; with offset.", None, default=None)
    distressing: bool | None = field("Whether it troubles you; leave it open if you cannot say.", None, default=None)


class SensationReply(Declared):
    """A sensation on the body map."""

    id: UUID = field("The sensation.", _ID)
    region: str = field("Where.", "chest")
    side: str = field("Which side.", "centre")
    view: str = field("front or back.", "front")
    sensation: str = field("What.", "warmth")
    quality: str | None = field("What it is like.", "slow")
    distressing: bool | None = field("Whether it troubles them; none where they did not say.", None)
    felt_at: datetime = field("UTC.", _AT)


class MakeCommitment(Declared):
    """One small thing that you want to do."""

    action: str = field("What.", "Walk to the river before breakfast.", validate=_LINE)
    insight_id: UUID | None = field("The moment that it comes from.", None, default=None)
    when: str | None = field("When.", "Tuesday", default=None, validate=_LINE)
    with_whom: str | None = field("With whom.", "Ana", default=None, validate=_LINE)


class CommitmentReply(Declared):
    """A commitment."""

    id: UUID = field("The commitment.", _ID)
    action: str = field("What.", "Walk to the river before breakfast.")
    insight_id: UUID | None = field("The moment that it comes from.", None)
    when: str | None = field("When.", "Tuesday")
    with_whom: str | None = field("With whom.", "Ana")
    status: str = field("open, kept, adjusted or let_go.", "open")
    made_at: datetime = field("UTC.", _AT)


class CheckInReply(Declared):
    """One check-in of a window, without what was answered."""

    id: UUID = field("The check-in.", _ID)
    hours_after: int = field("Hours after the visit.", 24)
    due_at: datetime = field("UTC.", _AT)
    status: str = field("waiting, due, completed or missed.", "waiting")


class WindowReply(Declared):
    """An integration window with its check-ins."""

    id: UUID = field("The window.", _ID)
    visit_id: UUID = field("The medicine visit.", _ID)
    opened_at: datetime = field("UTC.", _AT)
    closes_at: datetime = field("UTC.", _AT)
    check_ins: list[CheckInReply] = field("By time.", [CheckInReply.sample_data()])


class AnswerCheckIn(Declared):
    """How are you? Every question may be left open."""

    how_are_you: str | None = field("In your own words.", None, default=None, validate=_WORDS)
    slept: bool | None = field("Did you sleep?", None, default=None)
    help_now: bool | None = field("Would you like help now?", None, default=None)
    burning_or_blood: bool | None = field("Burning when you pass water, or blood?", None, default=None)
    hard_thoughts: bool | None = field("Thoughts of ending your life, or of hurting yourself?", None, default=None)


class AnsweredReply(Declared):
    """Thank you; and, where it is needed, whom to call."""

    id: UUID = field("The check-in.", _ID)
    status: str = field("completed.", "completed")
    kept: bool = field("False where another answer stands: of this one a yes was heard.", True)
    help: str | None = field("Whom to call at once.", None)


class HelpReply(Declared):
    """Somebody is told. Whom to call meanwhile."""

    crisis_line: str = field("Whom to call at once.", "Call or text 988 (US), any time.")


class CloseFlag(Declared):
    """What was done."""

    note: str = field(
        "For the record, which the client may ask to read.", "Called; safe with her sister.", validate=_LINE
    )


class RedFlagReply(Declared):
    """A red flag."""

    id: UUID = field("The flag.", _ID)
    reason: RedFlagReason = field("Why.", "help_now")
    raised_at: datetime = field("UTC.", _AT)
    closed_at: datetime | None = field("UTC; none while it is open.", None)
    closed_by: str | None = field("Who closed it.", None)


class AnswerMeasure(Declared):
    """Answers to a validated measure."""

    response: dict[str, Any] = field("A FHIR R4 QuestionnaireResponse.", {"resourceType": "QuestionnaireResponse"})


class ReadingReply(Declared):
    """A scored measure beside its baseline. None is unknown."""

    id: UUID | None = field("The reading; none where it could not be scored.", _ID)
    instrument: str = field("Instrument id.", "phq-9")
    version: str = field("Instrument version.", "1")
    score: int | None = field("Total; none where it could not be scored.", 9)
    band: str | None = field("The instrument's own word for the score.", "mild")
    is_baseline: bool = field("Whether the screening brought it.", False)
    answered_at: datetime = field("When the client answered, UTC.", _AT)
    baseline: int | None = field("The baseline's total.", 18)
    baseline_answered_at: datetime | None = field("UTC.", _AT)
    change_percent: Decimal | None = field("Reduction from the baseline in percent.", "50.0")
    response: bool | None = field("Response by the instrument's rule.", True)
    remission: bool | None = field("Remission by the instrument's rule.", False)
    overlapping: bool = field("The look-backs overlap, so that change means nothing yet.", False)


class NewReadingReply(ReadingReply):
    """The reading just made, or what was left open; and, where it is needed, whom to call."""

    unanswered: list[str] = field("Questions that were left open, by link id.", [])
    help: str | None = field("Whom to call at once.", None)


class TimelineReply(Declared):
    """One thing in a client's journey."""

    at: datetime = field("UTC.", _AT)
    kind: str = field("What it is.", "intention")
    title: str = field("In a few words.", "An intention")
