"""What intake tells the others: who reaches out, who is a client, what may be planned, what was consented to."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from marshmallow.validate import Length

from shared.clinics import AuthorisationKind, Clinic, ConsentKind, Route
from shared.declared import Declared
from shared.events.language import Event, clinical, identifying, open_


class ClearanceOutcome(StrEnum):
    """A prescriber's decision."""

    CLEARED = "cleared"
    CLEARED_WITH_CONDITIONS = "cleared_with_conditions"
    DEFERRED = "deferred"
    DECLINED = "declined"

    @property
    def clears(self) -> bool:
        return self in (ClearanceOutcome.CLEARED, ClearanceOutcome.CLEARED_WITH_CONDITIONS)


class FlagLevel(StrEnum):
    """How strongly a screening answer asks for a clinician."""

    INFO = "info"
    NEEDS_CLINICIAN = "needs_clinician"
    STOP_UNTIL_CLINICIAN = "stop_until_clinician"


class MeasureTaken(Declared):
    """A baseline score that came with a screening."""

    instrument: str = clinical("Instrument id.", "phq-9")
    version: str = clinical("Instrument version.", "1")
    score: int = clinical("Total score.", 18)
    answered_at: datetime = clinical("When the client answered, UTC.", "2026-11-02T15:00:00+00:00")


class FlagRaised(Declared):
    """One flag of the rule engine; a person decides what it means."""

    code: str = clinical("Which rule.", "pregnancy_unknown")
    level: FlagLevel = clinical("How strongly it asks for a clinician.", "needs_clinician")


class ClinicConfigured(Event, name="intake.clinic.configured", about="clinic"):
    """A clinic was added to the deployment, or its facts or rules changed; carries all of them."""

    clinic: Clinic = open_("The clinic's facts and rules.", Clinic.sample_data())


class ClinicRulesProposed(Event, name="intake.clinic.rules_proposed", about="clinic"):
    """Somebody proposed a clinical rule set; it is not in force, and waits for a medical director."""

    proposal: UUID = open_("The proposal, whose rules are read at intake.", "01936d3e-5f00-7000-8000-000000000020")
    proposed_by: str = open_("The subject of that person's sign-in, or the operator.", "clinic-admin-at-maple")


class ClinicRulesApproved(Event, name="intake.clinic.rules_approved", about="clinic"):
    """A medical director approved a proposed rule set; once it is in force the clinic is configured with it."""

    proposal: UUID = open_("The proposal.", "01936d3e-5f00-7000-8000-000000000020")
    approved_by: str = open_("The subject of the medical director's sign-in.", "medical-director-at-maple")
    effective_from: date = open_("First day in force, clinic-local.", "2026-12-01")


class ClinicRulesRejected(Event, name="intake.clinic.rules_rejected", about="clinic"):
    """A medical director put a proposed rule set aside, or an approved one before its day."""

    proposal: UUID = open_("The proposal.", "01936d3e-5f00-7000-8000-000000000020")
    rejected_by: str = open_("The subject of the medical director's sign-in.", "medical-director-at-maple")


class InquiryReceived(Event, name="intake.inquiry.received", about="inquiry"):
    """Somebody reached out to a clinic by its public form; they are not a client yet."""

    contact_name: str = identifying("As they gave it.", "Rosa Marin")
    email: str = identifying("Where they want the answer.", "rosa@example.org")
    source: str = open_("How they came: web, referral, phone.", "web")
    in_crisis: bool | None = clinical("Whether they are in a crisis; none where they did not say.", None, default=None)


class InquiryErased(Event, name="intake.inquiry.erased", about="inquiry"):
    """How somebody reached out who became no client was erased; what was told of it says nothing now."""

    erased_at: datetime = open_("UTC.", "2026-12-03T09:00:00+00:00")


class ClientRegistered(Event, name="intake.client.registered"):
    """The front desk made a client of the clinic out of an inquiry or a referral."""

    person: UUID = open_("The same human at every clinic of this deployment.", "01936d3e-5f00-7000-8000-0000000000aa")
    inquiry: UUID | None = open_("The inquiry that it came from.", None, default=None)
    display_name: str = identifying("What the client wants to be called.", "Rosa")
    email: str | None = identifying("For messages, if they gave one.", "rosa@example.org", default=None)
    phone: str | None = identifying("E.164, if they gave one.", "+12125550123", default=None)
    time_zone: str = open_("IANA zone in which the client lives.", "America/New_York")
    language: str = open_("BCP 47 tag of the language they prefer.", "en", default="en")


class ClientUpdated(Event, name="intake.client.updated"):
    """A client's name, contact, zone or language was corrected; carries all of them as they now stand."""

    display_name: str = identifying("What the client wants to be called.", "Rosa")
    email: str | None = identifying("For messages, if they gave one.", "rosa@example.org", default=None)
    phone: str | None = identifying("E.164, if they gave one.", "+12125550123", default=None)
    time_zone: str = open_("IANA zone in which the client lives.", "America/New_York")
    language: str = open_("BCP 47 tag of the language they prefer.", "en", default="en")
    person: UUID | None = open_(
        "The same human at every clinic of this deployment, as intake sees it now; null: as told before.",
        "01936d3e-5f00-7000-8000-0000000000aa",
        default=None,
    )


class ClientErased(Event, name="intake.client.erased"):
    """A client was erased at the clinic; nothing is told about them any more, and what was told says nothing now."""

    erased_at: datetime = open_("UTC.", "2027-05-03T09:00:00+00:00")
    inquiries: list[UUID] = open_("How they reached out, which goes with them.", [])


class CaseloadJoined(Event, name="intake.caseload.joined"):
    """The client is from now on among those of a member of the staff, who may see their record."""

    staff: str = open_("The subject of that person's sign-in.", "therapist-at-maple")
    joined_at: datetime = open_("UTC.", "2026-11-02T15:05:00+00:00")


