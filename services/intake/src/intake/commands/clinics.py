"""An operator says what a clinic is, and every service hears of it."""

from sqlalchemy import func, select

from intake.domain.clinics import successor
from shared.clinics import Clinic
from shared.clock import uuid7
from shared.errors import NotFound
from shared.events.intake import ClinicConfigured
from shared.store import Actor, Store, Transaction
from shared.store.clinics import load_clinic, remember_clinic
from shared.store.transaction import Origin

_OPERATOR = Actor("operator", frozenset({"operator"}))


def configure(store: Store, clinic: Clinic) -> bool:
    """Keep a clinic's facts and rules and tell everyone; returns whether that changed anything.

    The first version is as given, each later one counts up by one. Raises Refused where a text that clients agreed to
    or rules in force would be rewritten under their old version.
    """
    said_by = str(uuid7(store.clock()))
    origin = Origin("clinic.configure", said_by, said_by, subject=str(clinic.subject))
    with store.transaction(clinic.id, _OPERATOR, origin) as tx:
        # Two operators, or two processes that start together, take turns: a clinic that is new has no row to lock.
        tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"clinic/{clinic.id}"))))
        changed = successor(_known(tx), clinic)
        if changed is not None:
            remember_clinic(tx.session.connection(), changed, tx)
            tx.publish(ClinicConfigured(subject=changed.subject, clinic=changed))
    return changed is not None


def _known(tx: Transaction) -> Clinic | None:
    try:
        return load_clinic(tx.session.connection(), tx.clinic_id)
    except NotFound:
        return None
