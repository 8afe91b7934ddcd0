"""What an admin should know of who is called for help: nothing is wrong with it, and somebody may not be reached."""

from collections import defaultdict
from collections.abc import Iterator

from shared.clinics import ON_CALL, ClinicFacts
from shared.languages import phrase, several


def worries_of(facts: ClinicFacts) -> Iterator[str]:
    """In words, what may keep a call from reaching somebody who can help."""
    if not facts.on_call:
        yield phrase(
            "Nobody is named to be on call: each call for help goes to the staff’s mailbox, {mailbox}, alone.",
            mailbox=facts.staff_mailbox,
        )
    steps: dict[str, list[str]] = defaultdict(list)
    for number, step in enumerate(facts.on_call, 1):
        steps[step.contact or facts.staff_mailbox].append(str(number))
    for mailbox, numbers in steps.items():
        if len(numbers) > 1:
            yield phrase(
                "Steps {steps} all reach the same mailbox, {mailbox}: whoever does not read it at that hour is not"
                " called. Each step may have a contact of its own.",
                steps=several(numbers),
                mailbox=mailbox,
            )
    for number, step in enumerate(facts.on_call, 1):
        if step.role is not None and step.role not in ON_CALL:
            yield phrase(
                "Step {step} calls a clinic admin, who may not see whom a call is about, nor say that they are on it."
                " Name a clinician.",
                step=number,
            )
