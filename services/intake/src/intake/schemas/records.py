"""Who looks after a client, who opened their record, and that a client is erased."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import Length

from intake.schemas.examples import AN_ID, AN_INSTANT
from intake.schemas.text import STAFF, words
from shared.declared import Declared, field

A_REASON = "She called from the emergency room and her therapist is away."


class JoinCaseload(Declared):
    """Who is to look after a client."""

    staff: str = field("The subject of that person's sign-in.", "therapist-at-maple", validate=STAFF)


class CaseloadReply(Declared):
    """Somebody of the staff who looks after a client."""

    client_id: UUID = field("The client.", AN_ID)
    staff: str = field("The subject of that person's sign-in.", "therapist-at-maple")
    joined_at: datetime = field("Since when, UTC.", AN_INSTANT)


class OwnClientReply(Declared):
    """A client of the caller's own."""

    client_id: UUID = field("The client.", AN_ID)
    display_name: str = field("What they want to be called.", "Rosa")
    joined_at: datetime = field("Since when, UTC.", AN_INSTANT)


class OpenRecord(Declared):
    """Why somebody has to see the record of a client who is not on their caseload."""

    reason: str = field(
        "In words that the clinic and the client will read.", A_REASON, validate=[Length(min=10), *words(2000)]
    )


class OpeningReply(Declared):
    """One time that somebody opened a record: who, why, and until when."""

    id: UUID = field("The opening; audit lines name it.", AN_ID)
    client_id: UUID = field("The client.", AN_ID)
    staff: str = field("The subject of that person's sign-in.", "therapist-at-maple")
    reason: str = field("What they said.", A_REASON)
    opened_at: datetime = field("UTC.", AN_INSTANT)
    closes_at: datetime = field("When it closed, or closes, by itself, UTC.", AN_INSTANT)


class RequestErasure(Declared):
    """Why a client is to be erased."""

    reason: str = field(
        "In whose name, and why.", "She asked for it by letter.", validate=[Length(min=10), *words(2000)]
    )
    confirm: str = field("What the client wants to be called, typed.", "Rosa", validate=words(100))


class ConfirmErasure(Declared):
    """A second person means the same client."""

    confirm: str = field("What the client wants to be called, typed.", "Rosa", validate=words(100))


class ErasureRequestReply(Declared):
    """A request that waits for a second person."""

    client_id: UUID = field("The client.", AN_ID)
    reason: str = field("Why.", "She asked for it by letter.")
    requested_by: str = field("The subject of that person's sign-in.", "clinic-admin-at-maple")
    requested_at: datetime = field("UTC.", AN_INSTANT)


class ErasedReply(Declared):
    """A client was erased; the other services follow within moments."""

    client_id: UUID = field("The client that was.", AN_ID)
    erased_at: datetime = field("UTC.", AN_INSTANT)
    rows: dict[str, int] = field("How many rows of each of intake's tables went.", {"client": 1, "screening": 1})
