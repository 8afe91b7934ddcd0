"""Whom a clinic calls when somebody needs a person, and how long what they were called for is theirs to see."""

from collections.abc import Collection, Sequence
from datetime import datetime

from integration.domain.on_it import LEFT_TO_IT
from shared.clinics import OnCallStep


def is_called(staff: str, roles: Collection[str], steps: Sequence[OnCallStep]) -> bool:
    """Whether the clinic's list calls somebody, by their sign-in or their role; without a list it calls everybody."""
    return not steps or any(step.staff == staff or (step.role is not None and step.role in roles) for step in steps)


def seen_if_closed_after(now: datetime) -> datetime:
    """Since when a flag must have been closed for whoever was called for it to still see what became of it."""
    return now - LEFT_TO_IT
