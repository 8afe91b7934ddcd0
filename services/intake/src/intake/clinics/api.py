"""Doors of a clinic's settings: what is in force, what was, what will be, and who decides on it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from intake.clinics import queries
from intake.clinics.commands.facts import change_facts, withdraw_facts
from intake.clinics.commands.rules import approve_rules, propose_rules, reject_rules, withdraw_rules
from intake.clinics.commands.versions import Author
from intake.clinics.models import ClinicChange
from intake.clinics.queries import VersionLine
from intake.clinics.schemas import (
    ApproveRules,
    ChangeClinic,
    ChangeDetail,
    ChangeReply,
    ClinicReply,
    OnDay,
    ProposeRules,
    RejectRules,
    VersionDetail,
    VersionReply,
    WithdrawChange,
)
from shared.clinics import Clinic, ClinicalRules
from shared.declared import declared_fields
from shared.store import Transaction
from shared.store.clinics import load_clinic
from shared.web import Doors

clinic_settings = Doors("clinic-settings", "A clinic's facts and clinical rules, with their versions and approvals.")


@clinic_settings.get("/clinic", may="clinic.read", reply=ClinicReply)
def read_clinic(tx: Transaction) -> ClinicReply:
    """Read what is in force at the clinic and what is to change; the ETag is needed to change its facts."""
    return _state(tx.clinic, tx)


@clinic_settings.patch("/clinic", may="clinic.change", body=ChangeClinic, reply=ClinicReply)
def change_clinic(tx: Transaction, body: ChangeClinic, version: int) -> ClinicReply:
    """Change facts of the clinic, at once or from a day on. What is absent stays."""
    change_facts(
        body.facts(),
        Author(tx.actor.id),
        tx,
        effective_from=body.effective_from,
        note=body.note,
        version=version,
    )
    return _state(load_clinic(tx.session.connection(), tx.clinic_id), tx)


@clinic_settings.get("/clinic/versions", may="clinic.read", reply=VersionReply, many=True)
def list_versions(tx: Transaction) -> list[VersionLine]:
    """What was in force at the clinic, the present version first: since when, by whom, why."""
    return queries.versions(tx)


@clinic_settings.get("/clinic/versions/<int(min=1, max=2147483647):number>", may="clinic.read", reply=VersionDetail)
def read_version(tx: Transaction, number: int) -> dict[str, Any]:
    """Read one version of the clinic as it was in force, and what was new in it."""
    found = queries.version(number, tx)
    line = asdict(VersionLine.of(found))
    return line | {"clinic": found.read(), "difference": queries.difference_to_before(found, tx)}


@clinic_settings.get("/clinic/rules", may="clinic.read", query=OnDay, reply=ClinicalRules)
def read_rules(tx: Transaction, query: OnDay) -> ClinicalRules:
    """Read the clinical rules in force, or those of a day, past or, as decided by now, to come."""
    return queries.rules_on(query.on or tx.today, tx)


@clinic_settings.post("/clinic/rules/proposals", may="rules.propose", body=ProposeRules, reply=ChangeDetail)
def propose(tx: Transaction, body: ProposeRules) -> dict[str, Any]:
    """Propose a clinical rule set. It is in force only after another person, a medical director, has approved it."""
    change = propose_rules(
        body.rules,
        Author(tx.actor.id),
        tx,
        based_on=body.based_on,
        effective_from=body.effective_from,
        note=body.note,
    )
    return _detail(change, tx)


@clinic_settings.post(
    "/clinic/rules/proposals/<uuid:proposal_id>/approval", may="rules.approve", body=ApproveRules, reply=ChangeReply
)
def approve(tx: Transaction, body: ApproveRules, proposal_id: UUID) -> ClinicChange:
    """Approve a proposed rule set by name. It comes into force on its day, or at once where that is here."""
    return approve_rules(proposal_id, tx.actor.id, body.printed_name, tx)


@clinic_settings.post(
    "/clinic/rules/proposals/<uuid:proposal_id>/rejection", may="rules.approve", body=RejectRules, reply=ChangeReply
)
def reject(tx: Transaction, body: RejectRules, proposal_id: UUID) -> ClinicChange:
    """Reject a proposed rule set, or an approved one before its day. It stays on record."""
    return reject_rules(proposal_id, Author(tx.actor.id), body.reason, tx)


@clinic_settings.post(
    "/clinic/rules/proposals/<uuid:proposal_id>/withdrawal",
    may="rules.propose",
    body=WithdrawChange,
    reply=ChangeReply,
)
def withdraw_proposal(tx: Transaction, body: WithdrawChange, proposal_id: UUID) -> ClinicChange:
    """Take one's own proposal back before it is decided."""
    return withdraw_rules(proposal_id, Author(tx.actor.id), tx)


@clinic_settings.get("/clinic/changes", may="clinic.read", reply=ChangeReply, many=True)
def list_changes(tx: Transaction) -> Sequence[ClinicChange]:
    """What is or was to change: first what waits for a decision or its day, then the others, newest first."""
    return queries.changes(tx)


@clinic_settings.get("/clinic/changes/<uuid:change_id>", may="clinic.read", reply=ChangeDetail)
def read_change(tx: Transaction, change_id: UUID) -> dict[str, Any]:
    """Read a change, and what is different by it."""
    return _detail(tx.one(ClinicChange, change_id), tx)


@clinic_settings.post(
    "/clinic/changes/<uuid:change_id>/withdrawal", may="clinic.change", body=WithdrawChange, reply=ChangeReply
)
def withdraw_change(tx: Transaction, body: WithdrawChange, change_id: UUID) -> ClinicChange:
    """Take back a change of facts whose day has not come."""
    return withdraw_facts(change_id, Author(tx.actor.id), tx)


def _state(clinic: Clinic, tx: Transaction) -> ClinicReply:
    waiting = [ChangeReply(**_columns(change, ChangeReply)) for change in queries.changes(tx, open_only=True)]
    return ClinicReply(version=clinic.version, clinic=clinic, changes=waiting)


def _detail(change: ClinicChange, tx: Transaction) -> dict[str, Any]:
    return _columns(change, ChangeReply) | {"said": change.said, "difference": queries.difference_of(change, tx)}


def _columns(change: ClinicChange, reply: type[ChangeReply]) -> dict[str, Any]:
    return {name: getattr(change, name) for name in declared_fields(reply)}
