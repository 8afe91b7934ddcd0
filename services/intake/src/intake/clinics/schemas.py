"""What is said about a clinic's settings, and what is answered."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from marshmallow import missing

from intake.clinics.domain.changes import ChangeKind, ChangeStatus
from intake.schemas.examples import AN_ID, AN_INSTANT
from intake.schemas.text import words
from shared.clinics import (
    Buffers,
    Clinic,
    ClinicFacts,
    ConsentText,
    OnCallStep,
    OpeningHours,
    QuietHours,
    Resource,
    Retention,
    RuleSet,
    VisitLengths,
)
from shared.declared import Declared, declared_fields, field


def _as_in_facts(name: str) -> Any:
    """The clinic's own field of that name, which may be left out here."""
    spec = declared_fields(ClinicFacts)[name].metadata
    return field(spec["description"], spec["example"], default=missing, validate=spec["validate"])


class ChangeClinic(Declared):
    """Facts that change: what is absent stays; a list, or a group, is said as a whole."""

    name: str = _as_in_facts("name")
    sender_name: str = _as_in_facts("sender_name")
    time_zone: str = _as_in_facts("time_zone")
    staff_mailbox: str = _as_in_facts("staff_mailbox")
    crisis_line: str = _as_in_facts("crisis_line")
    quiet_hours: QuietHours = _as_in_facts("quiet_hours")
    visit_minutes: VisitLengths = _as_in_facts("visit_minutes")
    resources: list[Resource] = _as_in_facts("resources")
    consent_texts: list[ConsentText] = _as_in_facts("consent_texts")
    network: str | None = _as_in_facts("network")
    opening_hours: list[OpeningHours] = _as_in_facts("opening_hours")
    buffers: Buffers | None = _as_in_facts("buffers")
    on_call: list[OnCallStep] = _as_in_facts("on_call")
    retention: list[Retention] = _as_in_facts("retention")
    effective_from: date | None = field(
        "From this day on, clinic-local; at once where none is said.", None, default=None
    )
    note: str = field("Why, without personal data; it stays on record.", "We open on Saturdays.", validate=words(500))

    def facts(self) -> dict[str, Any]:
        """The facts that are to change, by name."""
        values = {name: getattr(self, name) for name in declared_fields(ClinicFacts)}
        return {name: value for name, value in values.items() if value is not missing}


class ProposeRules(Declared):
    """A whole rule set in the place of the one in force."""

    rules: RuleSet = field("All of it, also what stays as it is.", RuleSet.sample_data())
    based_on: int = field("The version of the rules in force from which you began.", 1)
    effective_from: date | None = field(
        "From this day on, clinic-local; as soon as it is approved where none is said.", "2026-12-01", default=None
    )
    note: str = field("Why, for whoever approves it; it stays on record.", "Shorter clearances.", validate=words(500))


class ApproveRules(Declared):
    """A medical director puts their name to a rule set."""

    printed_name: str = field("The name under which it is in force.", "Dr. Ines Okafor", validate=words(120))


class RejectRules(Declared):
    """A medical director puts a rule set aside."""

    reason: str = field("Why; it stays on record.", "The hold must not be higher.", validate=words(500))


class WithdrawChange(Declared):
    """Nothing more needs to be said."""


class ChangeReply(Declared):
    """What somebody wants changed, and what became of it."""

    id: UUID = field("The change.", AN_ID)
    kind: ChangeKind = field("Whether facts change or the rule set.", "rules")
    status: ChangeStatus = field("What has become of it.", "proposed")
    author: str = field("The subject of whose sign-in it was said with, or the operator.", "clinic-admin-at-maple")
    author_name: str | None = field("How that sign-in names them, where it does.", "Theo Marchetti")
    said_at: datetime = field("UTC.", AN_INSTANT)
    effective_from: date | None = field("From this day on, clinic-local; null: as soon as may be.", "2026-12-01")
    note: str = field("Why.", "Shorter clearances.")
    based_on: int = field("The version of the clinic, or of its rules, that was in force when it was said.", 1)
    decided_by: str | None = field("Who approved, rejected or withdrew it.", None)
    decided_by_name: str | None = field("Their name; of who approved it, as they printed it.", None)
    decided_at: datetime | None = field("UTC.", None)
    reason: str | None = field("Why it was rejected.", None)
    became: int | None = field("The clinic's version that it led to; null: none.", None)


class DifferenceReply(Declared):
    """One value that is another."""

    what: str = field("Which, as people say it.", "Clearance days › Value")
    before: str | None = field("What it was; null: not there.", "90")
    after: str | None = field("What it is or would be; null: not there.", "60")


class ChangeDetail(ChangeReply):
    """A change with all that it says."""

    said: Any = field("The facts that change, or the whole rule set.", {"name": "Maple Street"})
    difference: list[DifferenceReply] = field(
        "What that changes of what it is based on.", [DifferenceReply.sample_data()]
    )


class ClinicReply(Declared):
    """A clinic as it is now, and what is to change; the ETag is needed to change its facts."""

    version: int = field("Counts up with every change that comes into force.", 1)
    clinic: Clinic = field("What is in force.", Clinic.sample_data())
    changes: list[ChangeReply] = field("What waits for a decision or for its day.", [ChangeReply.sample_data()])


class OnDay(Declared):
    """Which day's."""

    on: date | None = field("A day of the clinic's calendar; without it today.", "2026-12-01", default=None)


class VersionReply(Declared):
    """A version of the clinic, without what it says."""

    version: int = field("Which.", 1)
    author: str = field("Who wanted what is new in it.", "clinic-admin-at-maple")
    author_name: str | None = field("How their sign-in names them, where it does.", "Theo Marchetti")
    in_force_from: datetime = field("From this moment on, until the next version; UTC.", AN_INSTANT)
    note: str = field("Why.", "We open on Saturdays.")
    change_id: UUID | None = field("The change that led to it; null: the first one, or an operator's.", AN_ID)
    rules_version: int = field("The clinical rule set in force with it.", 1)
    rules_approved_by: str = field("Who approved that set.", "Dr. Ines Okafor")


class VersionDetail(VersionReply):
    """A version of the clinic as it was in force."""

    clinic: Clinic = field("All of it.", Clinic.sample_data())
    difference: list[DifferenceReply] = field(
        "What was new in it; empty in the first.", [DifferenceReply.sample_data()]
    )
