"""What sessions holds about a client."""

from sessions.models import Client, Consent, RedFlag
from shared.store.holdings import Holding

HOLDINGS = [
    Holding(Consent.client_id, "consents, as far as visits depend on them"),
    Holding(RedFlag.client_id, "open and closed flags, as far as visits depend on them"),
    Holding(Client.id, "your clearance and your name"),
]
