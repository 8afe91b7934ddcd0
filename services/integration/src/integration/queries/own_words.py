"""What a client said in words about something in their journey. For their eyes alone: nothing of others asks here."""

from integration.models import (
    CheckIn,
    Commitment,
    CommitmentReview,
    Intention,
    Letter,
    LifeEvent,
    Moment,
    Practice,
    PracticeLived,
    Sensation,
)


def words_of(thing: object) -> str | None:
    """The words themselves; None where there are none, and of a letter before it was opened."""
    match thing:
        case Intention() | Moment() | PracticeLived():
            return thing.words
        case Commitment():
            return thing.action
        case CommitmentReview():
            return thing.reflection
        case Practice():
            return thing.name
        case LifeEvent():
            return thing.title
        case CheckIn():
            return thing.how_are_you
        case Sensation():
            return thing.quality
        case Letter():
            return thing.words if thing.opened_at else None
    return None
