"""What notify holds about a client.

A table of calls stands beside the rows that they call for, in the order in which a sender takes the two: a message
before its calls, a line's calls before its deliveries. An erasure in another order and a sender could wait for each
other. What a sender had in hand it may call for once more: such a call finds nothing, and is gone when it was heeded.
"""

from notify.models import Consent, Contact, Delivery, DueDelivery, DueMessage, Message
from shared.store.holdings import Holding

_CALLS = "These only say when something is looked at next; what that is stands beside them."

HOLDINGS = [
    Holding(Message.client, "messages to you, and those that told the clinic to look"),
    Holding(DueMessage.client, "when messages are looked at", withheld=_CALLS),
    Holding(DueDelivery.client, "when what partners are told is looked at", withheld=_CALLS),
    Holding(Delivery.client, "what partners were told, or are to be told", secret=("position",)),
    Holding(Consent.client, "what you agreed to about messages and partners"),
    Holding(Contact.id, "how you are reached"),
]
