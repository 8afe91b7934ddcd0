"""What a clinic is: a versioned document of facts and clinical rules that intake keeps and every service hears of.

Every clinical value carries where it comes from. `basis` tells a published figure from a product default that the
clinic's medical director took over; nothing here is a guideline.
"""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo, available_timezones

from marshmallow import ValidationError
from marshmallow.validate import Length, Range, Regexp

from shared.declared import Declared, field

# The pattern also goes into JSON Schemas, so its end is written in the way that both dialects read alike.
CLINIC_FORM = re.compile(r"^[a-z][a-z0-9-]{1,30}$(?!\n)")
CLINIC_ID = Regexp(CLINIC_FORM, error="Use 2 to 31 lower-case letters, digits and hyphens.")

# One form for a subscription and for the consents to it: who is in no consent is never told anything.
PARTNER = Regexp(
    r"^[a-z0-9][a-z0-9-]{0,62}$(?!\n)",
    error="Use 1 to 63 lower-case letters, digits and hyphens, and begin with a letter or a digit.",
)


class Basis(StrEnum):
    """Where a clinical value comes from."""

    PUBLISHED = "published"
    PRODUCT_DEFAULT = "product_default"
    CLINIC = "clinic"


class Route(StrEnum):
    """How the medicine is given."""

    IV = "IV"
    IM = "IM"
    SC = "SC"
    SL = "SL"
    IN = "IN"
    PO = "PO"


class ConsentKind(StrEnum):
    """What a client may consent to, each on its own, each withdrawable alone."""

    TREATMENT = "treatment"
    MESSAGING = "messaging"
    DATA_SHARING = "data_sharing"
    RECORDING = "recording"
    SUPPORTIVE_TOUCH = "supportive_touch"
    RESEARCH = "research"


class ResourceKind(StrEnum):
    """What a visit occupies."""

    ROOM = "room"
    THERAPIST = "therapist"
    MONITOR = "monitor"
    PRESCRIBER = "prescriber"


def zone_name(name: str) -> None:
    """An IANA zone that this machine knows. Raises ValidationError."""
    if name not in _zones():
        raise ValidationError("Use an IANA time zone, as America/New_York.")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class Count(Declared):
    """A number with its source: days, hours, points, as the rule's name says."""

    value: int = field("The number.", 90, validate=Range(min=0))
    basis: Basis = field("Where it comes from.", "product_default")
    source: str = field("The source, for a reader to check.", "Product default, approved by the medical director.")


class PressureLimit(Declared):
    """A blood pressure at or above which a visit is held."""

    systolic: int = field("mmHg.", 160, validate=Range(60, 300))
    diastolic: int = field("mmHg.", 100, validate=Range(30, 200))
    basis: Basis = field("Where it comes from.", "product_default")
    source: str = field("The source, for a reader to check.", "Product default.")


class DoseGuard(Declared):
    """Typing-error guards for one route, in mg per kg of body weight; not dosing advice.

    Below `soft_low` or above `soft_high` a second person confirms; above `hard_high` the dose is refused.
    """

    route: Route = field("The route that it guards.", "IM")
    soft_low: Decimal = field("mg/kg.", "0.3")
    soft_high: Decimal = field("mg/kg.", "1.5")
    hard_high: Decimal = field("mg/kg.", "3.0")
    basis: Basis = field("Where it comes from.", "product_default")
    source: str = field("The source, for a reader to check.", "Product default.")


class Protocol(Declared):
    """How a series of medicine visits is laid out."""

    id: str = field("Its name in this clinic.", "induction")
    medicine_visits: int = field("How many medicine visits.", 6, validate=Range(1, 24))
    integration_between: int = field("Integration visits after each medicine visit.", 1, validate=Range(0, 6))
    min_gap_h: int = field("Hours between two medicine visits, at least.", 72, validate=Range(min=0))
    window_days: int = field("Days from the first to the last medicine visit, at most.", 56, validate=Range(min=1))
    basis: Basis = field("Where it comes from.", "product_default")
    source: str = field("The source, for a reader to check.", "Six sessions in 3-8 weeks.")


class CheckIns(Declared):
    """When after a medicine visit the client is asked how they are."""

    hours_after: list[int] = field("Hours after the visit.", [24, 72, 168], validate=Length(min=1))
    basis: Basis = field("Where it comes from.", "published")
    source: str = field("The source, for a reader to check.", "Integration tracking: 24 h, 72 h, 1 week.")


