"""What a prescriber decides, and what others may know of it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from marshmallow.validate import Length, Range

from intake.schemas.examples import AN_ID, AN_INSTANT
from intake.schemas.text import words
from shared.clinics import Route
from shared.declared import Declared, field
from shared.events.intake import ClearanceOutcome


class ReviewedFlag(Declared):
    """What a prescriber found when they looked at one flag."""

    code: str = field("The flag.", "pregnancy_unknown")
    finding: str = field("What they found; nothing leaves the flag open.", "Test negative.", validate=Length(max=2000))


class DecideClearance(Declared):
    """A prescriber's decision on a screening."""

    outcome: ClearanceOutcome = field("What is decided.", "cleared")
    valid_days: int | None = field(
        "How many days after today it covers; the clinic's rule where none is said.",
        90,
        default=None,
        validate=Range(1),
    )
    routes: list[Route] = field("Routes that are cleared.", ["IM"], default=[])
    weight_kg: Decimal | None = field(
        "Body weight on which doses are judged; the range is a guard against typing errors.",
        "70.0",
        default=None,
        validate=Range(Decimal(20), Decimal(400)),
    )
    conditions: str | None = field("Under which conditions.", None, default=None, validate=words(2000))
    reason: str | None = field("Why; needed to defer or decline.", None, default=None, validate=words(2000))
    reviewed_flags: list[ReviewedFlag] = field(
        "What was found for each flag.", [ReviewedFlag.sample_data()], default=[], validate=Length(max=200)
    )


class ClearanceReply(Declared):
    """A client's clearance, as anybody at the clinic may know it: without findings and reasons."""

    id: UUID = field("The decision.", AN_ID)
    screening_id: UUID = field("The screening that it is on.", AN_ID)
    client_id: UUID = field("The client.", AN_ID)
    outcome: ClearanceOutcome = field("What was decided.", "cleared")
    valid_until: date | None = field("Last day covered, clinic-local; null unless cleared.", "2027-02-10")
    covers_today: bool = field("Whether a visit may take place today, as far as clearance goes.", True)
    routes: list[Route] = field("Routes that are cleared.", ["IM"])
    weight_kg: Decimal | None = field("Body weight on which doses are judged.", "70.0")
    decided_at: datetime = field("UTC.", AN_INSTANT)
    decided_by: str = field("The prescriber.", "prescriber-at-maple")


class DecisionReply(ClearanceReply):
    """A clearance with all that the prescriber wrote, for clinicians."""

    conditions: str | None = field("Under which conditions.", None)
    reason: str | None = field("Why.", None)
    reviewed_flags: list[ReviewedFlag] = field("What was found for each flag.", [ReviewedFlag.sample_data()])
    rules_version: int = field("The clinic's rule set under which it was decided.", 1)
    replaced_at: datetime | None = field("When a newer decision replaced it, UTC; null: it stands.", None)
