"""What falls under 42 CFR Part 2, the use of substances, and who sees it: decision 0018 says why it is so.

Whoever is not to see it is told nothing by its absence either: the questions about it are withheld from them whatever
was answered, and a flag about it is left out, where a flag named `withheld` would say that there is one.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from intake.domain.screening import Flag, ScreeningForm
from shared.web.policy import Role

MUST_KNOW = frozenset({Role.CLIENT, Role.PRESCRIBER, Role.NURSE})
"""The client, whose it is, and who must know it so that no medicine harms them. Others need an authorisation."""


def sees(roles: AbstractSet[str], *, authorised: bool) -> bool:
    """Whether somebody in these roles sees it."""
    return authorised or bool(MUST_KNOW & roles)


def questions(form: ScreeningForm) -> list[str]:
    """The ids of the questions whose answers fall under it."""
    return [question.id for question in form.questions if question.part2]


def left_out(flags: Sequence[Flag]) -> list[Flag]:
    """The flags without those that fall under it."""
    return [flag for flag in flags if not flag.part2]
