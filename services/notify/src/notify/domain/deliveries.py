"""What becomes of an event on its way to a partner."""

from enum import StrEnum


class SubscriptionStatus(StrEnum):
    """Whether a partner is told anything: `disabled` by the partner's own 410, `closed` by the clinic."""

    ACTIVE = "active"
    DISABLED = "disabled"
    CLOSED = "closed"


class DeliveryStatus(StrEnum):
    """Where a delivery stands. What is parked waits for a person, and its successors about the client behind it."""

    WAITING = "waiting"
    AWAITING_CONSENT = "awaiting_consent"
    FAILED_RETRYING = "failed_retrying"
    PARKED = "parked"
    DELIVERED = "delivered"
    SUPPRESSED = "suppressed"


OPEN_DELIVERIES = (
    DeliveryStatus.WAITING,
    DeliveryStatus.AWAITING_CONSENT,
    DeliveryStatus.FAILED_RETRYING,
    DeliveryStatus.PARKED,
)


class NotDelivered(StrEnum):
    """Why a delivery was suppressed."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    SUBSCRIPTION_ENDED = "subscription_ended"
    SKIPPED = "skipped_by_staff"
