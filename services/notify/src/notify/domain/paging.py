"""Who of a clinic is called when somebody asks for help, and when the next one is: until a person has closed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.clinics import Clinic, OnCallRole, OnCallStep

WITHOUT_STEPS = timedelta(minutes=5)
"""Between two calls of a clinic that has named nobody to be on call: its mailbox is called. Product default."""

_ROLES = {
    OnCallRole.PRESCRIBER: "the prescriber on call",
    OnCallRole.NURSE: "the nurse on call",
    OnCallRole.THERAPIST: "the therapist on call",
    OnCallRole.CLINIC_ADMIN: "the clinic’s admin",
    OnCallRole.MEDICAL_DIRECTOR: "the medical director",
}


@dataclass(frozen=True)
class Turn:
    """One call: whom it is for, the one who was added last at the end, and how long they have until the next."""

    called: tuple[OnCallStep, ...]
    answer_within: timedelta


def turn(number: int, steps: Sequence[OnCallStep]) -> Turn:
    """The call of that number, from 0 on.

    Each calls one step more, beside those that were called before; when all are called, all of them are called again
    and again, in the time of the last step. Only people end that: there is no last number.
    """
    if not steps:
        return Turn((), WITHOUT_STEPS)
    last = min(number, len(steps) - 1)
    return Turn(tuple(steps[: last + 1]), timedelta(minutes=steps[last].minutes))


def duties_of(called: Sequence[OnCallStep], staff_mailbox: str) -> list[str | None]:
    """To which mailboxes a call goes, each once; None is the staff's, where somebody has none of their own."""
    own = [None if step.contact == staff_mailbox else step.contact for step in called]
    return list(dict.fromkeys(own)) or [None]


def names_of(called: Sequence[OnCallStep], clinic: Clinic) -> list[str]:
    """What they are called at the clinic: by the name in its list of staff, or by their role."""
    return [_name(step, clinic) for step in called]


def _name(step: OnCallStep, clinic: Clinic) -> str:
    if step.staff is None:
        return _ROLES[step.role] if step.role is not None else "whoever is there"
    resource = clinic.resource(step.staff)
    return resource.name if resource else step.staff
