"""The words in which a clinic is described, and the forms that its names have."""

import re
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

from marshmallow import ValidationError
from marshmallow.validate import Regexp

# The pattern also goes into JSON Schemas, so its end is written in the way that both dialects read alike.
CLINIC_FORM = re.compile(r"^[a-z][a-z0-9-]{1,30}$(?!\n)")
CLINIC_ID = Regexp(CLINIC_FORM, error="Use 2 to 31 lower-case letters, digits and hyphens.")

# One form for a subscription and for the consents to it: who is in no consent is never told anything.
PARTNER = Regexp(
    r"^[a-z0-9][a-z0-9-]{0,62}$(?!\n)",
    error="Use 1 to 63 lower-case letters, digits and hyphens, and begin with a letter or a digit.",
)

TIME_OF_DAY = Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)", error="Use a time of day, as 09:00.")


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


class AuthorisationKind(StrEnum):
    """What the law wants to be allowed by itself, apart from every consent; see decision 0018."""

    PSYCHOTHERAPY_NOTES = "psychotherapy_notes"  # 45 CFR 164.508(a)(2)
    PART2 = "part2"  # 42 CFR Part 2: records of the use of substances


class Agreement(StrEnum):
    """Whatever a client can agree to: each consent, and each authorisation."""

    TREATMENT = "treatment"
    MESSAGING = "messaging"
    DATA_SHARING = "data_sharing"
    RECORDING = "recording"
    SUPPORTIVE_TOUCH = "supportive_touch"
    RESEARCH = "research"
    PSYCHOTHERAPY_NOTES = "psychotherapy_notes"
    PART2 = "part2"


IN_WORDS = {
    Agreement.TREATMENT: "the treatment",
    Agreement.MESSAGING: "messages",
    Agreement.DATA_SHARING: "telling a partner",
    Agreement.RECORDING: "recordings",
    Agreement.SUPPORTIVE_TOUCH: "supportive touch",
    Agreement.RESEARCH: "research",
    Agreement.PSYCHOTHERAPY_NOTES: "reading a therapist’s own notes",
    Agreement.PART2: "telling what is about alcohol and drugs",
}
"""What people call what they can agree to. A consent or an authorisation of the same word finds its own, too."""


class ResourceKind(StrEnum):
    """What a visit occupies."""

    ROOM = "room"
    THERAPIST = "therapist"
    MONITOR = "monitor"
    PRESCRIBER = "prescriber"


class Weekday(StrEnum):
    """A day of the week at the clinic; in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class NoDriveRule(StrEnum):
    """Until when a client does not drive after a medicine visit."""

    NEXT_DAY_AFTER_SLEEP = "next_day_after_sleep"
    HOURS = "hours"


class OnCallRole(StrEnum):
    """Whom a call for help may go to where no person is named: whoever has this role at the clinic."""

    THERAPIST = "therapist"
    PRESCRIBER = "prescriber"
    NURSE = "nurse"
    CLINIC_ADMIN = "clinic_admin"  # Only in settings of before: nobody but a clinician may be on call.
    MEDICAL_DIRECTOR = "medical_director"


ON_CALL = frozenset(OnCallRole) - {OnCallRole.CLINIC_ADMIN}
"""Who may be on call: clinicians, who may see whom a call is about, say that they are on it, and close it."""


class RecordCategory(StrEnum):
    """Records that are kept for different lengths of time."""

    MEDICAL_RECORD = "medical_record"
    CONTROLLED_SUBSTANCES = "controlled_substances"
    AUDIT = "audit"
    MESSAGES = "messages"


def zone_name(name: str) -> None:
    """An IANA zone that this machine knows. Raises ValidationError."""
    if name not in _zones():
        raise ValidationError("Use an IANA time zone, as America/New_York.")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
