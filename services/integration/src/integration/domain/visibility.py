"""Whose eyes something that a client keeps is for: moments, commitments, practices, days that matter.

Private is the default, and private means the client alone.
"""

from collections.abc import Set
from enum import StrEnum

from shared.web.policy import Role


class Visibility(StrEnum):
    """With whom a client shares it."""

    PRIVATE = "private"
    THERAPIST = "therapist"
    CARE_TEAM = "care_team"


_WIDTH = {Visibility.PRIVATE: 0, Visibility.THERAPIST: 1, Visibility.CARE_TEAM: 2}


def widened(before: Visibility, after: Visibility) -> bool:
    """Whether more people may see it than before."""
    return _WIDTH[after] > _WIDTH[before]


def visible_to(roles: Set[str]) -> frozenset[Visibility]:
    """With whom it has to be shared for somebody at the clinic to see it; a client sees all of their own otherwise."""
    seen: set[Visibility] = set()
    if Role.THERAPIST in roles:
        seen |= {Visibility.THERAPIST, Visibility.CARE_TEAM}
    if Role.PRESCRIBER in roles or Role.NURSE in roles:
        seen |= {Visibility.CARE_TEAM}
    return frozenset(seen)