class CaseloadLeft(Event, name="intake.caseload.left"):
    """The client is not among those of a member of the staff any more."""

    staff: str = open_("The subject of that person's sign-in.", "therapist-at-maple")
    left_at: datetime = open_("UTC.", "2027-03-01T09:00:00+00:00")


class GlassBroken(Event, name="intake.glass.broken"):
    """Somebody opened the record of a client who is not theirs, with a reason that stays in intake."""

    access: UUID = open_("The access; audit lines name it.", "01936d3e-5f00-7000-8000-000000000015")
    staff: str = open_("The subject of that person's sign-in.", "therapist-at-maple")
    broken_at: datetime = open_("UTC.", "2026-11-20T02:10:00+00:00")
    closes_at: datetime = open_("When the record closes to them by itself, UTC.", "2026-11-20T03:10:00+00:00")


class ScreeningSubmitted(Event, name="intake.screening.submitted"):
    """A client handed in a screening form; its answers stay in intake."""

    screening: UUID = open_("The screening.", "01936d3e-5f00-7000-8000-000000000010")
    measures: list[MeasureTaken] = clinical("Baseline scores.", [MeasureTaken.sample_data()])


class ScreeningFlagged(Event, name="intake.screening.flagged"):
    """The rule engine found something in a screening that a clinician must look at; it decides nothing."""

    screening: UUID = open_("The screening.", "01936d3e-5f00-7000-8000-000000000010")
    level: FlagLevel = clinical("The strongest level among the flags.", "needs_clinician")
    flags: list[FlagRaised] = clinical("All flags.", [FlagRaised.sample_data()], validate=Length(min=1))


class ClearanceDecided(Event, name="intake.clearance.decided"):
    """A prescriber decided whether this client may plan a medicine visit at this clinic."""

    clearance: UUID = open_("The decision.", "01936d3e-5f00-7000-8000-000000000011")
    outcome: ClearanceOutcome = open_("What was decided.", "cleared")
    valid_until: date | None = open_("Last day covered, clinic-local; none unless cleared.", "2027-02-10", default=None)
    routes: list[Route] = clinical("Routes that are cleared.", ["IM"])
    weight_kg: Decimal | None = clinical("Body weight on which doses are judged.", "70.0", default=None)
    decided_at: datetime = open_("UTC.", "2026-11-12T15:00:00+00:00")


class ClearanceExpiring(Event, name="intake.clearance.expiring"):
    """A clearance ends soon: 14, 7 and 1 days before its last day."""

    clearance: UUID = open_("The decision.", "01936d3e-5f00-7000-8000-000000000011")
    valid_until: date = open_("Last day covered, clinic-local.", "2027-02-10")
    days_left: int = open_("Days to the last day.", 14)


class ClearanceExpired(Event, name="intake.clearance.expired"):
    """The last day of a clearance is over at the clinic."""

    clearance: UUID = open_("The decision.", "01936d3e-5f00-7000-8000-000000000011")
    valid_until: date = open_("Last day that was covered, clinic-local.", "2027-02-10")


class SignInAsked(Event, name="intake.sign_in.asked"):
    """A client wants to sign in, and is to be sent the link for it: at once, whatever else they want to hear."""

    link: UUID = open_("The link; what opens it is in no event.", "01936d3e-5f00-7000-8000-000000000013")
    valid_until: datetime = open_("Until when it works, UTC; afterwards it is not sent.", "2026-11-02T15:15:00+00:00")


class ConsentGranted(Event, name="intake.consent.granted"):
    """A client agreed to one version of one consent text."""

    consent: UUID = open_("The consent.", "01936d3e-5f00-7000-8000-000000000012")
    kind: ConsentKind = open_("What was agreed to.", "data_sharing")
    text_version: str = open_("The version of the text.", "2026-01")
    partner: str | None = open_("With whom data may be shared; data_sharing only.", "harbor-primary-care", default=None)
    granted_at: datetime = open_("UTC.", "2026-11-12T15:10:00+00:00")


class ConsentWithdrawn(Event, name="intake.consent.withdrawn"):
    """A client took a consent back; it holds from this moment."""

    consent: UUID = open_("The consent.", "01936d3e-5f00-7000-8000-000000000012")
    kind: ConsentKind = open_("What had been agreed to.", "data_sharing")
    partner: str | None = open_("With whom data was shared; data_sharing only.", "harbor-primary-care", default=None)
    withdrawn_at: datetime = open_("UTC.", "2026-11-20T09:00:00+00:00")


class AuthorisationGranted(Event, name="intake.authorisation.granted"):
    """A client allowed what the law wants to be allowed by itself: see `kind`."""

    authorisation: UUID = open_("The authorisation.", "01936d3e-5f00-7000-8000-000000000016")
    kind: AuthorisationKind = open_("What is allowed.", "psychotherapy_notes")
    text_version: str = open_("The version of the text.", "2026-01")
    partner: str | None = open_("Who is allowed; none: the care team at this clinic.", None, default=None)
    granted_at: datetime = open_("UTC.", "2026-11-12T15:10:00+00:00")


class AuthorisationWithdrawn(Event, name="intake.authorisation.withdrawn"):
    """A client took an authorisation back; it ends at this moment."""

    authorisation: UUID = open_("The authorisation.", "01936d3e-5f00-7000-8000-000000000016")
    kind: AuthorisationKind = open_("What was allowed.", "psychotherapy_notes")
    partner: str | None = open_("Who was allowed; none: the care team at this clinic.", None, default=None)
    withdrawn_at: datetime = open_("UTC.", "2026-11-20T09:00:00+00:00")
