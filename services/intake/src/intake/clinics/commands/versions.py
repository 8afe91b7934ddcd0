"""From one version of a clinic to the next: who changes it takes turns, and everyone hears of what is in force."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update

from intake.clinics.domain.changes import ChangeKind, ChangeStatus, begins
from intake.clinics.domain.succession import facts_in, with_facts, with_rules
from intake.clinics.models import ClinicChange, ClinicVersion
from shared.clinics import Clinic
from shared.events.intake import ClinicConfigured
from shared.store import Transaction
from shared.store.clinics import load_clinic, remember_clinic

CHANGE_DUE = "clinic_change_due"


class Author(NamedTuple):
    """Who wants something changed: the subject of their sign-in, and how it names them where it does."""

    subject: str
    name: str | None = None


def in_turn(tx: Transaction) -> Clinic:
    """The clinic as it stands, once everybody who changes it at the moment is done.

    What `tx.clinic` says may have been read before. NotFound where there is no such clinic.
    """
    take_turn(tx)
    return load_clinic(tx.session.connection(), tx.clinic_id)


def take_turn(tx: Transaction) -> None:
    """Wait until everybody who changes the clinic at the moment is done: one that is new has no row to lock."""
    tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"clinic/{tx.clinic_id}"))))


def today_at(clinic: Clinic, tx: Transaction) -> date:
    """The present day at a clinic as it stands."""
    return tx.now.astimezone(clinic.zone).date()


def keep_version(clinic: Clinic, author: Author, note: str, tx: Transaction, *, change_id: UUID | None = None) -> None:
    """A version comes into force now: it goes on record, and everyone hears of it."""
    remember_clinic(tx.session.connection(), clinic, tx)
    tx.add(
        ClinicVersion(
            clinic=clinic.id,
            version=clinic.version,
            document=clinic.dump(),
            author=author.subject,
            author_name=author.name,
            in_force_from=tx.now,
            note=note,
            change_id=change_id,
        )
    )
    tx.publish(ClinicConfigured(subject=clinic.subject, clinic=clinic))


def lay_change(
    kind: ChangeKind,
    said: dict[str, Any],
    author: Author,
    tx: Transaction,
    *,
    based_on: int,
    effective_from: date | None,
    note: str,
) -> ClinicChange:
    """What somebody wants changed goes on record, undecided: facts wait for their day alone, rules for a person."""
    return tx.add(
        ClinicChange(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            kind=kind,
            said=said,
            based_on=based_on,
            author=author.subject,
            author_name=author.name,
            said_at=tx.now,
            effective_from=effective_from,
            note=note,
            status=ChangeStatus.WAITING if kind is ChangeKind.FACTS else ChangeStatus.PROPOSED,
            decided_by=None,
            decided_by_name=None,
            decided_at=None,
            reason=None,
            became=None,
        )
    )


def take_effect(change: ClinicChange, clinic: Clinic, tx: Transaction) -> None:
    """What is decided comes into force at once where its day is here, else at the first instant of that day."""
    if change.effective_from is None or change.effective_from <= today_at(clinic, tx):
        _put_in_force(change, clinic, tx)
    else:
        change.status = ChangeStatus.WAITING
        _await_day(change, clinic, tx)


def come_due(change_id: UUID, tx: Transaction) -> None:
    """A change's day has come, unless it was taken back meanwhile, or the clinic has moved to another zone."""
    clinic = in_turn(tx)
    change = tx.one(ClinicChange, change_id)
    if change.status is ChangeStatus.WAITING:
        take_effect(change, clinic, tx)


def _put_in_force(change: ClinicChange, clinic: Clinic, tx: Transaction) -> None:
    if change.kind is ChangeKind.FACTS:
        changed = with_facts(clinic, facts_in(clinic, change.said))
    else:
        changed = with_rules(
            clinic,
            change.rules,
            effective_from=max(change.effective_from or date.min, today_at(clinic, tx)),
            approved_by=str(change.decided_by_name),
            approver=change.decided_by,
        )
        _supersede_proposals(change, tx)
    change.status, change.became = ChangeStatus.IN_FORCE, changed.version
    tx.session.flush()
    keep_version(changed, Author(change.author, change.author_name), change.note, tx, change_id=change.id)
    if changed.time_zone != clinic.time_zone:
        for other in tx.all(select(ClinicChange).where(ClinicChange.status == ChangeStatus.WAITING)):
            _await_day(other, changed, tx)


def _supersede_proposals(change: ClinicChange, tx: Transaction) -> None:
    """What was proposed on the rules that were in force till now was never compared with those that are."""
    others = update(ClinicChange).where(
        ClinicChange.kind == ChangeKind.RULES,
        ClinicChange.status == ChangeStatus.PROPOSED,
        ClinicChange.id != change.id,
    )
    tx.session.execute(others.values(status=ChangeStatus.SUPERSEDED, decided_at=tx.now))


def _await_day(change: ClinicChange, clinic: Clinic, tx: Transaction) -> None:
    """Timers of changes are never moved nor cancelled: one that fires holds its row and waits for its turn.

    Whoever has the turn must then not wait for that row. A timer for nothing does no harm.
    """
    assert change.effective_from is not None  # nosec B101 # what has no day comes into force at once.
    due_at: datetime = begins(change.effective_from, clinic.zone)
    key = f"clinic-change/{change.id}/{due_at.isoformat()}"
    tx.set_timer(CHANGE_DUE, subject=clinic.subject, due_at=due_at, key=key, change=str(change.id))
