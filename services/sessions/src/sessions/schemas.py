"""What goes in and out of sessions' doors."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from marshmallow.validate import Length, Range

from sessions.domain.statuses import VisitStatus
from shared.clinics import Route
from shared.declared import Declared, field
from shared.events.sessions import VisitKind

_ID = "01936d3e-5f00-7000-8000-000000000021"
_AT = "2026-11-20T14:00:00+00:00"
_POINTS = Range(0, 2)
_SECOND_PERSON = "The second person, where the number is outside the usual range; not who gives or orders it."
_IN_SPITE = "Why a prescriber goes on although another clinic of the network gives medicine near that time."
_HELD = "The booking rule that a booked visit no longer meets, as treatment_consent_missing; null while it meets all."


def said(text: str) -> None:
    """More than white space. Raises ValidationError."""
    if not text.strip():
        raise ValidationError("Say it in words.")


def weighable(dose_mg: Decimal) -> None:
    """A number of mg that somebody could mean: above 0, with at most three decimals. Raises ValidationError.

    Whether it is plausible for the client's weight, the clinic's dose guards say.
    """
    if not 0 < dose_mg <= _MOST_MG or dose_mg != round(dose_mg, 3):
        raise ValidationError("A number of mg above 0, with at most three decimals.")


_MOST_MG = 100_000
_NAMED = (said, Length(max=200))
_REASON = (said, Length(max=500))


class PlanSeries(Declared):
    """Lay out a protocol's visits for a client."""

    protocol: str = field("One of the clinic's protocols.", "induction")
    route: Route = field("The route of its medicine visits.", "IM")


class StepReply(Declared):
    """One place in a series."""

    position: int = field("From 1.", 1)
    kind: VisitKind = field("What the visit is for.", "medicine")
    visit_id: UUID | None = field("The visit that took the place; none while it is open.", None)


class SeriesReply(Declared):
    """A series with its steps."""

    id: UUID = field("The series.", _ID)
    client_id: UUID = field("Whose.", _ID)
    protocol: str = field("The clinic's protocol.", "induction")
    route: Route = field("The route.", "IM")
    status: str = field("planned, or completed with its last visit.", "planned")
    planned_at: datetime = field("UTC.", _AT)
    medicine_visits: int = field("How many.", 6)
    integration_visits: int = field("How many.", 6)
    steps: list[StepReply] = field("In order.", [StepReply.sample_data()])


class BookVisit(Declared):
    """Give a visit its time, room and people."""

    kind: VisitKind = field("What the visit is for.", "medicine")
    starts_at: datetime = field("With offset; the length comes from the clinic.", _AT)
    resources: list[str] = field("Rooms and people of the clinic, by id.", ["room-garden"], validate=Length(1, 20))
    series_id: UUID | None = field("The series whose next open place it takes.", None, default=None)
    interval_reason: str | None = field(_IN_SPITE, None, default=None, validate=_REASON)


class VisitReply(Declared):
    """A visit."""

    id: UUID = field("The visit.", _ID)
    client_id: UUID = field("Whose.", _ID)
    series_id: UUID | None = field("Its series.", None)
    kind: VisitKind = field("What it is for.", "medicine")
    status: VisitStatus = field("Where it stands.", "booked")
    starts_at: datetime = field("UTC.", _AT)
    ends_at: datetime = field("UTC.", "2026-11-20T17:00:00+00:00")
    resources: list[str] = field("Rooms and people.", ["room-garden"])
    escort_confirmed_at: datetime | None = field("When an escort was confirmed, UTC.", None)
    held_reason: str | None = field(_HELD, None)
    version: int = field("Counts its changes; also the ETag.", 1)


class BusyReply(Declared):
    """A time at which somebody is taken."""

    starts_at: datetime = field("UTC.", _AT)
    ends_at: datetime = field("UTC.", "2026-11-20T17:00:00+00:00")


class EntryReply(Declared):
    """One line of a visit's record."""

    id: UUID = field("The line.", _ID)
    kind: str = field("What it tells.", "vitals")
    at: datetime = field("When it happened, UTC.", _AT)
    entered_at: datetime = field("When it was written down, UTC.", _AT)
    actor: str = field("Who wrote it.", "nurse-at-maple")
    data: dict[str, Any] = field("What was observed or done.", {"systolic": 128})
    correction_of: UUID | None = field("The line that it corrects.", None)


