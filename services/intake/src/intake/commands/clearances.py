"""A prescriber decides, and the end of what they decided is announced in time."""

from datetime import date
from uuid import UUID

from intake.domain import clearance as rules
from intake.models import Clearance, Client, Screening
from intake.queries import newest_screening, standing_clearance
from intake.schemas.clearances import DecideClearance
from shared.errors import Refused
from shared.events.intake import ClearanceDecided, ClearanceExpired, ClearanceExpiring, ClearanceOutcome
from shared.languages import phrase
from shared.store import Transaction

EXPIRING, EXPIRED = "clearance_expiring", "clearance_expired"


def decide_clearance(screening_id: UUID, order: DecideClearance, tx: Transaction) -> Clearance:
    """A prescriber's decision becomes the client's standing clearance, and everyone hears of it."""
    screening = tx.one(Screening, screening_id)
    tx.one(Client, screening.client_id, lock=True)
    _check_newest(screening, tx)
    _check_words(order)
    findings = {reviewed.code: reviewed.finding for reviewed in order.reviewed_flags}
    rules.check_known(screening.flags, findings)
    valid_until = None
    if order.outcome.clears:
        rules.check_findings(screening.flags, findings)
        rules.check_cover(order.routes, order.weight_kg, tx.clinic.rules)
        valid_until = rules.last_day(tx.today, order.valid_days, tx.clinic.rules)
    _replace(screening.client_id, tx)
    clearance = tx.add(
        Clearance(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=screening.client_id,
            screening_id=screening.id,
            outcome=order.outcome,
            valid_until=valid_until,
            routes_cleared=list(dict.fromkeys(route.value for route in order.routes)) if valid_until else [],
            weight_kg=order.weight_kg,
            conditions=order.conditions,
            reason=order.reason,
            reviewed_flags=[reviewed.dump() for reviewed in order.reviewed_flags],
            rules_version=tx.clinic.rules.version,
            decided_at=tx.now,
            decided_by=tx.actor.id,
            replaced_at=None,
        )
    )
    _plan_end(clearance, tx)
    tx.publish(
        ClearanceDecided(
            subject=clearance.client_id,
            clearance=clearance.id,
            outcome=clearance.outcome,
            valid_until=clearance.valid_until,
            routes=clearance.routes,
            weight_kg=clearance.weight_kg,
            decided_at=clearance.decided_at,
        )
    )
    return clearance


def announce_expiring(clearance_id: UUID, warned_days: int, tx: Transaction) -> None:
    """Say that a clearance ends soon, if it still stands and this is still the warning to give."""
    valid_until = _standing_until(clearance_id, tx)
    if valid_until is None:
        return
    days_left = (valid_until - tx.today).days
    if rules.is_current(warned_days, days_left):
        clearance = tx.one(Clearance, clearance_id)
        tx.publish(
            ClearanceExpiring(
                subject=clearance.client_id, clearance=clearance.id, valid_until=valid_until, days_left=days_left
            )
        )


def announce_expired(clearance_id: UUID, tx: Transaction) -> None:
    """Say that the last day of a clearance is over, if it still stands."""
    valid_until = _standing_until(clearance_id, tx)
    if valid_until is not None:
        clearance = tx.one(Clearance, clearance_id)
        tx.publish(ClearanceExpired(subject=clearance.client_id, clearance=clearance.id, valid_until=valid_until))


def _check_newest(screening: Screening, tx: Transaction) -> None:
    newest = newest_screening(tx, screening.client_id)
    if newest.id != screening.id:
        raise Refused(
            "newer_screening",
            phrase(
                "The client has handed in a newer screening. Decide on that one; it tells what was answered"
                " differently."
            ),
            facts={"screening_id": str(newest.id), "submitted_at": newest.submitted_at},
        )


def _check_words(order: DecideClearance) -> None:
    if not order.outcome.clears and order.reason is None:
        raise Refused("reason_missing", phrase("Whoever defers or declines says why. Give a reason."))
    if order.outcome == ClearanceOutcome.CLEARED_WITH_CONDITIONS and order.conditions is None:
        sentence = phrase("Name the conditions under which the client is cleared.")
        raise Refused("conditions_missing", sentence)


def _replace(client_id: UUID, tx: Transaction) -> None:
    standing = standing_clearance(tx, client_id)
    if standing is not None:
        standing.replaced_at = tx.now
        # The database lets one decision stand: the old one must step down before the new one is written.
        tx.session.flush()


def _plan_end(clearance: Clearance, tx: Transaction) -> None:
    """Set the timers of this decision, and undo those of the one that it replaces."""
    client_id, payload = clearance.client_id, {"clearance": str(clearance.id)}
    for days in rules.WARN_DAYS_BEFORE:
        tx.cancel_timer(_key(client_id, f"{days}-days-before"))
    tx.cancel_timer(_key(client_id, "end"))
    if clearance.valid_until is None:
        return
    for days, instant in rules.warnings(clearance.valid_until, tx.clinic.zone, tx.now).items():
        key = _key(client_id, f"{days}-days-before")
        tx.set_timer(EXPIRING, subject=client_id, due_at=instant, key=key, days=days, **payload)
    end = rules.end_of(clearance.valid_until, tx.clinic.zone)
    tx.set_timer(EXPIRED, subject=client_id, due_at=end, key=_key(client_id, "end"), **payload)


def _key(client_id: UUID, what: str) -> str:
    return f"clearance/{client_id}/{what}"


def _standing_until(clearance_id: UUID, tx: Transaction) -> date | None:
    clearance = tx.one(Clearance, clearance_id)
    return clearance.valid_until if clearance.replaced_at is None else None
