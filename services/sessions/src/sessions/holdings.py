"""What sessions holds about a client."""

from sessions.models import Client, Consent, EscortLink, RedFlag
from shared.store.holdings import Holding

HOLDINGS = [
    Holding(EscortLink.client_id, "what whoever takes you home has answered", secret=("key",)),
    Holding(Consent.client_id, "consents, as far as visits depend on them"),
    Holding(RedFlag.client_id, "open and closed flags, as far as visits depend on them"),
    Holding(Client.id, "your clearance and your name"),
]
