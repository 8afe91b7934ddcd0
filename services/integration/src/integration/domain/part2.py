"""What falls under 42 CFR Part 2, the use of substances, and who sees it: decision 0018 says why it is so.

Whoever is not to see it is told nothing by its absence either: it is left out of every list, picture and event.
"""

from collections.abc import Set as AbstractSet

from shared.measures import instruments
from shared.web.policy import Role

SUBSTANCE_USE = frozenset(instrument.id for instrument in instruments() if instrument.substance_use)
"""The instruments that ask for it. That somebody was asked is a record of it too."""

MUST_KNOW = frozenset({Role.CLIENT, Role.PRESCRIBER, Role.NURSE})
"""The client, whose it is, and who must know it so that no medicine harms them. Others need an authorisation."""


def left_out(roles: AbstractSet[str], *, authorised: bool) -> frozenset[str]:
    """The instruments that somebody in these roles is not shown."""
    return frozenset() if authorised or MUST_KNOW & roles else SUBSTANCE_USE
