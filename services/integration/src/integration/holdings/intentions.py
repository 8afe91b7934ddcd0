"""Intentions, and what they said before."""

from integration.holdings.sharing import drawn
from integration.models import EarlierIntention, Intention, IntentionForVisit
from shared.store.holdings import Holding, code

HOLDINGS = [
    Holding(
        EarlierIntention.client_id,
        "what your intentions said before",
        may="intention.read",
        in_order_of=EarlierIntention.until,
        words={
            "until": "Until",
            "question": "About",
            "words": "In your words",
            "drawing": "Drawn",
            "version": "Version",
        },
        said_as={"drawing": drawn},
    ),
    Holding(
        IntentionForVisit.client_id,
        "intentions that you carried into visits",
        may="intention.read",
        words={"linked_at": "When"},
    ),
    Holding(
        Intention.client_id,
        "intentions",
        may="intention.read",
        words={
            "set_at": "When",
            "question": "About",
            "words": "In your words",
            "drawing": "Drawn",
            "status": "State",
            "version": "Version",
            "changed_at": "Changed",
        },
        said_as={"status": code, "drawing": drawn},
    ),
]
