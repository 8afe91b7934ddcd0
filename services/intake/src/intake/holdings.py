"""What intake holds about a client."""

from intake.access.models import SignInLink
from intake.models import Clearance, Client, Consent, Screening
from shared.store.holdings import Holding

HOLDINGS = [
    Holding(
        SignInLink.client_id,
        "links that you asked for to sign in, of the last day",
        secret=("sealed_address", "address_index", "origin_index"),
    ),
    Holding(Consent.client_id, "what you agreed to"),
    Holding(Clearance.client_id, "decisions of prescribers"),
    Holding(Screening.client_id, "what you answered before anybody decided"),
    Holding(Client.id, "who you are, and how you are reached"),
]