class GiveReason(Declared):
    """Say why."""

    reason: str = field("For the record, which the client may ask to read.", "The client is ill.", validate=_REASON)


class ConfirmEscort(Declared):
    """Somebody said that they will take the client home."""

    name: str = field("Who.", "Ana Marin", validate=_NAMED)
    phone: str = field("Where to reach them.", "+12125550147", validate=(said, Length(3, 40)))
    confirmed: bool = field("That they said yes.", True)


class InviteEscort(Declared):
    """Whom to ask, by a link, whether they take the client home."""

    name: str = field("Who.", "Ana Marin", validate=_NAMED)
    phone: str = field("Where to reach them.", "+12125550147", validate=(said, Length(3, 40)))


class EscortLinkReply(Declared):
    """The escort's link. It is told this once: send it to them, and to nobody else."""

    url: str = field("Where they answer.", "https://afterglow.example/sessions/clinics/maple/escort/kT0…")
    valid_until: datetime = field("Until when it works, UTC.", _AT)


class EscortReply(Declared):
    """An escort is confirmed."""

    visit_id: UUID = field("The visit.", _ID)
    confirmed_at: datetime = field("UTC.", _AT)


class SourceReply(Declared):
    """The event from which a fact is known."""

    event_id: UUID = field("Its id.", _ID)
    type: str = field("Its type.", "afterglow.intake.clearance.decided.v1")
    at: datetime = field("When it happened, UTC.", _AT)


class LightReply(Declared):
    """One condition of a readiness board."""

    name: str = field("clearance, treatment_consent, intention, escort, no_red_flag or interval.", "clearance")
    on: bool = field("Whether it is met.", True)
    fact: str = field("What is known, in a sentence.", "Cleared until 2027-02-10.")
    owner: str = field("The role that can change it.", "prescriber")
    source: SourceReply | None = field("The event that told it; none where nobody has.", SourceReply.sample_data())


class ReadinessReply(Declared):
    """May this visit start?"""

    visit_id: UUID = field("The visit.", _ID)
    ready: bool = field("Whether every light is on.", False)
    held_reason: str | None = field(_HELD, None)
    lights: list[LightReply] = field("All conditions.", [LightReply.sample_data()])


class Reading(Declared):
    """What was measured. The ranges catch typing errors; they judge nothing."""

    systolic: int = field("mmHg.", 128, validate=Range(40, 300))
    diastolic: int = field("mmHg.", 82, validate=Range(20, 200))
    heart_rate: int | None = field("Beats a minute.", 74, default=None, validate=Range(20, 260))
    spo2: int | None = field("Percent.", 98, default=None, validate=Range(40, 100))
    position: str | None = field("As sitting or lying.", "sitting", default=None, validate=Length(max=40))


class RecordVitals(Reading):
    """One reading."""

    taken_at: datetime | None = field("If not now; with offset, not before check-in.", None, default=None)


class CorrectVitals(Reading):
    """What a reading should have said. The time stays as it was."""

    reason: str = field("What went wrong.", "Two digits changed places.", validate=_REASON)


class VitalsReply(Declared):
    """What the reading led to."""

    id: UUID = field("The line in the record.", _ID)
    phase: str = field("pre_dose or after_dose.", "pre_dose")
    held: bool = field("Whether the visit is held now.", False)


class HoldDecision(StrEnum):
    """What a prescriber decides about a held visit."""

    PROCEED = "proceed"
    DEFER = "defer"

    @property
    def proceeds(self) -> bool:
        return self is HoldDecision.PROCEED


class DecideHold(Declared):
    """Proceed or defer, by name and with a reason."""

    decision: HoldDecision = field("What happens.", "proceed")
    reason: str = field("Why.", "Repeat 138/86 after ten minutes of rest.", validate=_REASON)
    reading_id: UUID | None = field(
        "The newest reading that the decision rests on; needed to proceed past a later one at the limit.",
        None,
        default=None,
    )


