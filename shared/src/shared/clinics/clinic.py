"""A clinic's document: what it is and how it works day by day, with the clinical rule set in force.

What was added to it has a default that means "as before".
"""

from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from marshmallow.validate import Length, Range

from shared.clinics.rules import ClinicalRules
from shared.clinics.words import (
    CLINIC_ID,
    TIME_OF_DAY,
    Basis,
    ConsentKind,
    OnCallRole,
    RecordCategory,
    ResourceKind,
    Weekday,
    zone_name,
)
from shared.declared import Declared, field
from shared.languages import phrase


class Resource(Declared):
    """A room or a person that a visit may occupy."""

    id: str = field(phrase("Stable within the clinic; for staff, the subject of their sign-in."), "room-garden")
    kind: ResourceKind = field(phrase("What it is."), "room")
    name: str = field(phrase("As the clinic says it."), "Garden room")
    elsewhere: bool = field(
        phrase("Whether they also work at other clinics of the network; times are compared where both clinics say so."),
        False,
        default=False,
    )


class ConsentText(Declared):
    """One version of what a client is asked to agree to."""

    kind: ConsentKind = field(phrase("What it is about."), "treatment")
    version: str = field(phrase("Named in every consent given on it."), "2026-01")
    text: str = field(phrase("The full text."), "I understand that …")


class VisitLengths(Declared):
    """How long a visit of each kind takes, in minutes."""

    preparation: int = field(phrase("Minutes."), 60, validate=Range(15, 480))
    medicine: int = field(phrase("Minutes."), 180, validate=Range(30, 720))
    integration: int = field(phrase("Minutes."), 60, validate=Range(15, 480))


class QuietHours(Declared):
    """When routine messages may be sent, in the client's own zone."""

    from_hour: int = field(phrase("First hour in which messages go out."), 8, validate=Range(0, 23))
    to_hour: int = field(phrase("Hour from which they wait for the next day."), 21, validate=Range(1, 24))


class OpeningHours(Declared):
    """When the clinic is open on one day of the week, by the clinic's clock; a day may have several such times."""

    weekday: Weekday = field(phrase("The day."), "monday")
    opens: str = field(phrase("From this time of day, clinic-local."), "08:30", validate=TIME_OF_DAY)
    closes: str = field(phrase("To this time of the same day, clinic-local."), "17:30", validate=TIME_OF_DAY)


class Buffers(Declared):
    """Minutes that stay free after a visit, before the next one that needs the same."""

    room_turnover: int = field(phrase("Minutes to make a room ready."), 30, validate=Range(0, 240))
    therapist: int = field(phrase("Minutes for the therapist."), 15, validate=Range(0, 240))


class OnCallStep(Declared):
    """Who is called for help, and how long they have to answer before the next step is called: staff, or a role."""

    staff: str | None = field(phrase("The subject of a person's sign-in."), None, default=None, validate=Length(1, 200))
    role: OnCallRole | None = field(phrase("Or whoever has this role."), "nurse", default=None)
    minutes: int = field(phrase("Minutes until the next step is called as well."), 5, validate=Range(1, 120))
    contact: str | None = field(
        phrase("The mail address of this duty, read at any hour; none: the staff’s mailbox."),
        "nurse-on-call@maple.example",
        default=None,
    )


class Retention(Declared):
    """For how long records of one category are kept at least, after they were last needed."""

    category: RecordCategory = field(phrase("Which records."), "controlled_substances")
    years: int = field(phrase("Years, at least."), 2, validate=Range(1, 100))
    basis: Basis = field(phrase("Where it comes from."), "published")
    source: str = field(phrase("The source, for a reader to check."), "21 CFR 1304.04: at least 2 years.")


class ClinicFacts(Declared):
    """What a clinic admin answers for: how the clinic is called, and how it works day by day."""

    name: str = field(phrase("The clinic's name."), "Maple Street Wellness", validate=Length(1, 120))
    sender_name: str = field(
        phrase("Names the clinic without telling what it treats."), "Maple Street", validate=Length(1, 60)
    )
    time_zone: str = field(phrase("IANA zone of the clinic's site."), "America/New_York", validate=zone_name)
    staff_mailbox: str = field(phrase("Where notes to the staff go."), "desk@maple.example")
    crisis_line: str = field(phrase("Whom to call at once in a crisis."), "Call or text 988 (US), any time.")
    quiet_hours: QuietHours = field(phrase("When routine messages may go out."), QuietHours.sample_data())
    visit_minutes: VisitLengths = field(phrase("How long visits take."), VisitLengths.sample_data())
    resources: list[Resource] = field(phrase("Rooms and staff."), [Resource.sample_data()])
    consent_texts: list[ConsentText] = field(phrase("What clients are asked to agree to."), [ConsentText.sample_data()])
    network: str | None = field(
        phrase("The network that the clinic belongs to."), "Afterglow Network", default=None, validate=Length(1, 120)
    )
    opening_hours: list[OpeningHours] = field(
        phrase("When the clinic is open; none: it has not said."), [OpeningHours.sample_data()], default=[]
    )
    buffers: Buffers | None = field(phrase("Between visits; none: no buffers."), Buffers.sample_data(), default=None)
    on_call: list[OnCallStep] = field(
        phrase("Who is called for help, in this order; none: only the staff's mailbox."),
        [OnCallStep.sample_data()],
        default=[],
    )
    retention: list[Retention] = field(
        phrase("At most one for each category; a category without one is kept."), [Retention.sample_data()], default=[]
    )


class Clinic(ClinicFacts):
    """Everything that the services know about one clinic."""

    id: str = field("Short and stable; part of every address, event and row.", "maple", validate=CLINIC_ID)
    version: int = field("Counts up with every change.", 1, validate=Range(min=1))
    rules: ClinicalRules = field("The clinical rule set in force.", ClinicalRules.sample_data())

    @property
    def facts(self) -> ClinicFacts:
        return ClinicFacts.load(self.dump(), tolerant=True)

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
