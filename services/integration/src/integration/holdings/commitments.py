"""Commitments and practices."""

from sqlalchemy import true

from integration.domain.visibility import Visibility
from integration.holdings.sharing import seen_by
from integration.models import Commitment, CommitmentReview, Practice, PracticeLived
from shared.store.holdings import Holding, code

HOLDINGS = [
    Holding(
        CommitmentReview.client_id,
        "how you looked back at what you committed to",
        may="commitment.read",
        theirs_alone=true(),
        in_order_of=CommitmentReview.reviewed_at,
        words={
            "reviewed_at": "When",
            "outcome": "What became of it",
            "reflection": "In your words",
            "action_before": "What it said before",
            "planned_for_before": "Planned for, before",
            "with_whom_before": "With, before",
        },
        said_as={"outcome": code},
    ),
    Holding(
        Commitment.client_id,
        "what you committed to",
        may="commitment.read",
        theirs_alone=Commitment.visibility != Visibility.CARE_TEAM,
        words={
            "made_at": "When",
            "action": "What",
            "planned_for": "Planned for",
            "with_whom": "With",
            "status": "State",
            "visibility": "Seen by, beside you",
        },
        said_as={"status": code, "visibility": seen_by},
    ),
    Holding(
        PracticeLived.client_id,
        "when you lived your practices",
        may="practice.read",
        theirs_alone=true(),
        in_order_of=PracticeLived.lived_at,
        words={"lived_at": "When", "words": "In your words"},
    ),
    Holding(
        Practice.client_id,
        "practices",
        may="practice.read",
        theirs_alone=Practice.visibility != Visibility.CARE_TEAM,
        words={
            "begun_at": "Begun",
            "name": "What",
            "why": "What for",
            "every_days": "Every so many days",
            "remind": "You are reminded",
            "remind_at": "At",
            "status": "State",
            "visibility": "Seen by, beside you",
        },
        said_as={"status": code, "visibility": seen_by},
    ),
]