class ClinicalRules(Declared):
    """The clinical rule set in force, approved as a whole by a named medical director."""

    version: int = field("Counts up with each approved change.", 1, validate=Range(min=1))
    effective_from: date = field("First day in force, clinic-local.", "2026-01-01")
    approved_by: str = field("The medical director who approved it.", "Dr. Ines Okafor (sample)")
    clearance_days: Count = field("How long a clearance covers, at most.", Count.sample_data())
    blood_pressure_hold: PressureLimit = field("Pre-dose limit.", PressureLimit.sample_data())
    dose_guards: list[DoseGuard] = field("One for each route offered.", [DoseGuard.sample_data()])
    discharge_score: Count = field("PADSS points needed for discharge, at least.", Count.sample_data())
    check_ins: CheckIns = field("After each medicine visit.", CheckIns.sample_data())
    protocols: list[Protocol] = field("Series that may be planned.", [Protocol.sample_data()])

    def dose_guard(self, route: Route) -> DoseGuard | None:
        return next((guard for guard in self.dose_guards if guard.route == route), None)

    def protocol(self, name: str) -> Protocol | None:
        return next((protocol for protocol in self.protocols if protocol.id == name), None)


class Resource(Declared):
    """A room or a person that a visit may occupy."""

    id: str = field("Stable within the clinic; for staff, the subject of their sign-in.", "room-garden")
    kind: ResourceKind = field("What it is.", "room")
    name: str = field("As the clinic says it.", "Garden room")


class ConsentText(Declared):
    """One version of what a client is asked to agree to."""

    kind: ConsentKind = field("What it is about.", "treatment")
    version: str = field("Named in every consent given on it.", "2026-01")
    text: str = field("The full text.", "I understand that …")


class VisitLengths(Declared):
    """How long a visit of each kind takes, in minutes."""

    preparation: int = field("Minutes.", 60, validate=Range(15, 480))
    medicine: int = field("Minutes.", 180, validate=Range(30, 720))
    integration: int = field("Minutes.", 60, validate=Range(15, 480))


class QuietHours(Declared):
    """When routine messages may be sent, in the client's own zone."""

    from_hour: int = field("First hour in which messages go out.", 8, validate=Range(0, 23))
    to_hour: int = field("Hour from which they wait for the next day.", 21, validate=Range(1, 24))


class Clinic(Declared):
    """Everything that the services know about one clinic."""

    id: str = field("Short and stable; part of every address, event and row.", "maple", validate=CLINIC_ID)
    version: int = field("Counts up with every change.", 1, validate=Range(min=1))
    name: str = field("The clinic's name.", "Maple Street Wellness", validate=Length(1, 120))
    sender_name: str = field("Names the clinic without telling what it treats.", "Maple Street", validate=Length(1, 60))
    time_zone: str = field("IANA zone of the clinic's site.", "America/New_York", validate=zone_name)
    staff_mailbox: str = field("Where notes to the staff go.", "desk@maple.example")
    crisis_line: str = field("Whom to call at once in a crisis.", "Call or text 988 (US), any time.")
    quiet_hours: QuietHours = field("When routine messages may go out.", QuietHours.sample_data())
    visit_minutes: VisitLengths = field("How long visits take.", VisitLengths.sample_data())
    resources: list[Resource] = field("Rooms and staff.", [Resource.sample_data()])
    consent_texts: list[ConsentText] = field("What clients are asked to agree to.", [ConsentText.sample_data()])
    rules: ClinicalRules = field("The clinical rule set in force.", ClinicalRules.sample_data())

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def subject(self) -> UUID:
        return clinic_subject(self.id)

    def resource(self, resource_id: str) -> Resource | None:
        return next((resource for resource in self.resources if resource.id == resource_id), None)

    def consent_text(self, kind: ConsentKind, version: str) -> ConsentText | None:
        return next((t for t in self.consent_texts if t.kind == kind and t.version == version), None)


def clinic_subject(clinic: str) -> UUID:
    """The subject of events about the clinic itself, which has a name but no id of its own."""
    return uuid5(NAMESPACE_URL, f"afterglow:clinic:{clinic}")
