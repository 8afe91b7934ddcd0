"""What goes in and out of what client and therapist prepare, write down and agree on."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import Length

from integration.domain.planning import AgendaStatus, PlanKind, PlanStatus, Side
from integration.schemas import SAMPLE_AT, SAMPLE_ID, WORDS
from shared.declared import Declared, field

_BROUGHT = Length(min=1, max=2_000)
_PART = Length(min=1, max=2_000)


class BringToTalk(Declared):
    """What would you like to talk about?"""

    words: str = field("In your own words.", "How mornings have been.", validate=_BROUGHT)


class SettleItem(Declared):
    """What became of it."""

    status: AgendaStatus = field("to_bring brings it again.", "talked_about")


class AgendaItemReply(Declared):
    """Something that one of the two wants to talk about; both see all of it."""

    id: UUID = field("The item.", SAMPLE_ID)
    client_id: UUID = field("Whose conversations it is for.", SAMPLE_ID)
    author: Side = field("Who brings it.", "client")
    author_id: str | None = field("The therapist who brings it; none for the client.", None)
    words: str = field("In their words.", "How mornings have been.")
    status: AgendaStatus = field("Where it stands.", "to_bring")
    added_at: datetime = field("UTC.", SAMPLE_AT)
    settled_at: datetime | None = field("Since when it is talked about or set aside, UTC.", None)


class TakenBackReply(Declared):
    """It is gone."""

    id: UUID = field("The item that there was.", SAMPLE_ID)


class ProposePlan(Declared):
    """What shall we agree on? Whoever proposes has agreed."""

    kind: PlanKind = field("What the plan is for.", "integration")
    parts: dict[str, str] = field(
        "Words by the plan's parts; what is left out stays open.",
        {"matters": "To be slower in the mornings.", "again": "In four weeks."},
    )
    after: int = field("The newest version that you have seen; 0 where there was none.", 0)


class WriteIntegrationPlan(Declared):
    """A plan for the time after medicine visits, by its parts."""

    matters: str | None = field("What matters to me now.", None, default=None, validate=_PART)
    trying: str | None = field("What I will try.", None, default=None, validate=_PART)
    people: str | None = field("Who is with me.", None, default=None, validate=_PART)
    hard_days: str | None = field("What helps me on hard days.", None, default=None, validate=_PART)
    signs: str | None = field("Early signs that I want to be noticed.", None, default=None, validate=_PART)
    again: str | None = field("When we look at it again.", None, default=None, validate=_PART)


class WriteLivingPlan(Declared):
    """A plan for the years without medicine, by its parts."""

    well: str | None = field("What keeps me well.", None, default=None, validate=_PART)
    practices: str | None = field("My practices.", None, default=None, validate=_PART)
    reach_out: str | None = field("Signs that it is time to reach out.", None, default=None, validate=_PART)
    whom: str | None = field("Whom I reach out to.", None, default=None, validate=_PART)
    clinic_asks: str | None = field("When the clinic asks me.", None, default=None, validate=_PART)


PLANS: dict[PlanKind, type[Declared]] = {
    PlanKind.INTEGRATION: WriteIntegrationPlan,
    PlanKind.LIVING: WriteLivingPlan,
}
"""A plan of each kind as it is written; its fields are the parts of `domain.planning`."""


class PlanReply(Declared):
    """One version of a plan."""

    id: UUID = field("The version.", SAMPLE_ID)
    client_id: UUID = field("Whose plan it is.", SAMPLE_ID)
    kind: PlanKind = field("What it is for.", "integration")
    version: int = field("Counts up with each proposal.", 1)
    status: PlanStatus = field("Where it stands.", "holds")
    parts: dict[str, str] = field("Words by the plan's parts.", {"matters": "To be slower in the mornings."})
    proposed_by: Side = field("Who proposed it.", "client")
    proposed_at: datetime = field("UTC.", SAMPLE_AT)
    client_agreed_at: datetime | None = field("UTC; none while they have not.", SAMPLE_AT)
    therapist_agreed_at: datetime | None = field("UTC; none while they have not.", SAMPLE_AT)
    therapist: str | None = field("Who agreed for the clinic: the subject of their sign-in.", "therapist-at-maple")
    replaced_at: datetime | None = field("When another version took its place, UTC.", None)


class WriteSessionNote(Declared):
    """What the record needs to know of a conversation."""

    words: str = field("For the care team, and for the client who asks to read it.", "Slept better.", validate=WORDS)
    visit_id: UUID | None = field("The visit that it is about.", None, default=None)
    corrects_id: UUID | None = field("The note that it corrects, which stays.", None, default=None)


class SessionNoteReply(Declared):
    """A note of a conversation."""

    id: UUID = field("The note.", SAMPLE_ID)
    client_id: UUID = field("About whom.", SAMPLE_ID)
    visit_id: UUID | None = field("The visit that it is about.", None)
    author: str = field("Who wrote it: the subject of their sign-in.", "therapist-at-maple")
    words: str = field("What they wrote.", "Slept better.")
    corrects_id: UUID | None = field("The note that it corrects.", None)
    written_at: datetime = field("UTC.", SAMPLE_AT)


class WritePsychotherapyNote(Declared):
    """What a therapist wants to remember of a conversation, apart from the record."""

    words: str = field("In your own words; what the record needs belongs into the record.", "…", validate=WORDS)


class PsychotherapyNoteReply(Declared):
    """A psychotherapy note."""

    id: UUID = field("The note.", SAMPLE_ID)
    client_id: UUID = field("About whom.", SAMPLE_ID)
    author: str = field("Who wrote it: the subject of their sign-in.", "therapist-at-maple")
    words: str = field("What they wrote.", "…")
    written_at: datetime = field("UTC.", SAMPLE_AT)
