"""The way home."""

from itertools import takewhile
from uuid import UUID

from sessions import queries
from sessions.commands.record import write
from sessions.commands.visits import close
from sessions.domain.discharge import check_discharge
from sessions.domain.statuses import VisitStatus, require
from sessions.models import Entry, Visit
from sessions.schemas import DischargeClient
from shared.errors import Refused
from shared.events.sessions import SessionDischarged
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Role


def discharge(visit_id: UUID, order: DischargeClient, tx: Transaction) -> Entry:
    """A clinician signs that the client may go home; the visit is over and its time is free."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(
        visit.status,
        VisitStatus.DOSING,
        code="not_dosed",
        sentence=phrase("Only a client who was dosed is discharged."),
    )
    backwards = reversed(queries.standing(visit.id, tx, "vitals", "dosed"))
    if not list(takewhile(lambda line: line.kind == "vitals", backwards)):
        raise Refused("after_dose_vitals_missing", "Take vitals after the last dose before the client goes home.")
    check_discharge(
        order.padss.total,
        needed=tx.clinic.rules.discharge_score.value,
        escort_present=order.escort_present,
        arrangement=order.arrangement,
        by_prescriber=tx.actor.has(Role.PRESCRIBER),
    )
    data = {
        "padss": order.padss.dump(),
        "score": order.padss.total,
        "escort_present": order.escort_present,
        "arrangement": order.arrangement,
        "signed_name": order.signed_name,
    }
    entry = write(visit, "discharged", data, tx)
    tx.publish(
        SessionDischarged(
            subject=visit.client_id,
            visit=visit.id,
            score=order.padss.total,
            with_escort=order.escort_present is True,
            at=tx.now,
        )
    )
    close(visit, tx)
    return entry
