"""What sessions' codes are called where people read them."""

from collections.abc import Mapping

from sessions.domain.statuses import VisitStatus
from shared.events.sessions import VisitKind
from shared.languages import phrase
from shared.web.face.roles import ROLE_WORDS

__all__ = [
    "ANOTHER_RULE",
    "ANOTHER_SOURCE",
    "DECISION_WORDS",
    "ESCORT",
    "HELD_WORDS",
    "KIND_WORDS",
    "LIGHT_WORDS",
    "LINE_WORDS",
    "OFF_WORDS",
    "ROLE_WORDS",
    "SOURCE_WORDS",
    "STATUS_TONES",
    "STATUS_WORDS",
]

KIND_WORDS: Mapping[str, str] = {
    VisitKind.PREPARATION: phrase("Preparation"),
    VisitKind.MEDICINE: phrase("Medicine visit"),
    VisitKind.INTEGRATION: phrase("Integration"),
}

STATUS_WORDS: Mapping[str, str] = {
    VisitStatus.BOOKED: phrase("Booked"),
    VisitStatus.CHECKED_IN: phrase("Here"),
    VisitStatus.HELD: phrase("On hold"),
    VisitStatus.DOSING: phrase("Medicine given"),
    VisitStatus.COMPLETED: phrase("Over"),
    VisitStatus.CANCELLED: phrase("Cancelled"),
    VisitStatus.DEFERRED: phrase("Deferred"),
    VisitStatus.NO_SHOW: phrase("Did not come"),
}

STATUS_TONES: Mapping[str, str] = {
    VisitStatus.CHECKED_IN: "good",
    VisitStatus.HELD: "attention",
    VisitStatus.DOSING: "inner",
}

LIGHT_WORDS: Mapping[str, str] = {
    "clearance": phrase("Clearance"),
    "treatment_consent": phrase("Consent"),
    "intention": phrase("Intention"),
    "escort": phrase("Escort"),
    "no_red_flag": phrase("No red flag"),
    "interval": phrase("Interval"),
}

OFF_WORDS: Mapping[str, str] = {
    "no_red_flag": phrase("A red flag is open"),
    "interval": phrase("Other medicine is too near"),
}
"""Lights that are off because something is there, and not because something is missing."""

SOURCE_WORDS: Mapping[str, str] = {
    "intake.clearance.decided": phrase("a prescriber’s decision"),
    "intake.clearance.expired": phrase("the end of the clearance"),
    "intake.consent.granted": phrase("the consent that was given"),
    "intake.consent.withdrawn": phrase("the consent that was taken back"),
    "integration.intention.set": phrase("the client’s intention"),
    "integration.red_flag.raised": phrase("the flag that was raised"),
}
"""By the short type of the event from which a fact is known."""
ANOTHER_SOURCE = phrase("another part of the clinic")

HELD_WORDS: Mapping[str, str] = {
    "clearance_missing": phrase("No prescriber has cleared this client."),
    "clearance_not_valid": phrase("The prescriber’s decision does not allow medicine visits."),
    "clearance_expired_on_date": phrase("The clearance ends before the day of the visit."),
    "route_not_cleared": phrase("The clearance does not cover the route of the visit."),
    "treatment_consent_missing": phrase("No consent to treatment is in force."),
}
"""By the booking rule that a booked visit does not meet any more."""
ANOTHER_RULE = phrase("It does not meet a rule of the clinic any more.")

LINE_WORDS: Mapping[str, str] = {
    "checked_in": phrase("Checked in"),
    "escort_confirmed": phrase("An escort is confirmed"),
    "escort_declined": phrase("The escort cannot come"),
    "booking_held": phrase("The booking is on hold"),
    "booking_released": phrase("The booking stands again"),
    "interval_decided": phrase("Went on although other medicine is near"),
    "vitals": phrase("Vitals"),
    "held": phrase("On hold because of the blood pressure"),
    "hold_decided": phrase("Decided about the hold"),
    "ordered": phrase("Ordered"),
    "dosed": phrase("Given"),
    "discharged": phrase("Discharged"),
    "completed": phrase("Over"),
    "cancelled": phrase("Cancelled"),
}
"""By the kind of a line of the record."""

DECISION_WORDS: Mapping[str, str] = {"proceed": phrase("Proceed"), "defer": phrase("Defer to another day")}

ESCORT = phrase("the escort")
"""Who wrote a line that came by a visit's link."""
