"""What notify holds about a client."""

from notify.models import Consent, Contact, Delivery, Message
from shared.store.holdings import Holding

HOLDINGS = [
    Holding(Delivery.client, "what partners were told"),
    Holding(Message.client, "messages"),
    Holding(Consent.client, "consents to be written to, or shared"),
    Holding(Contact.id, "how you are reached"),
]
