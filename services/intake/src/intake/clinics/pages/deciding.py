"""A change of a clinic, what is different by it, and what its reader may decide."""

from uuid import UUID

from flask import redirect, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from intake.clinics import queries
from intake.clinics.commands.facts import withdraw_facts
from intake.clinics.commands.rules import approve_rules, reject_rules, withdraw_rules
from intake.clinics.domain.changes import ChangeKind, ChangeStatus
from intake.clinics.models import ClinicChange
from intake.clinics.pages.showing import Page, address, by_path, clinic_pages, me, show
from intake.clinics.schemas import ApproveRules, RejectRules
from shared.store import Transaction
from shared.web.guard import may
from shared.web.problems import field_errors


@clinic_pages.get("/clinics/<clinic>/settings/changes/<uuid:change_id>", may="clinic.read")
def change(tx: Transaction, change_id: UUID) -> Page:
    """A change and what is different by it, with what the reader may decide on it."""
    return _change(tx.one(ClinicChange, change_id), tx)


@clinic_pages.post("/clinics/<clinic>/settings/changes/<uuid:change_id>/approval", may="rules.approve")
def approve(tx: Transaction, change_id: UUID) -> Response | Page:
    """Approve a proposed rule set by name."""
    try:
        said = ApproveRules.load({"printed_name": request.form.get("printed_name", "").strip()})
    except ValidationError as invalid:
        return _change(tx.one(ClinicChange, change_id), tx, invalid)
    approve_rules(change_id, tx.actor.id, said.printed_name, tx)
    return redirect(address("change", tx, change_id=change_id), 303)


@clinic_pages.post("/clinics/<clinic>/settings/changes/<uuid:change_id>/rejection", may="rules.approve")
def reject(tx: Transaction, change_id: UUID) -> Response | Page:
    """Put a proposed rule set aside, or an approved one before its day."""
    try:
        said = RejectRules.load({"reason": request.form.get("reason", "").strip()})
    except ValidationError as invalid:
        return _change(tx.one(ClinicChange, change_id), tx, invalid)
    reject_rules(change_id, me(tx), said.reason, tx)
    return redirect(address("change", tx, change_id=change_id), 303)


@clinic_pages.post("/clinics/<clinic>/settings/changes/<uuid:change_id>/withdrawal", may="clinic.change")
def withdraw_change(tx: Transaction, change_id: UUID) -> Response:
    """Take back a change of facts whose day has not come."""
    withdraw_facts(change_id, me(tx), tx)
    return redirect(address("change", tx, change_id=change_id), 303)


@clinic_pages.post("/clinics/<clinic>/settings/proposals/<uuid:change_id>/withdrawal", may="rules.propose")
def withdraw_proposal(tx: Transaction, change_id: UUID) -> Response:
    """Take one's own proposal back."""
    withdraw_rules(change_id, me(tx), tx)
    return redirect(address("change", tx, change_id=change_id), 303)


def _change(found: ClinicChange, tx: Transaction, invalid: ValidationError | None = None) -> Page:
    mine = found.author == tx.actor.id
    proposed, waiting = found.status is ChangeStatus.PROPOSED, found.status is ChangeStatus.WAITING
    about_rules = found.kind is ChangeKind.RULES
    page = show(
        "change",
        tx,
        found=found,
        difference=queries.difference_of(found, tx),
        said=request.form,
        errors={} if invalid is None else by_path(field_errors(invalid.messages)),
        may_approve=about_rules and proposed and may("rules.approve", tx) and not mine,
        may_reject=about_rules and (proposed or waiting) and may("rules.approve", tx),
        waits_for_another=about_rules and proposed and mine,
        may_withdraw=(about_rules and proposed and mine) or (not about_rules and waiting and may("clinic.change", tx)),
    )
    return page if invalid is None else (page, 422)
