"""What an answer to a questionnaire asks for by the questionnaire's own rule, beyond that somebody is called."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

from shared.measures import instruments

C_SSRS = "c-ssrs-screener"
"""What is asked where an answer leads to the C-SSRS."""


class RiskAction(StrEnum):
    """What is to be done, each more urgent than the one before it."""

    ADMINISTER_C_SSRS = "administer_c_ssrs"
    CLINICIAN_SAME_DAY = "clinician_same_day"
    EVALUATE_AT_ONCE = "evaluate_at_once"


def most_urgent(actions: Iterable[str | None]) -> RiskAction | None:
    """The most urgent of what answers ask for. What is not known here keeps nobody from being called."""
    asked = set(actions)
    return next((action for action in reversed(RiskAction) if action in asked), None)


@cache
def sources_of(action: RiskAction) -> Mapping[str, str]:
    """Where the rules that ask for it come from, in the English of the questionnaires' own data, with whose it is."""
    found: dict[str, str] = {}
    for form in instruments():
        for item in form.items:
            if item.risk is not None and item.risk.action == action:
                found.setdefault(item.risk.source, form.title)
    return found
