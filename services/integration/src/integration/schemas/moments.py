"""What goes in and out about moments."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import And, Length, OneOf, Range, Regexp

from integration.domain.visibility import Visibility
from integration.schemas import LINE, SAMPLE_AT, SAMPLE_ID, WORDS
from shared.declared import Declared, field
from shared.pictures.pad import DRAWN, LONGEST

KINDS = ("insight", "release", "dream", "realisation", "relationship", "other")
_KIND = OneOf(KINDS)
DRAWING = And(Length(min=1, max=LONGEST), Regexp(rf"(?:{DRAWN})\Z", error="This is no drawing."))
_TAG = 40
_MOST_TAGS = 12


def _few_words(tags: list[str]) -> None:
    """Marshmallow's own looks at a list as a whole."""
    Length(max=_MOST_TAGS)(tags)
    for tag in tags:
        Length(min=1, max=_TAG)(tag)


class WriteMoment(Declared):
    """What did you notice? In words, drawn, or both; a recording or a photo comes by the form of the page."""

    kind: str = field("What kind of moment.", "dream", validate=_KIND)
    words: str | None = field("In your own words.", "A house with all its windows open.", default=None, validate=WORDS)
    drawing: str | None = field(
        "Drawn lines, as the data of an SVG path within 900 × 900.", "M10 10L60 40", default=None, validate=DRAWING
    )
    feeling: str | None = field("What you felt, above all of a release.", "grief", default=None, validate=LINE)
    intensity: int | None = field(
        "How strongly, 1 to 5; no number is better than another.", 3, default=None, validate=Range(min=1, max=5)
    )
    what_helped: str | None = field("What helped.", "My sister's hand.", default=None, validate=LINE)
    tags: list[str] = field("Threads of your own, as people, dreams, parts.", ["home"], default=[], validate=_few_words)
    intention_id: UUID | None = field("The intention that it belongs to.", None, default=None)
    visibility: Visibility = field("Who may see it; nobody else by default.", "private", default=Visibility.PRIVATE)
    felt_at: datetime | None = field("When, if not now; with offset.", None, default=None)


class CaptureMoment(Declared):
    """What did you notice? As the form of the page asks it: any one of words, voice, drawing and photo is enough."""

    words: str | None = field("In your own words.", "A house.", default=None, validate=WORDS)
    recording: str | None = field("Spoken.", None, default=None)
    drawing: str | None = field("Drawn.", None, default=None, validate=DRAWING)
    photo: str | None = field("A photo.", None, default=None)
    kind: str = field("What kind of moment.", "other", default="other", validate=_KIND)
    feeling: str | None = field("What you felt.", "grief", default=None, validate=LINE)
    intensity: int | None = field("How strongly.", 3, default=None, validate=Range(min=1, max=5))
    what_helped: str | None = field("What helped.", "A hand.", default=None, validate=LINE)
    threads: list[str] = field("Threads of before.", ["home"], default=[], validate=_few_words)
    new_threads: str | None = field("Other threads, with commas between.", "home, dreams", default=None, validate=LINE)
    intention_id: UUID | None = field("The intention that it belongs to.", None, default=None)
    visibility: Visibility = field("Who may see it.", "private", default=Visibility.PRIVATE)


class MomentReply(Declared):
    """A moment. Its threads are the client's alone: to anybody else it has none."""

    id: UUID = field("The moment.", SAMPLE_ID)
    kind: str = field("What kind of moment.", "dream")
    words: str | None = field("In the client's words.", "A house with all its windows open.")
    drawing: str | None = field("Drawn lines, as the data of an SVG path within 900 × 900.", None)
    feeling: str | None = field("What they felt.", None)
    intensity: int | None = field("How strongly, 1 to 5.", None)
    what_helped: str | None = field("What helped.", None)
    tags: list[str] = field("The client's own threads.", [])
    intention_id: UUID | None = field("The intention that it belongs to.", None)
    visibility: Visibility = field("Who may see it.", "private")
    felt_at: datetime = field("UTC.", SAMPLE_AT)
    written_at: datetime = field("UTC.", SAMPLE_AT)


class WrittenMomentReply(MomentReply):
    """A moment that was just kept."""

    help: str | None = field("Whom to call, where a list of words finds one of its own; nobody is told of it.", None)


class ShareMoment(Declared):
    """With whom do you want to share it?"""

    visibility: Visibility = field("private takes it back.", "therapist")


class SearchMoments(Declared):
    """What do you look for among your own moments?"""

    words: str = field("Beginnings of words; of what was written, felt, of what helped, or of threads.", "house")


class FoundMoments(Declared):
    """Those that say what was looked for, the newest first; a hundred at most."""

    items: list[MomentReply] = field("What was found.", [])


class GoneMomentReply(Declared):
    """What is gone."""

    removed: UUID = field("What was removed, for good.", SAMPLE_ID)
