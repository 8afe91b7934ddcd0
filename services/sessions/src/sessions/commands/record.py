"""The record of a visit: lines that are only ever added."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sessions.models import Entry, Visit
from shared.clock import lies_ahead
from shared.errors import Invalid, NotFound, Refused
from shared.languages import phrase
from shared.store import Transaction


def write(
    visit: Visit,
    kind: str,
    data: dict[str, Any],
    tx: Transaction,
    *,
    at: datetime | None = None,
    correction_of: UUID | None = None,
) -> Entry:
    """Add a line. `at` is when it happened, if not now."""
    line = tx.add(
        Entry(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=visit.client_id,
            visit_id=visit.id,
            kind=kind,
            at=at or tx.now,
            entered_at=tx.now,
            actor=tx.actor.id,
            data=data,
            correction_of=correction_of,
        )
    )
    # Each line is written by itself, so that lines of one moment keep the order in which they were added.
    tx.session.flush()
    return line


def correctable(visit: Visit, entry_id: UUID, kind: str, tx: Transaction) -> Entry:
    """The line of that kind in this visit's record, if no other line stands in its place yet."""
    line = tx.find(Entry, entry_id)
    if line is None or (line.visit_id, line.kind) != (visit.id, kind):
        raise NotFound("line in this visit's record")
    newer = tx.session.scalars(select(Entry).where(Entry.correction_of == line.id)).first()
    if newer is not None:
        raise Refused(
            "already_corrected",
            "This line was corrected before. Correct the line that stands in its place.",
            facts={"corrected_by": newer.id},
        )
    return line


def correct(visit: Visit, line: Entry, data: dict[str, Any], reason: str, tx: Transaction) -> Entry:
    """Add a line that stands in place of another one from now on; that one stays readable. The time stays the same."""
    return write(visit, line.kind, line.data | data | {"reason": reason}, tx, at=line.at, correction_of=line.id)


def moment(given: datetime | None, path: str, began: datetime, tx: Transaction) -> datetime:
    """When something of this visit happened: now, or the given moment between check-in (`began`) and now.

    Clocks may differ by five minutes; what seems to lie that near ahead counts as now.
    """
    if given is None:
        return tx.now
    if lies_ahead(given, tx.now):
        raise Invalid.at(path, "in_the_future", phrase("What has not happened yet cannot be recorded."))
    if given < began:
        message = phrase("That was before the client was checked in for this visit.")
        raise Invalid.at(path, "before_check_in", message)
    return min(given, tx.now)
