"""A change of a clinic, what is different by it, and what its reader may decide."""

from uuid import UUID

from flask import redirect, request
from werkzeug.wrappers import Response

from intake.clinics import queries
from intake.clinics.commands.facts import withdraw_facts
from intake.clinics.commands.rules import approve_rules, reject_rules, withdraw_rules
from intake.clinics.domain.changes import ChangeKind, ChangeStatus
from intake.clinics.models import ClinicChange
from intake.clinics.pages.showing import address, clinic_pages, me, show
from intake.clinics.schemas import ApproveRules, RejectRules
from shared.languages import phrase
from shared.store import Transaction
from shared.web.face.forms import Ask, Form
from shared.web.face.showing import Page
from shared.web.guard import may


@clinic_pages.get("/clinics/<clinic>/settings/changes/<uuid:change_id>", may="clinic.read")
def change(tx: Transaction, change_id: UUID) -> Page:
    """A change and what is different by it, with what the reader may decide on it."""
    return _change(tx.one(ClinicChange, change_id), tx)


@clinic_pages.post("/clinics/<clinic>/settings/changes/<uuid:change_id>/approval", may="rules.approve")
def approve(tx: Transaction, change_id: UUID) -> Response | Page:
    """Approve a proposed rule set by name."""
    form = _approving()
    order = form.read(request.form)
    if order is None:
        return _change(tx.one(ClinicChange, change_id), tx, approving=form)
    approve_rules(change_id, tx.actor.id, order.printed_name, tx)
    return redirect(address("change", tx, change_id=change_id), 303)


@clinic_pages.post("/clinics/<clinic>/settings/changes/<uuid:change_id>/rejection", may="rules.approve")
def reject(tx: Transaction, change_id: UUID) -> Response | Page:
    """Put a proposed rule set aside, or an approved one before its day."""
    form = _rejecting()
    order = form.read(request.form)
    if order is None:
        return _change(tx.one(ClinicChange, change_id), tx, rejecting=form)
    reject_rules(change_id, me(tx), order.reason, tx)
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


def _approving() -> Form[ApproveRules]:
    ask = Ask(phrase("Your name, as it is to stand under the rules"), autocomplete="name")
    return Form(ApproveRules, {"printed_name": ask}, not_done=phrase("Nothing was approved yet"), prefix="approve-")


def _rejecting() -> Form[RejectRules]:
    ask = Ask(phrase("Why"), kind="long", rows=2)
    return Form(RejectRules, {"reason": ask}, not_done=phrase("Nothing was rejected yet"), prefix="reject-")


def _change(
    found: ClinicChange,
    tx: Transaction,
    *,
    approving: Form[ApproveRules] | None = None,
    rejecting: Form[RejectRules] | None = None,
) -> Page:
    mine = found.author == tx.actor.id
    proposed, waiting = found.status is ChangeStatus.PROPOSED, found.status is ChangeStatus.WAITING
    about_rules = found.kind is ChangeKind.RULES
    return show(
        "change",
        tx,
        *(form for form in (approving, rejecting) if form is not None),
        found=found,
        difference=queries.difference_of(found, tx),
        approving=approving or _approving(),
        rejecting=rejecting or _rejecting(),
        may_approve=about_rules and proposed and may("rules.approve", tx) and not mine,
        may_reject=about_rules and (proposed or waiting) and may("rules.approve", tx),
        waits_for_another=about_rules and proposed and mine,
        may_withdraw=(about_rules and proposed and mine) or (not about_rules and waiting and may("clinic.change", tx)),
    )
