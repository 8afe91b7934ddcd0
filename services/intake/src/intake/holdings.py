"""What intake holds about a client. A row goes before what it points to."""

from intake.access.models import SignInLink
from intake.models import Clearance, Client, Consent, ErasureRequest, Inquiry, KnownPerson, Opening, Screening
from shared.store.holdings import Holding

_NUMBER = "It says nothing of you, and would tell a clinic where else you are seen."

HOLDINGS = [
    Holding(Consent.client_id, "what you agreed to"),
    # Answers, flags and findings may tell of the use of substances (42 CFR Part 2).
    Holding(Clearance.client_id, "decisions of prescribers", shown_to_them_alone=("reviewed_flags",)),
    Holding(
        Screening.client_id,
        "what you answered before anybody decided",
        shown_to_them_alone=("answers", "flags_raised", "level"),
    ),
    Holding(Opening.client_id, "who opened your record without looking after you, and why"),
    Holding(ErasureRequest.client_id, "that somebody asked for you to be erased"),
    Holding(
        SignInLink.client_id,
        "links that you signed in by",
        secret=("sealed_address", "address_index", "origin_index"),
    ),
    Holding(KnownPerson.client_id, "by which number the network knows you", withheld=_NUMBER),
    Holding(Client.id, "who you are, and how you are reached", secret=("email_index", "person_id")),
    Holding(Inquiry.client_id, "how you reached out"),
]
