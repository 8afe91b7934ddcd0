"""What goes in and out about help, red flags, and words that somebody is asked to read."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import Length, Regexp

from integration.domain.reading_words import SharedWords
from integration.domain.risk_actions import RiskAction
from integration.schemas import SAMPLE_AT, SAMPLE_ID
from shared.declared import Declared, field
from shared.events.integration import RedFlagReason
from shared.languages import phrase

_NOTE = Length(min=1, max=4_000)
_SAID = Regexp(r"^\s*\S", error=phrase("Say what was done."))


class HelpReply(Declared):
    """Somebody is told. Whom to call meanwhile."""

    crisis_line: str = field("Whom to call at once.", "Call or text 988 (US), any time.")


class CloseFlag(Declared):
    """What was done."""

    note: str = field(
        "For the record, which the client may ask to read.", "Called; safe with her sister.", validate=[_NOTE, _SAID]
    )


class RedFlagReply(Declared):
    """A red flag."""

    id: UUID = field("The flag.", SAMPLE_ID)
    reason: RedFlagReason = field("Why.", "help_now")
    asks_for: RiskAction | None = field("What a questionnaire’s own rule asks for; none: it was none.", None)
    said_yes: bool = field("Whether they said so when plainly asked; an answer to a questionnaire is none.", True)
    raised_at: datetime = field("UTC.", SAMPLE_AT)
    said_again: int = field("How often it was said again while it was open.", 0)
    said_again_at: datetime | None = field("The last time, UTC; none: never.", None)
    acknowledged_at: datetime | None = field("UTC; none while nobody has said that they are on it.", None)
    acknowledged_by: str | None = field("Who said so.", None)
    left_to_it_until: datetime | None = field("From then on nobody is on it, unless somebody says so again.", None)
    closed_at: datetime | None = field("UTC; none while it is open.", None)
    closed_by: str | None = field("Who closed it.", None)
    note: str | None = field("What was done; none while it is open.", None)


class ToReadReply(Declared):
    """Words that a client shared, and that a person is asked to read. It says nothing about the client."""

    id: UUID = field("The request.", SAMPLE_ID)
    client_id: UUID = field("Whose words.", SAMPLE_ID)
    source: SharedWords = field("Where they stand.", "moment")
    asked_at: datetime = field("UTC.", SAMPLE_AT)
    words: str | None = field("In the client's words; none where they are not shared any more.", "So tired of it all.")


class ReadReply(Declared):
    """A person has read it."""

    id: UUID = field("The request.", SAMPLE_ID)
    read_at: datetime = field("UTC.", SAMPLE_AT)
    read_by: str = field("Who read it.", "therapist-at-maple")
