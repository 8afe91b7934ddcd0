"""Whose eyes a moment is for. Private is the default, and private means the client alone."""

from collections.abc import Set
from enum import StrEnum

from shared.web.policy import Role


class Visibility(StrEnum):
    """With whom a client shares a moment."""

    PRIVATE = "private"
    THERAPIST = "therapist"
    CARE_TEAM = "care_team"


_WIDTH = {Visibility.PRIVATE: 0, Visibility.THERAPIST: 1, Visibility.CARE_TEAM: 2}


def widened(before: Visibility, after: Visibility) -> bool:
    """Whether more people may see it than before."""
    return _WIDTH[after] > _WIDTH[before]


def visible_to(roles: Set[str]) -> frozenset[Visibility]:
    """Which moments somebody at the clinic may see in these roles; a client sees all of their own by another way."""
    seen: set[Visibility] = set()
    if Role.THERAPIST in roles:
        seen |= {Visibility.THERAPIST, Visibility.CARE_TEAM}
    if Role.PRESCRIBER in roles or Role.NURSE in roles:
        seen |= {Visibility.CARE_TEAM}
    return frozenset(seen)
