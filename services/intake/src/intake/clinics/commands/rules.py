"""A clinical rule set is proposed by one person and comes into force by the name of another: a medical director."""

from datetime import date
from uuid import UUID

from intake.clinics import queries
from intake.clinics.commands.facts import require_open, withdraw
from intake.clinics.commands.versions import Author, in_turn, lay_change, take_effect, today_at
from intake.clinics.domain.changes import ChangeKind, ChangeStatus, check_day
from intake.clinics.domain.difference import differences
from intake.clinics.domain.soundness import flaws_of_rules, require_sound
from intake.clinics.models import ClinicChange
from shared.clinics import Clinic, RuleSet
from shared.errors import Forbidden, NotFound, Refused, Stale
from shared.events.intake import ClinicRulesApproved, ClinicRulesProposed, ClinicRulesRejected
from shared.measures import instruments
from shared.store import Transaction


def propose_rules(
    rules: RuleSet, author: Author, tx: Transaction, *, based_on: int, effective_from: date | None = None, note: str
) -> ClinicChange:
    """Propose a rule set in the place of the one in force; it changes nothing until a medical director approves it.

    Raises Stale unless the rules in force have the version `based_on`: a set is said as a whole, and would undo what
    was approved meanwhile. Raises Refused `rules_unchanged`, Invalid where the set does not make sense.
    """
    clinic = in_turn(tx)
    if clinic.rules.version != based_on:
        raise Stale("rules_changed", "Other rules are in force by now. Read them and propose on what stands.")
    check_day(effective_from, today_at(clinic, tx))
    check_rules(rules, below="/rules")
    if not differences(RuleSet, clinic.rules.content.dump(), rules.dump()):
        raise Refused("rules_unchanged", "These rules are in force already. Propose what is to be different.")
    change = lay_change(
        ChangeKind.RULES,
        rules.dump(),
        author,
        tx,
        based_on=based_on,
        effective_from=effective_from,
        note=note,
    )
    tx.publish(ClinicRulesProposed(subject=clinic.subject, proposal=change.id, proposed_by=author.subject))
    return change


def approve_rules(proposal_id: UUID, director: str, printed_name: str, tx: Transaction) -> ClinicChange:
    """A medical director has a proposed set come into force by their name, on its day or at once where that is here.

    An approved set that still waits for its day gives way. Raises Forbidden `own_proposal`: a set that nobody else
    has looked at is not in force.
    """
    clinic, change = _open_proposal(proposal_id, tx)
    if change.status is not ChangeStatus.PROPOSED:
        raise Refused("proposal_approved", "This rule set is approved already, and waits for its day.")
    if change.author == director:
        raise Forbidden(
            "own_proposal",
            "You proposed this rule set yourself. Have another medical director approve it, "
            "or a clinic admin propose it.",
        )
    if change.based_on != clinic.rules.version:
        raise Stale("rules_changed", "It was proposed on rules that are no longer in force. Have it proposed anew.")
    waiting = queries.waiting_rules(tx)
    if waiting is not None:
        waiting.status = ChangeStatus.SUPERSEDED
        # The database lets one approved set wait: the earlier one must step down before this one does.
        tx.session.flush()
    change.decided_by, change.decided_by_name, change.decided_at = director, printed_name, tx.now
    today = today_at(clinic, tx)
    first_day = max(change.effective_from or today, today)
    tx.publish(
        ClinicRulesApproved(subject=clinic.subject, proposal=change.id, approved_by=director, effective_from=first_day)
    )
    take_effect(change, clinic, tx)
    return change


def reject_rules(proposal_id: UUID, director: Author, reason: str, tx: Transaction) -> ClinicChange:
    """A medical director puts a proposed set aside, or an approved one before its day. It stays on record."""
    clinic, change = _open_proposal(proposal_id, tx)
    change.status, change.reason = ChangeStatus.REJECTED, reason
    change.decided_by, change.decided_by_name, change.decided_at = director.subject, director.name, tx.now
    tx.publish(ClinicRulesRejected(subject=clinic.subject, proposal=change.id, rejected_by=director.subject))
    return change


def withdraw_rules(proposal_id: UUID, author: Author, tx: Transaction) -> ClinicChange:
    """Who proposed a set takes it back, as long as nobody has decided on it."""
    _, change = _open_proposal(proposal_id, tx)
    if change.author != author.subject:
        raise Forbidden("not_your_proposal", "Only who proposed it takes it back. A medical director can reject it.")
    if change.status is not ChangeStatus.PROPOSED:
        raise Refused("proposal_approved", "This rule set is approved. A medical director can still reject it.")
    withdraw(change, author, tx)
    return change


def check_rules(rules: RuleSet, *, below: str = "") -> None:
    """Raises Invalid where a rule set does not make sense."""
    require_sound(
        flaws_of_rules(rules, {one.id for one in instruments() if one.licence.text != "paper_only"}), below=below
    )


def _open_proposal(proposal_id: UUID, tx: Transaction) -> tuple[Clinic, ClinicChange]:
    clinic = in_turn(tx)
    change = tx.one(ClinicChange, proposal_id)
    if change.kind is not ChangeKind.RULES:
        raise NotFound("proposal")
    require_open(change)
    return clinic, change
