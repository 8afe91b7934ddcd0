"""What is read about a clinic: what is in force, what was, and what will be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, cast, select

from intake.clinics.domain.changes import OPEN, ChangeKind, ChangeStatus
from intake.clinics.domain.difference import Difference, differences
from intake.clinics.domain.succession import with_rules
from intake.clinics.models import ClinicChange, ClinicVersion
from shared.clinics import Clinic, ClinicalRules, ClinicFacts, RuleSet
from shared.errors import NotFound
from shared.store import Transaction

_RULES = ClinicVersion.document["rules"]


@dataclass(frozen=True)
class VersionLine:
    """A version of the clinic without its document, which is long."""

    version: int
    author: str
    author_name: str | None
    in_force_from: datetime
    note: str
    change_id: UUID | None
    rules_version: int
    rules_approved_by: str

    @classmethod
    def of(cls, found: ClinicVersion) -> "VersionLine":
        rules = found.document["rules"]
        return cls(
            found.version,
            found.author,
            found.author_name,
            found.in_force_from,
            found.note,
            found.change_id,
            rules["version"],
            rules["approved_by"],
        )


def versions(tx: Transaction) -> list[VersionLine]:
    """All versions of the clinic, the one in force first."""
    query = select(
        ClinicVersion.version,
        ClinicVersion.author,
        ClinicVersion.author_name,
        ClinicVersion.in_force_from,
        ClinicVersion.note,
        ClinicVersion.change_id,
        cast(_RULES["version"].astext, Integer),
        _RULES["approved_by"].astext,
    )
    return [VersionLine(*row) for row in tx.session.execute(query.order_by(ClinicVersion.version.desc()))]


def version(number: int, tx: Transaction) -> ClinicVersion:
    """One version of the clinic, as it was in force. NotFound where there was none of that number."""
    found = tx.find(ClinicVersion, (tx.clinic_id, number))
    if found is None:
        raise NotFound("version of the clinic")
    return found


def changes(tx: Transaction, *, open_only: bool = False) -> Sequence[ClinicChange]:
    """What is or was wanted: first what waits for a decision or its day, then the others, the newest first."""
    query = select(ClinicChange).order_by(
        ClinicChange.status.in_(OPEN).desc(), ClinicChange.said_at.desc(), ClinicChange.id.desc()
    )
    return tx.all(query.where(ClinicChange.status.in_(OPEN)) if open_only else query)


def waiting_rules(tx: Transaction) -> ClinicChange | None:
    """The approved rule set whose day has not come."""
    query = select(ClinicChange).where(
        ClinicChange.kind == ChangeKind.RULES, ClinicChange.status == ChangeStatus.WAITING
    )
    return tx.session.scalar(query)


def rules_on(day: date, tx: Transaction) -> ClinicalRules:
    """The clinical rules that were in force at the end of a day at the clinic or, as decided by now, will be.

    NotFound where none were.
    """
    waiting = waiting_rules(tx)
    if waiting is not None and waiting.effective_from is not None and waiting.effective_from <= day:
        return with_rules(
            tx.clinic,
            waiting.rules,
            effective_from=waiting.effective_from,
            approved_by=str(waiting.decided_by_name),
            approver=waiting.decided_by,
        ).rules
    query = (
        select(ClinicVersion)
        .where(cast(_RULES["effective_from"].astext, Date) <= day)
        .order_by(ClinicVersion.version.desc())
        .limit(1)
    )
    found = tx.session.scalar(query)
    if found is None:
        raise NotFound("rule set in force on that day")
    return found.read().rules


def difference_of(change: ClinicChange, tx: Transaction) -> list[Difference]:
    """What a change changes, or would have changed, of what was in force when it was said."""
    before = _based_on(change, tx)
    if change.kind is ChangeKind.RULES:
        return differences(RuleSet, before.rules.content.dump(), change.rules.dump())
    document = before.dump()
    return differences(ClinicFacts, {name: document[name] for name in change.said}, change.said)


def difference_to_before(found: ClinicVersion, tx: Transaction) -> list[Difference]:
    """What a version changed of the one before it; nothing where it is the first that is known."""
    before = tx.find(ClinicVersion, (tx.clinic_id, found.version - 1))
    if before is None:
        return []
    return differences(Clinic, _told(before.read()), _told(found.read()))


def _based_on(change: ClinicChange, tx: Transaction) -> Clinic:
    number = _RULES["version"].astext if change.kind is ChangeKind.RULES else ClinicVersion.version
    query = (
        select(ClinicVersion)
        .where(cast(number, Integer) == change.based_on)
        .order_by(ClinicVersion.version.desc())
        .limit(1)
    )
    found = tx.session.scalar(query)
    return tx.clinic if found is None else found.read()


def _told(clinic: Clinic) -> dict[str, Any]:
    """A document without the numbers that change with everything."""
    document = clinic.dump()
    del document["version"]
    return document
