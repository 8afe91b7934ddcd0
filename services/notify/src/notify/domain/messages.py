"""What messages there are, and whether one may leave now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from notify.domain.consent import Standing
from notify.domain.quiet_hours import next_allowed
from shared.clinics import QuietHours
from shared.events.notify import SuppressionReason

STALE_AFTER = timedelta(days=7)
"""A message that could not leave for so long says nothing useful any more. Product default."""


class Template(StrEnum):
    """What a message is about; its words are in `templates/notify/{name}.v{version}.txt`."""

    WELCOME = "welcome"
    DECISION_MADE = "decision_made"
    APPOINTMENT_BOOKED = "appointment_booked"
    WINDOW_OPENED = "window_opened"
    CHECKIN_DUE = "checkin_due"
    SCREENING_WAITING = "screening_waiting"
    HELP_WANTED = "help_wanted"
    INQUIRY_IN_CRISIS = "inquiry_in_crisis"
    RULES_WAITING = "rules_waiting"
    RULES_DECIDED = "rules_decided"
    RECORD_OPENED = "record_opened"
    ESCORT_DECLINED = "escort_declined"
    CHECKIN_MISSED = "checkin_missed"
    WORDS_TO_READ = "words_to_read"
    MEASURE_DUE = "measure_due"
    INVITATION_DUE = "invitation_due"
    SIGN_IN_LINK = "sign_in_link"


class Audience(StrEnum):
    """Whom a message is for. A clinic's staff need no consent and know no quiet hours."""

    CLIENT = "client"
    STAFF = "staff"


class MessageStatus(StrEnum):
    """What has become of a message."""

    WAITING_FOR_CONSENT = "waiting_for_consent"
    QUEUED = "queued"
    DEFERRED = "deferred"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


OPEN_MESSAGES = (MessageStatus.WAITING_FOR_CONSENT, MessageStatus.QUEUED, MessageStatus.DEFERRED)


@dataclass(frozen=True)
class Kind:
    """Whom a kind of message is for, and the version of its words with which new ones are queued.

    `asked_for`: the reader waits for it this minute, and gets it without consent to messages, at any hour.
    `in_hours`: a task for the staff that waits until the clinic is open.
    `asks`: it asks or reminds a client of something, or has somebody call as they did not answer: not while they rest.
    """

    audience: Audience
    version: int = 1
    asked_for: bool = False
    in_hours: bool = False
    asks: bool = False


KINDS = {
    Template.WELCOME: Kind(Audience.CLIENT),
    Template.DECISION_MADE: Kind(Audience.CLIENT),
    Template.APPOINTMENT_BOOKED: Kind(Audience.CLIENT),
    Template.WINDOW_OPENED: Kind(Audience.CLIENT, asks=True),
    Template.CHECKIN_DUE: Kind(Audience.CLIENT, asks=True),
    Template.SCREENING_WAITING: Kind(Audience.STAFF),
    Template.HELP_WANTED: Kind(Audience.STAFF, version=2),
    Template.INQUIRY_IN_CRISIS: Kind(Audience.STAFF),
    Template.RULES_WAITING: Kind(Audience.STAFF),
    Template.RULES_DECIDED: Kind(Audience.STAFF),
    Template.RECORD_OPENED: Kind(Audience.STAFF),
    Template.ESCORT_DECLINED: Kind(Audience.STAFF),
    Template.CHECKIN_MISSED: Kind(Audience.STAFF, in_hours=True, asks=True),
    Template.WORDS_TO_READ: Kind(Audience.STAFF, in_hours=True),
    Template.MEASURE_DUE: Kind(Audience.CLIENT, asks=True),
    Template.INVITATION_DUE: Kind(Audience.CLIENT, asks=True),
    Template.SIGN_IN_LINK: Kind(Audience.CLIENT, asked_for=True),
}

ASKING = tuple(template for template, kind in KINDS.items() if kind.asks)


@dataclass(frozen=True)
class Reach:
    """How a client may be reached, as far as we have heard. `time_zone` is None until intake has told of the client."""

    consent: Standing
    has_address: bool
    time_zone: str | None


@dataclass(frozen=True)
class SendNow:
    """Nothing stands against it."""


@dataclass(frozen=True)
class AwaitConsent:
    """The client has not said yet whether they want messages; `until` then it is not given up."""

    until: datetime


@dataclass(frozen=True)
class Defer:
    """It is night where the client lives."""

    until: datetime


@dataclass(frozen=True)
class Suppress:
    """It will not be sent."""

    reason: SuppressionReason


Verdict = SendNow | AwaitConsent | Defer | Suppress


def decide(reach: Reach, hours: QuietHours, *, queued_at: datetime, now: datetime) -> Verdict:
    """Say whether a message to a client may leave now; consent comes before everything else."""
    if reach.consent is Standing.WITHDRAWN:
        return Suppress(SuppressionReason.NO_CONSENT)
    if reach.consent is Standing.UNDECIDED or reach.time_zone is None:
        stale_at = queued_at + STALE_AFTER
        return Suppress(SuppressionReason.STALE) if now >= stale_at else AwaitConsent(stale_at)
    if not reach.has_address:
        return Suppress(SuppressionReason.NO_ADDRESS)
    allowed_at = next_allowed(now, hours, ZoneInfo(reach.time_zone))
    return Defer(allowed_at) if allowed_at > now else SendNow()


def decide_asked_for(reach: Reach, *, expires_at: datetime | None, now: datetime) -> Verdict:
    """Say whether what a client asked for this minute may leave: at once or, when it is of no use any more, never."""
    if expires_at is not None and now >= expires_at:
        return Suppress(SuppressionReason.STALE)
    return SendNow() if reach.has_address else Suppress(SuppressionReason.NO_ADDRESS)
