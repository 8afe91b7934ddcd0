"""Bodies and replies of notify's doors."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import Length

from notify.domain.deliveries import DeliveryStatus, SubscriptionStatus
from notify.domain.messages import MessageStatus, Template
from notify.domain.offering import Scope
from shared.clinics import PARTNER
from shared.declared import Declared, field

_ID = "01936d3e-5f00-7000-8000-000000000041"


class MessageReply(Declared):
    """One message as the ledger shows it; never its words."""

    id: UUID = field("The message.", _ID)
    template: Template = field("What it is about.", "appointment_booked")
    channel: str = field("How it is sent: email.", "email")
    status: MessageStatus = field("What has become of it.", "sent")
    reason: str | None = field("Why it was not sent, or not yet; in fixed words.", None)
    queued_at: datetime = field("When the event called for it, UTC.", "2026-11-12T15:11:00+00:00")
    sent_at: datetime | None = field("When the mail server took it, UTC.", "2026-11-12T15:12:00+00:00")


class Subscribe(Declared):
    """What a partner shall be told, and where."""

    partner: str = field("The partner, as consents name it.", "harbor-primary-care", validate=PARTNER)
    url: str = field("Where to post: https, at a public address.", "https://partner.example/webhooks")
    types: list[str] = field("Events by name.", ["intake.clearance.decided"], validate=Length(1, 50))
    scopes: list[Scope] = field("How much of each event.", ["summary"], validate=Length(1, 3))


class SubscriptionReply(Declared):
    """What a partner is told, and where."""

    id: UUID = field("The subscription.", _ID)
    partner: str = field("The partner, as consents name it.", "harbor-primary-care")
    url: str = field("Where we post.", "https://partner.example/webhooks")
    types: list[str] = field("Events by full name.", ["intake.clearance.decided"])
    scopes: list[Scope] = field("How much of each event.", ["summary"])
    status: SubscriptionStatus = field("Whether anything is told.", "active")
    created_at: datetime = field("Events from then on are told, UTC.", "2026-11-12T15:00:00+00:00")


class NewSubscriptionReply(SubscriptionReply):
    """A subscription as its maker sees it, this once with its secret."""

    secret: str = field("Verifies our signatures (Standard Webhooks). It is not shown again.", "whsec_…")


class DeliveryReply(Declared):
    """What became of one event for one subscription; never its content."""

    id: UUID = field("The delivery, which the partner sees as webhook-id.", _ID)
    event_id: UUID = field("The event.", "01936d3e-5f00-7000-8000-000000000002")
    type: str = field("The CloudEvents type.", "afterglow.intake.clearance.decided.v1")
    sequence: int = field("The event's place among those of its publisher about the client.", 4)
    status: DeliveryStatus = field("Where it stands.", "delivered")
    attempts: int = field("How often it was tried.", 1)
    next_attempt_at: datetime = field("Not tried again before then, UTC.", "2026-11-12T15:12:00+00:00")
    last_reason: str | None = field("How the last attempt ended, or why there is none; in fixed words.", "answered 204")
    delivered_at: datetime | None = field("When the partner took it, UTC.", "2026-11-12T15:12:00+00:00")
