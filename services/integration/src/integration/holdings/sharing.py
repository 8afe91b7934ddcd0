"""With whom a client shares what is theirs, as their record says it."""

from integration.domain.visibility import Visibility

SEEN_BY = {
    Visibility.PRIVATE: "nobody",
    Visibility.THERAPIST: "your therapist",
    Visibility.CARE_TEAM: "your care team",
}
"""Beside the client."""


def seen_by(visibility: Visibility, row: object) -> str:
    """Who sees it, beside the client."""
    return SEEN_BY[visibility]


def drawn(drawing: str, row: object) -> str:
    """What a person is told of a drawing: that there is one. The export for machines has its lines."""
    return "a drawing"
