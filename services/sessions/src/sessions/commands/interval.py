"""Medicine visits as other clinics of the network must know them, and what they make known here."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql.ranges import Range

from sessions import queries
from sessions.commands.record import write
from sessions.commands.turns import take_turns
from sessions.domain.interval import NOTHING, Elsewhere, check_interval
from sessions.models import Medicine, PersonOfClient, Visit
from shared.store import Transaction
from shared.web import Role


def person_in_turn(client_id: UUID, tx: Transaction) -> UUID | None:
    """Which human a client is, as far as intake has told; two clinics decide about one human one after the other.

    It comes before any other turn, so that nobody who has another one waits for it. While the client's turn is ours,
    they become nobody else: the database takes it, too, where somebody tells who they are.
    """
    take_turns([f"client:{client_id}"], tx)
    known = tx.find(PersonOfClient, client_id)
    if known is None:
        return None
    take_turns([f"person:{known.person}"], tx)
    return known.person


def check_booking(
    client_id: UUID, during: Range[datetime], gap: timedelta, reason: str | None, tx: Transaction
) -> Elsewhere:
    """Refuse a booking that is too near to medicine elsewhere, but for a prescriber's reason; returns what was near."""
    elsewhere = queries.elsewhere(client_id, during, gap, tx)
    check_interval(elsewhere, reason=reason, by_prescriber=tx.actor.has(Role.PRESCRIBER))
    return elsewhere


def check_order(visit: Visit, reason: str | None, tx: Transaction) -> None:
    """Refuse an order that is too near to medicine elsewhere, unless a prescriber went on before, or now says why."""
    person_in_turn(visit.client_id, tx)
    elsewhere = queries.elsewhere_of(visit, tx)
    if not elsewhere.within(queries.interval_decided(visit.id, tx)):
        check_interval(elsewhere, reason=reason, by_prescriber=tx.actor.has(Role.PRESCRIBER))
        note_decision(visit, elsewhere, reason, tx)


def note_decision(visit: Visit, elsewhere: Elsewhere, reason: str | None, tx: Transaction) -> None:
    """Write down that a prescriber goes on, why, and in what knowledge; nothing where nothing stood in the way."""
    if elsewhere == NOTHING:
        return
    data: dict[str, Any] = {
        "reason": reason,
        "waits_until": elsewhere.waits_until.isoformat() if elsewhere.waits_until else None,
        "planned": elsewhere.planned,
    }
    write(visit, "interval_decided", data, tx)


def plan_medicine(visit: Visit, during: Range[datetime], gap: timedelta, tx: Transaction) -> None:
    """Have other clinics know that medicine is planned for this time."""
    tx.add(
        Medicine(
            visit_id=visit.id,
            clinic=tx.clinic_id,
            client_id=visit.client_id,
            during=during,
            gap=gap,
            dosed_at=None,
        )
    )


def note_dose(visit: Visit, at: datetime, tx: Transaction) -> None:
    """Have other clinics know that medicine was given."""
    medicine = tx.one(Medicine, visit.id)
    medicine.dosed_at = max(at, medicine.dosed_at or at)


def unplan_medicine(visit: Visit, tx: Transaction) -> None:
    """The visit gives no medicine."""
    tx.session.execute(delete(Medicine).where(Medicine.visit_id == visit.id, Medicine.dosed_at.is_(None)))
