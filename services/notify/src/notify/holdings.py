"""What notify holds about a client.

A table of calls stands beside the rows that they call for, in the order in which a sender takes the two: a message
before its calls, a line's calls before its deliveries. An erasure in another order and a sender could wait for each
other. What a sender had in hand it may call for once more: such a call finds nothing, and is gone when it was heeded.
"""

from typing import Any

from notify.models import Consent, Contact, Delivery, DueDelivery, DueMessage, Message, Paging, Rest
from shared.clinics import IN_WORDS
from shared.store.holdings import Holding, code

_CALLS = "These only say when something is looked at next; what that is stands beside them."


def _fact(type_: str, _: Any) -> str:
    """`clearance decided` of `afterglow.intake.clearance.decided.v1`."""
    return code(" ".join(type_.split(".")[2:-1]), None)


HOLDINGS = [
    Holding(
        Message.client,
        "messages to you, and those that told the clinic to look",
        may="message.read",
        in_order_of=Message.queued_at,
        words={
            "template": "About",
            "audience": "To",
            "channel": "By",
            "status": "State",
            "reason": "Why not sent",
            "queued_at": "Written",
            "sent_at": "Sent",
            "expires_at": "Good until",
            "attempts": "Times that it was tried",
        },
        said_as={"reason": code},
        # Where people of the clinic are reached when they are on call is theirs.
        secret=("duty",),
        for_machines=("template_version", "turn", "path", "asked_at", "check_in"),
    ),
    Holding(
        Paging.client,
        "when people at the clinic were called for you",
        in_order_of=Paging.begun_at,
        words={
            "begun_at": "From",
            "turn": "Times that it was repeated",
            "held_at": "Somebody was on it",
            "closed_at": "Looked after",
        },
    ),
    Holding(
        Rest.client,
        "when you wanted to be asked and reminded of nothing",
        words={"until": "Until", "ended_at": "You came back"},
    ),
    Holding(DueMessage.client, "when messages are looked at", withheld=_CALLS),
    Holding(DueDelivery.client, "when what partners are told is looked at", withheld=_CALLS),
    Holding(
        Delivery.client,
        "what partners were told, or are to be told",
        may="subscription.read",
        # No door shows what was told; and a partner's part of it is less than what the client's own record has.
        shown_to_them_alone=("event",),
        in_order_of=Delivery.position,
        secret=("position",),
        words={
            "type": "About",
            "event": "What, of which a partner gets what it may know",
            "status": "State",
            "delivered_at": "Told",
            "attempts": "Times that it was tried",
            "last_reason": "What came back",
        },
        said_as={"type": _fact, "event": lambda event, _: event["data"]},
        for_machines=("subscription", "sequence", "next_attempt_at"),
    ),
    Holding(
        Consent.client,
        "what you agreed to about messages and partners",
        words={"kind": "About", "partner": "Partner", "withdrawn_at": "Taken back"},
        said_as={"kind": lambda kind, _: IN_WORDS[kind]},
    ),
    Holding(
        Contact.id,
        "how you are reached",
        words={
            "display_name": "What you want to be called",
            "email": "E-mail",
            "phone": "Telephone",
            "language": "Language",
            "time_zone": "Time zone",
        },
    ),
]
