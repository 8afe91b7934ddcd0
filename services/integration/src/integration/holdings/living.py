"""What a client lives with for years."""

from datetime import UTC

from sqlalchemy import true

from integration.domain.visibility import Visibility
from integration.holdings.sharing import seen_by
from integration.models import Letter, LifeEvent
from shared.store.holdings import Holding


def unless_sealed(words: str, letter: Letter) -> str:
    """A letter's words once it was opened; it was promised to keep until then. The export for machines has them."""
    return words if letter.opened_at else f"sealed until {letter.opens_at.astimezone(UTC).date().isoformat()}"


HOLDINGS = [
    Holding(
        Letter.client_id,
        "letters to yourself",
        may="letter.open",
        theirs_alone=true(),
        in_order_of=Letter.written_at,
        words={"written_at": "Written", "opens_at": "Opens", "opened_at": "Opened", "words": "In your words"},
        said_as={"words": unless_sealed},
    ),
    Holding(
        LifeEvent.client_id,
        "days that matter to you",
        may="timeline.read",
        theirs_alone=LifeEvent.visibility != Visibility.CARE_TEAM,
        in_order_of=LifeEvent.happened_at,
        words={
            "happened_at": "When",
            "title": "What",
            "yearly": "Each year",
            "visibility": "Seen by, beside you",
            "noted_at": "Written down",
        },
        said_as={"visibility": seen_by},
    ),
]
