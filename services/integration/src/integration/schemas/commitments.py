"""What goes in and out about commitments and practices."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import Range, Regexp

from integration.domain.practising import PracticeStatus
from integration.domain.visibility import Visibility
from integration.schemas import LINE, SAMPLE_AT, SAMPLE_ID, WORDS
from shared.declared import Declared, field
from shared.events.integration import CommitmentOutcome

CLOCK = Regexp(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z")
DAYS = Range(1, 366)


class MakeCommitment(Declared):
    """One small thing that you want to do."""

    action: str = field("What.", "Walk to the river before breakfast.", validate=LINE)
    insight_id: UUID | None = field("The moment that it comes from.", None, default=None)
    when: str | None = field("When.", "Tuesday", default=None, validate=LINE)
    with_whom: str | None = field("With whom.", "Ana", default=None, validate=LINE)
    visibility: Visibility = field("Who may see it; nobody else by default.", "private", default=Visibility.PRIVATE)


class ReviewCommitment(Declared):
    """How is it now? Kept, adjusted and let go are all well."""

    outcome: CommitmentOutcome = field("What became of it.", "kept")
    reflection: str | None = field("What you noticed.", "The water was loud.", default=None, validate=WORDS)
    action: str | None = field("Where it is adjusted, its new words.", None, default=None, validate=LINE)
    when: str | None = field(
        "Where it is adjusted, when from now on; left out, it is open.", None, default=None, validate=LINE
    )
    with_whom: str | None = field(
        "Where it is adjusted, with whom; left out, it is open.", None, default=None, validate=LINE
    )


class ReviewReply(Declared):
    """A look back at a commitment."""

    id: UUID = field("The look back.", SAMPLE_ID)
    outcome: CommitmentOutcome = field("What became of it.", "kept")
    reflection: str | None = field("What they noticed.", "The water was loud.")
    action_before: str | None = field("What it said before it was adjusted.", None)
    when_before: str | None = field("When, before it was adjusted.", None)
    with_whom_before: str | None = field("With whom, before it was adjusted.", None)
    reviewed_at: datetime = field("UTC.", SAMPLE_AT)


class CommitmentReply(Declared):
    """A commitment, with how the client looked back at it."""

    id: UUID = field("The commitment.", SAMPLE_ID)
    client_id: UUID = field("Whose.", SAMPLE_ID)
    action: str = field("What.", "Walk to the river before breakfast.")
    insight_id: UUID | None = field("The moment that it comes from, where the reader may see that one.", None)
    when: str | None = field("When.", "Tuesday")
    with_whom: str | None = field("With whom.", "Ana")
    status: str = field("open, kept or let_go.", "open")
    visibility: Visibility = field("Who may see it.", "private")
    made_at: datetime = field("UTC.", SAMPLE_AT)
    reviews: list[ReviewReply] = field("By time.", [ReviewReply.sample_data()])


class ShareCommitment(Declared):
    """With whom do you want to share it?"""

    visibility: Visibility = field("private takes it back.", "therapist")


class ChoosePractice(Declared):
    """Something that you want to do again and again, in a rhythm of your own choosing."""

    name: str = field("What.", "Sit by the window.", validate=LINE)
    why: str | None = field("What it is for.", "To arrive.", default=None, validate=LINE)
    insight_id: UUID | None = field("The moment that it comes from.", None, default=None)
    every_days: int | None = field("Every so many days; left out, whenever you like.", 7, default=None, validate=DAYS)
    remind_at: str | None = field(
        "HH:MM by your clock; left out, nothing reminds you.", "18:30", default=None, validate=CLOCK
    )
    visibility: Visibility = field("Who may see it; nobody else by default.", "private", default=Visibility.PRIVATE)


class ChangePractice(Declared):
    """What a practice is called, what it is for, and its rhythm, from now on."""

    name: str = field("What.", "Sit by the window.", validate=LINE)
    why: str | None = field("What it is for.", "To arrive.", default=None, validate=LINE)
    every_days: int | None = field("Every so many days; left out, whenever you like.", 7, default=None, validate=DAYS)
    remind_at: str | None = field(
        "HH:MM by your clock; left out, nothing reminds you.", "18:30", default=None, validate=CLOCK
    )


class MovePractice(Declared):
    """Live it, let it rest, or let it go; each can be changed again."""

    status: PracticeStatus = field("How it stands from now on.", "resting")


class LivePractice(Declared):
    """You did it."""

    words: str | None = field("What you noticed, if you like.", None, default=None, validate=WORDS)
    lived_at: datetime | None = field("When, if not now; with offset.", None, default=None)


class LivedReply(Declared):
    """A time that a practice was lived."""

    id: UUID = field("The time.", SAMPLE_ID)
    words: str | None = field("What they noticed.", None)
    lived_at: datetime = field("UTC.", SAMPLE_AT)


class PracticeReply(Declared):
    """A practice, with when it was lived."""

    id: UUID = field("The practice.", SAMPLE_ID)
    client_id: UUID = field("Whose.", SAMPLE_ID)
    name: str = field("What.", "Sit by the window.")
    why: str | None = field("What it is for.", "To arrive.")
    insight_id: UUID | None = field("The moment that it comes from, where the reader may see that one.", None)
    every_days: int | None = field("Every so many days; none for whenever they like.", 7)
    remind_at: str | None = field("HH:MM by their clock; none where nothing reminds them.", "18:30")
    status: PracticeStatus = field("How it stands.", "living")
    visibility: Visibility = field("Who may see it.", "private")
    begun_at: datetime = field("UTC.", SAMPLE_AT)
    lived: list[LivedReply] = field("By time.", [LivedReply.sample_data()])


class SharePractice(Declared):
    """With whom do you want to share it?"""

    visibility: Visibility = field("private takes it back.", "therapist")
