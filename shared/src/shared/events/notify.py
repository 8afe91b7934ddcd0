"""What notify tells the others: what became of a message, and of a partner's subscription."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.events.language import Event, open_


class SuppressionReason(StrEnum):
    """Why a message was not sent."""

    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"
    STALE = "stale"


class DisabledReason(StrEnum):
    """Why a partner is told nothing more."""

    GONE = "gone"


class SubscriptionDisabled(Event, name="notify.subscription.disabled", about="subscription"):
    """A partner's address said that it is gone for good (HTTP 410); what still waited for it is suppressed."""

    partner: str = open_("The partner.", "harbor-primary-care")
    reason: DisabledReason = open_("Why.", "gone")


class MessageSent(Event, name="notify.message.sent"):
    """A message left for a client: the mail server took it."""

    message: UUID = open_("The message.", "01936d3e-5f00-7000-8000-000000000040")
    template: str = open_("Which message it was.", "appointment_booked")
    channel: str = open_("email.", "email")
    sent_at: datetime = open_("UTC.", "2026-11-12T15:12:00+00:00")


class MessageSuppressed(Event, name="notify.message.suppressed"):
    """A message for a client was not sent, for a reason that the client may ask about."""

    message: UUID = open_("The message.", "01936d3e-5f00-7000-8000-000000000040")
    template: str = open_("Which message it was.", "appointment_booked")
    reason: SuppressionReason = open_("Why not.", "no_consent")


class MessageFailed(Event, name="notify.message.failed"):
    """A message for a client was refused for good; a person should reach them in another way."""

    message: UUID = open_("The message.", "01936d3e-5f00-7000-8000-000000000040")
    template: str = open_("Which message it was.", "appointment_booked")
    channel: str = open_("email.", "email")
