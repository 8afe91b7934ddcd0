"""Who did what, with whose data: the audit to search, a client's own accounting, and a client's whole record.

The same at every service, each for what it holds itself; as JSON, and as pages for people (`shared.web.audit_pages`).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from shared.declared import Declared, field
from shared.store.holdings import Lets, export
from shared.store.tables import audit as audit_table
from shared.store.transaction import Transaction
from shared.web.asked import AtMost, listed
from shared.web.context import frame
from shared.web.doors import Doors
from shared.web.guard import may_about
from shared.web.policy import Policy, Role, allow, whole_clinic

AUDITING: Policy = {
    "audit.search": whole_clinic(Role.CLINIC_ADMIN, Role.MEDICAL_DIRECTOR),
    "accounting.read": allow(Role.CLIENT, Role.CLINIC_ADMIN, Role.MEDICAL_DIRECTOR),
    "record.export": allow(Role.CLIENT, Role.CLINIC_ADMIN),
}


class Access(Declared):
    """What somebody did with a client's data, as the client is told: not from where, which is the staff's own."""

    at: datetime = field("UTC.", "2026-11-02T15:00:00+00:00")
    actor: str = field("Who: the subject of a sign-in, or the event, timer or operator.", "nurse-at-maple")
    roles: str = field("The roles in which they acted, separated by spaces.", "nurse")
    action: str = field("What, as the policy names it.", "record.read")
    outcome: str = field(
        "`done`; `shown` where it was the form alone; `repeated` where the same came again and was done before; "
        "`refused` where a form came back to be mended; `denied` where the policy, a caseload or another clinic did "
        "not let them.",
        "done",
    )
    grounds: str | None = field(
        "`role`, `own`, `caseload`, `on_call`, `link`, or `opened:` and the id of the opening.", "role"
    )


class AuditLine(Access):
    """One deed: who, on which grounds, what, with whose data, from where."""

    clients: list[UUID] = field("Whose data it was.", ["01936d3e-5f00-7000-8000-000000000001"])
    subject: str | None = field("The first id in the address.", None)
    came_from: str | None = field("The network address that asked.", "203.0.113.7")
    request_id: str = field("The request, as in its answer's X-Request-Id.", "01936d3e-5f00-7000-8000-000000000002")
    detail: dict[str, Any] | None = field("Counts and the like, where the deed has some.", None)


class AuditLines(Declared):
    """Lines of the audit, newest first."""

    items: list[AuditLine] = field("As many as were asked for.", [AuditLine.sample_data()])
    more: bool = field("Whether there are more: ask with a higher `?limit=`.", False)


class RecordPart(Declared):
    """One table of a client's record."""

    title: str = field("What it is.", "appointments")
    table: str = field("Its name in this service.", "visit")
    rows: list[dict[str, Any]] = field("Each row with its values, in clear.", [{"status": "booked"}])
    withheld: str | None = field("Why its rows are not shown, where they are not.", None)


class Disclosure(Declared):
    """Something about a client that left for somebody outside the clinic."""

    at: datetime = field("UTC.", "2026-11-12T15:00:00+00:00")
    to: str = field("To whom.", "harbor-primary-care")
    what: str = field("What.", "clearance.decided")
    grounds: str = field("On which agreement.", "consent to data sharing")


class Record(Declared):
    """Everything that this service holds about a client, and whom it was told to outside the clinic."""

    service: str = field("Which of the services.", "sessions")
    client_id: UUID = field("The client.", "01936d3e-5f00-7000-8000-000000000001")
    made_at: datetime = field("UTC.", "2026-11-12T15:00:00+00:00")
    parts: list[RecordPart] = field("Table by table.", [RecordPart.sample_data()])
    disclosures: list[Disclosure] = field("Oldest first.", [Disclosure.sample_data()])


class Accounting(Declared):
    """Who saw or changed something of a client, and what left the clinic."""

    accesses: list[Access] = field("Newest first.", [Access.sample_data()])
    more: bool = field("Whether there are more: ask with a higher `?limit=`.", False)
    disclosures: list[Disclosure] = field("What was told outside the clinic, oldest first.", [Disclosure.sample_data()])


auditing = Doors("auditing", "Who did what, with whose data.")


