"""How client and therapist work together, as the client answers it; it is for a conversation, and judges nobody."""

from collections.abc import Sequence

MEASURES = ("wai-sr", "srs")
"""The instruments that ask about it, by their ids."""


def went_down(scores: Sequence[int | None]) -> bool:
    """Whether the last score is lower than the one before it, however little: that is worth a question, no more.

    `scores` are of one instrument, by time. What is not known is no drop.
    """
    match scores:
        case [*_, int() as before, int() as last]:
            return last < before
    return False
