"""What goes in and out about letters, and about days that matter."""

from datetime import date, datetime
from uuid import UUID

from integration.domain.visibility import Visibility
from integration.schemas import LINE, SAMPLE_AT, SAMPLE_ID, WORDS
from shared.declared import Declared, field


class WriteLetter(Declared):
    """What would you like to tell yourself, later?"""

    words: str = field("In your own words.", "Remember the window that stood open.", validate=WORDS)
    opens_on: date = field("The day on which it opens, by the client's own calendar.", "2027-11-20")


class LetterReply(Declared):
    """A letter to oneself. Until it is opened it has no words, for anybody."""

    id: UUID = field("The letter.", SAMPLE_ID)
    written_at: datetime = field("UTC.", SAMPLE_AT)
    opens_at: datetime = field("From when on it can be opened; UTC.", "2027-11-20T05:00:00+00:00")
    opened_at: datetime | None = field("When it was opened first; UTC.", None)
    words: str | None = field("In the client's words; none before it is opened.", None)


class NoteLifeEvent(Declared):
    """Which day matters to you?"""

    title: str = field("What happened, in your own words.", "Moved to the house by the river.", validate=LINE)
    day: date = field("When, by the client's own calendar; it has been, or is today.", "2026-10-02")
    yearly: bool = field("Whether you want to be invited to it each year.", True, default=False)
    visibility: Visibility = field("Who may see it; nobody else by default.", "private", default=Visibility.PRIVATE)


class ChangeLifeEvent(Declared):
    """Who may see it from now on, and whether you want to be invited to it each year."""

    yearly: bool = field("Whether you want to be invited to it each year.", True, default=False)
    visibility: Visibility = field("private takes it back.", "therapist")


class LifeEventReply(Declared):
    """A day that matters to a client."""

    id: UUID = field("The day.", SAMPLE_ID)
    title: str = field("In the client's words.", "Moved to the house by the river.")
    happened_at: datetime = field("Noon of that day by the client's clock; UTC.", "2026-10-02T16:00:00+00:00")
    yearly: bool = field("Whether the client is invited to it each year.", True)
    visibility: Visibility = field("Who may see it.", "private")
    noted_at: datetime = field("UTC.", SAMPLE_AT)


class RemovedReply(Declared):
    """It is gone."""

    id: UUID = field("What it was.", SAMPLE_ID)
