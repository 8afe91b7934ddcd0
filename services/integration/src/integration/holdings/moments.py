"""Moments, and what was spoken or photographed."""

from sqlalchemy import true

from integration.domain.visibility import Visibility
from integration.holdings.sharing import drawn, seen_by
from integration.models import Attachment, Moment
from shared.store.holdings import Holding, code

HOLDINGS = [
    Holding(
        Attachment.client_id,
        "recordings and photos",
        may="moment.read",
        theirs_alone=true(),
        words={
            "made_at": "When",
            "kind": "What",
            "media_type": "Kind of file",
            "content": "How large",
            "intention_version": "Wording of the intention",
        },
        said_as={"kind": code, "content": lambda content, _: f"{len(content)} bytes"},
    ),
    Holding(
        Moment.client_id,
        "moments that you wrote down",
        may="moment.read",
        theirs_alone=Moment.visibility != Visibility.CARE_TEAM,
        shown_to_them_alone=("tags",),
        words={
            "felt_at": "When",
            "kind": "What",
            "words": "In your words",
            "drawing": "Drawn",
            "feeling": "What you felt",
            "intensity": "How strongly, of 5",
            "what_helped": "What helped",
            "tags": "Threads",
            "visibility": "Seen by, beside you",
            "written_at": "Written down",
            "shared_at": "Shared",
        },
        said_as={"kind": code, "visibility": seen_by, "drawing": drawn, "tags": lambda tags, _: ", ".join(tags)},
    ),
]
