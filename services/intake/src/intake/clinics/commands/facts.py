"""A clinic admin changes what the clinic is and how it works, now or from a day on."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from intake.clinics import queries
from intake.clinics.commands.versions import Author, in_turn, lay_change, take_effect, today_at
from intake.clinics.domain.changes import OPEN, ChangeKind, ChangeStatus, check_day
from intake.clinics.domain.naming import label
from intake.clinics.domain.soundness import flaws_of_facts, require_sound
from intake.clinics.domain.succession import facts_changed, with_facts
from intake.clinics.models import ClinicChange
from shared.errors import NotFound, Refused, Stale
from shared.languages import phrase, several
from shared.store import Transaction

_OVER = {
    ChangeStatus.IN_FORCE: phrase("This change is in force already. Say anew what you want changed."),
    ChangeStatus.REJECTED: phrase("This change is rejected already. Say anew what you want changed."),
    ChangeStatus.WITHDRAWN: phrase("This change is withdrawn already. Say anew what you want changed."),
    ChangeStatus.SUPERSEDED: phrase("This change is superseded already. Say anew what you want changed."),
}


def change_facts(
    said: Mapping[str, Any],
    author: Author,
    tx: Transaction,
    *,
    effective_from: date | None = None,
    note: str = "",
    version: int | None = None,
) -> ClinicChange | None:
    """Change facts of the clinic, at once or from the first instant of a day on; None where all is as said already.

    Raises Stale unless the clinic still has `version`, Refused `change_waits` where another change of the same fact
    waits for its day: lists are said as a whole, so that the later of the two would undo the other.
    """
    clinic = in_turn(tx)
    if version is not None and clinic.version != version:
        raise Stale("version_changed", "Somebody else changed the clinic. Read it again and decide on what stands now.")
    check_day(effective_from, today_at(clinic, tx))
    facts = facts_changed(clinic, said)
    if not facts:
        return None
    _check_alone(facts, tx)
    changed = with_facts(clinic, facts)
    require_sound(flaws_of_facts(changed))
    document = changed.dump()
    change = lay_change(
        ChangeKind.FACTS,
        {name: document[name] for name in facts},
        author,
        tx,
        based_on=clinic.version,
        effective_from=effective_from,
        note=note,
    )
    take_effect(change, clinic, tx)
    return change


def withdraw_facts(change_id: UUID, author: Author, tx: Transaction) -> ClinicChange:
    """Take back a change whose day has not come. Any admin of the clinic may: they all answer for its facts."""
    in_turn(tx)
    change = tx.one(ClinicChange, change_id)
    if change.kind is not ChangeKind.FACTS:
        raise NotFound("change of facts")
    require_open(change)
    withdraw(change, author, tx)
    return change


def withdraw(change: ClinicChange, author: Author, tx: Transaction) -> None:
    """Have a change stay on record without any effect."""
    change.status = ChangeStatus.WITHDRAWN
    change.decided_by, change.decided_by_name, change.decided_at = author.subject, author.name, tx.now


def require_open(change: ClinicChange) -> None:
    """Raises Refused `change_decided` where a change is in force, or was put aside."""
    if change.status not in OPEN:
        raise Refused(
            "change_decided",
            _OVER[change.status],
            facts={"status": change.status},
        )


def _check_alone(facts: Mapping[str, Any], tx: Transaction) -> None:
    for other in queries.changes(tx, open_only=True):
        both = sorted(set(other.said) & set(facts)) if other.kind is ChangeKind.FACTS else []
        if both:
            raise Refused(
                "change_waits",
                phrase(
                    "Another change of {names} waits for {day}. Withdraw it first, or wait.",
                    names=several(map(label, both)),
                    day=other.effective_from,
                ),
                facts={"change_id": str(other.id), "effective_from": other.effective_from, "facts": both},
            )
