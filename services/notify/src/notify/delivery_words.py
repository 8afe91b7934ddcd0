"""What becomes of deliveries and subscriptions, in words for clinics and their partners."""

import re

from notify.domain.deliveries import DeliveryStatus, NotDelivered, SubscriptionStatus
from notify.domain.offering import Scope
from shared.languages import Reader, phrase

STATUS_WORDS = {
    DeliveryStatus.WAITING: phrase("On its way"),
    DeliveryStatus.AWAITING_CONSENT: phrase("Waits for the client’s agreement"),
    DeliveryStatus.FAILED_RETRYING: phrase("Failed, is tried again"),
    DeliveryStatus.PARKED: phrase("Failed, is not tried again by itself"),
    DeliveryStatus.DELIVERED: phrase("Delivered"),
    DeliveryStatus.SUPPRESSED: phrase("Not sent"),
}
STATUS_TONES = {
    DeliveryStatus.FAILED_RETRYING: "attention",
    DeliveryStatus.PARKED: "attention",
    DeliveryStatus.DELIVERED: "good",
}

SUBSCRIPTION_WORDS = {
    SubscriptionStatus.ACTIVE: phrase("Active"),
    SubscriptionStatus.DISABLED: phrase("Ended by the partner’s own answer"),
    SubscriptionStatus.CLOSED: phrase("Closed by the clinic"),
}

SCOPE_WORDS = {
    Scope.SUMMARY: phrase("that it happened"),
    Scope.CLINICAL: phrase("clinical values"),
    Scope.CONTACT: phrase("how the client is reached"),
}

_ANSWERED = re.compile(r"answered ([0-9]{3})(: redirects are not followed)?")
_REASON_WORDS = {
    NotDelivered.CONSENT_WITHDRAWN: phrase("The client has taken their agreement back."),
    NotDelivered.SUBSCRIPTION_ENDED: phrase("The subscription has ended."),
    NotDelivered.SKIPPED: phrase("Somebody at the clinic gave it up."),
    "timed out": phrase("The endpoint did not answer in time."),
    "host name not found": phrase("There is no such host."),
    "certificate not valid": phrase("The endpoint’s certificate is not valid."),
    "TLS handshake failed": phrase("No secure connection could be made."),
    "connection refused": phrase("The endpoint took no connection."),
    "network error": phrase("The network failed on the way."),
    "no whole HTTP answer": phrase("The endpoint broke off its answer."),
}


def reason_in_words(reason: str | None, reads: Reader) -> str:
    """How the last attempt ended, or why there is none. What is not among our fixed words stands as it is."""
    if reason is None:
        return ""
    answered = _ANSWERED.fullmatch(reason)
    if answered is None:
        return reads.say(_REASON_WORDS.get(reason, reason))
    if answered[2]:
        return reads.say(phrase("The endpoint answered {status}; redirects are not followed."), status=answered[1])
    return reads.say(phrase("The endpoint answered {status}."), status=answered[1])