class Search(AtMost):
    """What to look for in the audit."""

    client: UUID | None = field("Whose data it was.", "01936d3e-5f00-7000-8000-000000000001", default=None)
    actor: str | None = field("Who did it.", "nurse-at-maple", default=None)
    action: str | None = field("What was done.", "record.read", default=None)
    outcome: str | None = field("`done`, `shown`, `repeated`, `refused` or `denied`.", "done", default=None)
    since: date | None = field("From this day on; days are the clinic's.", "2026-11-02", default=None)
    until: date | None = field("To this day, and on it.", "2026-11-02", default=None)


@auditing.get("/audit", may="audit.search", query=Search, reply=AuditLines)
def search_audit(tx: Transaction, query: Search) -> dict[str, Any]:
    """Search the audit; the newest lines come first."""
    return listed(lines(tx, query, query.limit + 1), query.limit)


@auditing.get("/clients/<uuid:client_id>/accounting", may="accounting.read", query=AtMost, reply=Accounting)
def read_accounting(tx: Transaction, query: AtMost, client_id: UUID) -> dict[str, Any]:
    """Who saw or changed something of a client here, and what was told outside the clinic."""
    found = listed(lines(tx, Search(client=client_id), query.limit + 1), query.limit)
    return {"accesses": found["items"], "more": found["more"], "disclosures": disclosures(client_id, tx)}


@auditing.get("/clients/<uuid:client_id>/record", may="record.export", reply=Record)
def export_record(tx: Transaction, client_id: UUID) -> dict[str, Any]:
    """What this service holds about a client, in clear: to the client all of it, to others what they may hand out."""
    return {
        "service": tx.service,
        "client_id": client_id,
        "made_at": tx.now,
        "parts": export(client_id, frame().service.holdings, tx, lets_about(client_id, tx)),
        "disclosures": disclosures(client_id, tx),
    }


def lines(tx: Transaction, search: Search, limit: int) -> Sequence[dict[str, Any]]:
    """Lines of the clinic's audit, newest first. Days are the clinic's."""
    table = audit_table.c
    query = select(audit_table).where(table.clinic == tx.clinic_id)
    if search.client is not None:
        query = query.where(table.clients.contains([search.client]))
    for name in ("actor", "action", "outcome"):
        value = getattr(search, name)
        if value is not None:
            query = query.where(table[name] == value)
    if search.since is not None:
        query = query.where(table.at >= _midnight(search.since, tx))
    if search.until is not None:
        query = query.where(table.at < _midnight(search.until + timedelta(days=1), tx))
    rows = tx.session.execute(query.order_by(table.position.desc()).limit(limit))
    return [dict(row) for row in rows.mappings()]


def by_day(client_id: UUID, tx: Transaction, limit: int) -> Sequence[dict[str, Any]]:
    """What was done with a client's data, one line for what somebody did in the same way on the same day at the clinic.

    `at` is the last time, and `times` how often: a page that renews itself asks many times. Newest first.
    """
    table = audit_table.c
    alike = (table.actor, table.roles, table.action, table.outcome, table.grounds)
    day = func.date_trunc("day", func.timezone(tx.clinic.zone.key, table.at))
    query = select(*alike, func.max(table.at).label("at"), func.count().label("times"))
    query = query.where(table.clinic == tx.clinic_id, table.clients.contains([client_id])).group_by(day, *alike)
    rows = tx.session.execute(query.order_by(func.max(table.position).desc()).limit(limit))
    return [dict(row) for row in rows.mappings()]


_CARE_TEAM = frozenset({Role.PRESCRIBER, Role.NURSE, Role.MEDICAL_DIRECTOR})


def lets_about(client_id: UUID, tx: Transaction) -> Lets:
    """Which tables whoever takes out a client's record may have, by the action that guards each.

    What they may read at a door; and what the care team works with, for a client who asks on paper has a right to it.
    What only the client and their therapist read leaves with the client alone.
    """
    policy = frame().service.policy
    return lambda action: may_about(action, client_id, tx) or bool(policy[action].conditions(_CARE_TEAM))


def disclosures(client_id: UUID, tx: Transaction) -> Sequence[Any]:
    """What this service has told about a client outside the clinic."""
    return frame().service.disclosures(client_id, tx)


def _midnight(day: date, tx: Transaction) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=tx.clinic.zone)
