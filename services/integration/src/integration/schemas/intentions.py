"""What goes in and out about intentions."""

from datetime import datetime
from uuid import UUID

from integration.schemas import SAMPLE_AT, SAMPLE_ID, WORDS
from integration.schemas.moments import DRAWING
from shared.declared import Declared, field
from shared.events.integration import IntentionQuestion, IntentionStatus


class SetIntention(Declared):
    """What is this for you? In words, drawn, or both."""

    question: IntentionQuestion = field("Which of the three questions it answers.", "understand_or_release")
    words: str | None = field(
        "In your own words.", "I am ready to put down what I carry.", default=None, validate=WORDS
    )
    drawing: str | None = field(
        "Drawn lines, as the data of an SVG path within 900 × 900.", None, default=None, validate=DRAWING
    )


class SayIntention(Declared):
    """What is this for you? As the form of the page asks it: any one of words, voice and drawing is enough."""

    question: IntentionQuestion = field("Which of the three questions it answers.", "truth")
    words: str | None = field("In your own words.", "To see.", default=None, validate=WORDS)
    recording: str | None = field("Spoken.", None, default=None)
    keeps_recording: bool | None = field("Whether what was spoken before belongs to it still.", None, default=None)
    drawing: str | None = field("Drawn.", None, default=None, validate=DRAWING)


class SayHowItStands(Declared):
    """How does it stand with you now?"""

    status: IntentionStatus = field("held (lived with), changed or released.", "held")


class IntentionReply(Declared):
    """An intention."""

    id: UUID = field("The intention.", SAMPLE_ID)
    question: IntentionQuestion = field("Which question it answers.", "understand_or_release")
    words: str | None = field("In the client's words.", "I am ready to put down what I carry.")
    drawing: str | None = field("Drawn lines, as the data of an SVG path within 900 × 900.", None)
    status: str = field("held, changed or released.", "held")
    version: int = field("Counts up with each change of what it says.", 1)
    set_at: datetime = field("UTC.", SAMPLE_AT)
    changed_at: datetime = field("UTC.", SAMPLE_AT)
    visits: list[UUID] = field("The medicine visits that it is carried into.", [])


class EarlierIntentionReply(Declared):
    """What an intention said before."""

    version: int = field("Which wording.", 1)
    question: IntentionQuestion = field("Which question it answered.", "truth")
    words: str | None = field("In the client's words.", "To see.")
    drawing: str | None = field("Drawn lines.", None)
    until: datetime = field("UTC.", SAMPLE_AT)
