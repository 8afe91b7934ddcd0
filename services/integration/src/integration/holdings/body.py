"""The body map."""

from sqlalchemy import true

from integration.models import Sensation
from shared.store.holdings import Holding, code

HOLDINGS = [
    Holding(
        Sensation.client_id,
        "what you placed on the body map",
        may="sensation.read",
        theirs_alone=true(),
        words={
            "felt_at": "When",
            "region": "Where",
            "side": "Side",
            "view": "Seen from",
            "sensation": "What",
            "extent": "How much of it, of 3",
            "quality": "How it felt",
            "distressing": "It troubled you",
        },
        said_as={"region": code, "side": code, "view": code, "sensation": code, "quality": code},
    ),
]
