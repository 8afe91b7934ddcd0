"""How a clinic's versions and the changes that wait are told: to people in rows, to programs in JSON types."""

from collections.abc import Iterator
from typing import Any

from intake.clinics.domain.changes import ChangeStatus
from intake.clinics.models import ClinicChange
from intake.clinics.queries import VersionLine
from shared.console import Column, Line, toned

VERSIONS = [
    Column("version", numeric=True),
    Column("in force since (UTC)"),
    Column("who"),
    Column("rules", numeric=True),
    Column("approved by", prose=True),
    Column("note", prose=True),
]
CHANGES = [Column("waits"), Column("id"), Column("from"), Column("who"), Column("note", prose=True)]


def told(clinic: str, changed: ClinicChange | None, proposed: ClinicChange | None) -> Iterator[str]:
    """What came of a change: it is in force, it waits for its day, or for somebody who approves it."""
    if changed is not None:
        waits = changed.status is ChangeStatus.WAITING
        yield f"{clinic}: " + (f"changes on {changed.effective_from}" if waits else f"version {changed.became}")
    if proposed is not None:
        yield f"{clinic}: the rules are proposed ({proposed.id})"
        yield f"  They are in force once a medical director approves them: /intake/clinics/{clinic}/settings"
    if changed is None and proposed is None:
        yield f"{clinic}: unchanged"


def version_row(row: VersionLine) -> tuple[Line, ...]:
    """A row of VERSIONS."""
    since = f"{row.in_force_from:%Y-%m-%d %H:%M}"
    by, approver = f"by {row.author_name or row.author}", row.rules_approved_by or ""
    return str(row.version), since, by, str(row.rules_version), approver, row.note


def change_row(change: ClinicChange) -> tuple[Line, ...]:
    """A row of CHANGES."""
    day = str(change.effective_from or "")
    kind = toned(f"{change.status}: {change.kind}", "waits")
    return kind, str(change.id), day, f"by {change.author_name or change.author}", change.note


def change_document(change: ClinicChange) -> dict[str, Any]:
    """A change in JSON types; `status` says whether it is in force."""
    day = change.effective_from
    return {
        "id": str(change.id),
        "kind": change.kind,
        "status": change.status,
        "author": change.author,
        "effective_from": day and day.isoformat(),
        "note": change.note,
    }


def version_document(row: VersionLine) -> dict[str, Any]:
    """A version in JSON types, without the facts that were in force."""
    return {
        "version": row.version,
        "in_force_from": row.in_force_from.isoformat(),
        "author": row.author,
        "note": row.note,
        "rules_version": row.rules_version,
        "rules_approved_by": row.rules_approved_by,
    }
