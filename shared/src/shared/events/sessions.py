"""What sessions tells the others: what is planned and booked, and what happened in a visit."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.clinics import Route
from shared.events.language import Event, clinical, open_


class VisitKind(StrEnum):
    """What a visit is for."""

    PREPARATION = "preparation"
    MEDICINE = "medicine"
    INTEGRATION = "integration"


class HoldReason(StrEnum):
    """Why a visit stands still until a prescriber decides."""

    BLOOD_PRESSURE = "blood_pressure"


class SeriesPlanned(Event, name="sessions.series.planned"):
    """A series of medicine visits, with integration between them, was laid out for a client; no time is booked yet."""

    series: UUID = open_("The series.", "01936d3e-5f00-7000-8000-000000000020")
    protocol: str = open_("The clinic's protocol.", "induction")
    medicine_visits: int = open_("How many medicine visits.", 6)
    integration_visits: int = open_("How many integration visits.", 6)
    route: Route = clinical("The route that the series was planned for.", "IM")


class AppointmentBooked(Event, name="sessions.appointment.booked"):
    """A visit got its time, its room and its people."""

    visit: UUID = open_("The visit.", "01936d3e-5f00-7000-8000-000000000021")
    series: UUID | None = open_("Its series.", "01936d3e-5f00-7000-8000-000000000020", default=None)
    kind: VisitKind = open_("What the visit is for.", "medicine")
    starts_at: datetime = open_("UTC.", "2026-11-20T14:00:00+00:00")
    ends_at: datetime = open_("UTC.", "2026-11-20T17:00:00+00:00")


class AppointmentCancelled(Event, name="sessions.appointment.cancelled"):
    """A booked visit will not take place at its time; room and people are free again."""

    visit: UUID = open_("The visit.", "01936d3e-5f00-7000-8000-000000000021")
    kind: VisitKind = open_("What the visit was for.", "medicine")
    starts_at: datetime = open_("The time that it had, UTC.", "2026-11-20T14:00:00+00:00")


class EscortConfirmed(Event, name="sessions.escort.confirmed"):
    """Somebody will take the client home after a medicine visit; who it is stays in sessions."""

    visit: UUID = open_("The visit.", "01936d3e-5f00-7000-8000-000000000021")


class EscortDeclined(Event, name="sessions.escort.declined"):
    """Whoever was asked to take the client home cannot; an earlier yes of theirs does not hold any more."""

    visit: UUID = open_("The visit.", "01936d3e-5f00-7000-8000-000000000021")


class SessionCheckedIn(Event, name="sessions.session.checked_in"):
    """The client arrived for a visit and every light of its readiness board was on."""

    visit: UUID = open_("The visit.", "01936d3e-5f00-7000-8000-000000000021")
    kind: VisitKind = open_("What the visit is for.", "medicine")
    at: datetime = open_("UTC.", "2026-11-20T13:50:00+00:00")


class SessionHeld(Event, name="sessions.session.held"):
    """Something measured before the dose stops a visit until a prescriber decides."""

    visit: UUID = open_("The visit.", "01936d3e-5f00-7000-8000-000000000021")
    reason: HoldReason = clinical("Which rule holds it.", "blood_pressure")
    at: datetime = open_("UTC.", "2026-11-20T14:00:00+00:00")


class SessionDosed(Event, name="sessions.session.dosed"):
    """A dose was given, as ordered by a prescriber."""

    visit: UUID = open_("The visit.", "01936d3e-5f00-7000-8000-000000000021")
    dose: UUID = open_("The dose.", "01936d3e-5f00-7000-8000-000000000022")
    route: Route = clinical("How it was given.", "IM")
    dose_mg: Decimal = clinical("mg.", "35")
    dose_mg_per_kg: Decimal = clinical("mg per kg of body weight, two decimals.", "0.50")
    at: datetime = open_("UTC.", "2026-11-20T14:10:00+00:00")


class SessionDischarged(Event, name="sessions.session.discharged"):
    """A clinician signed that the client may go home, and with whom stays in sessions."""

    visit: UUID = open_("The visit.", "01936d3e-5f00-7000-8000-000000000021")
    score: int = clinical("PADSS points of 10.", 10)
    with_escort: bool = clinical("Whether an escort took them home.", True)
    at: datetime = open_("UTC.", "2026-11-20T16:30:00+00:00")


class SessionCompleted(Event, name="sessions.session.completed"):
    """A visit is over and its record is closed; integration begins."""

    visit: UUID = open_("The visit.", "01936d3e-5f00-7000-8000-000000000021")
    series: UUID | None = open_("Its series.", "01936d3e-5f00-7000-8000-000000000020", default=None)
    kind: VisitKind = open_("What the visit was for.", "medicine")
    completed_at: datetime = open_("UTC.", "2026-11-20T16:35:00+00:00")