class OrderDose(Declared):
    """What a prescriber orders for this visit."""

    route: Route = field("How.", "IM")
    dose_mg: Decimal = field("mg.", "35", validate=weighable)
    confirmed_by: str | None = field(_SECOND_PERSON, "prescriber-at-maple", default=None, validate=_NAMED)
    interval_reason: str | None = field(_IN_SPITE, None, default=None, validate=_REASON)


class OrderReply(Declared):
    """The order."""

    id: UUID = field("The order; the dose names it.", _ID)
    route: Route = field("How.", "IM")
    dose_mg: Decimal = field("mg.", "35")
    dose_mg_per_kg: Decimal = field("mg per kg, two decimals.", "0.50")
    weight_kg: Decimal = field("kg on which it was judged.", "70.0")
    ordered_by: str = field("Who.", "prescriber-at-maple")


class RecordDose(Declared):
    """What was given."""

    order_id: UUID = field("The order.", _ID)
    route: Route = field("How.", "IM")
    dose_mg: Decimal = field("mg.", "35", validate=weighable)
    lot: str = field("The lot on the container.", "KX-2207", validate=_NAMED)
    weight_kg: Decimal | None = field(
        "kg, if weighed today; else the clearance's.", None, default=None, validate=Range(Decimal(20), Decimal(400))
    )
    confirmed_by: str | None = field(_SECOND_PERSON, "prescriber-at-maple", default=None, validate=_NAMED)
    given_at: datetime | None = field("If not now; with offset, not before check-in.", None, default=None)


class CorrectDose(Declared):
    """What was really given. The time, the route and the weight stay as they were."""

    dose_mg: Decimal = field("mg.", "30", validate=weighable)
    lot: str = field("The lot on the container.", "KX-2207", validate=_NAMED)
    confirmed_by: str | None = field(_SECOND_PERSON, None, default=None, validate=_NAMED)
    reason: str = field("What went wrong.", "5 mg stayed in the syringe.", validate=_REASON)


class DoseReply(Declared):
    """The dose as recorded."""

    id: UUID = field("The line in the record.", _ID)
    route: Route = field("How.", "IM")
    dose_mg: Decimal = field("mg.", "35")
    dose_mg_per_kg: Decimal = field("mg per kg, two decimals.", "0.50")
    given_at: datetime = field("UTC.", _AT)


class Between(Declared):
    """Which hours."""

    from_: datetime | None = field("From this instant on; without it from now.", _AT, default=None)
    to: datetime | None = field("Before this instant; without it 24 hours later.", None, default=None)

    def instants(self, now: datetime) -> tuple[datetime, datetime]:
        start = self.from_ or now
        return start, self.to or start + timedelta(hours=24)


class Padss(Declared):
    """Post-Anaesthetic Discharge Scoring System: five items of 0 to 2 points."""

    vital_signs: int = field("Within 20 % of before: 2; 20 to 40 %: 1; more: 0.", 2, validate=_POINTS)
    activity: int = field("Steady gait, as before: 2; with help: 1; neither: 0.", 2, validate=_POINTS)
    nausea: int = field("Minimal: 2; moderate: 1; severe: 0.", 2, validate=_POINTS)
    pain: int = field("Minimal: 2; moderate: 1; severe: 0.", 2, validate=_POINTS)
    bleeding: int = field("Minimal: 2; moderate: 1; severe: 0.", 2, validate=_POINTS)

    @property
    def total(self) -> int:
        return self.vital_signs + self.activity + self.nausea + self.pain + self.bleeding


class DischargeClient(Declared):
    """A clinician signs that the client may go home."""

    padss: Padss = field("The score's items.", Padss.sample_data())
    escort_present: bool | None = field("Whether the escort is here; null is unknown.", True)
    arrangement: str | None = field("What was arranged instead of an escort.", None, default=None, validate=_REASON)
    signed_name: str = field("Who signs.", "Jo Lindqvist", validate=_NAMED)


class DischargeReply(Declared):
    """The discharge as recorded."""

    id: UUID = field("The line in the record.", _ID)
    score: int = field("PADSS points of 10.", 10)
    status: VisitStatus = field("Where the visit stands.", "completed")
