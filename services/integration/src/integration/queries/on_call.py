"""Of whom somebody sees what they call for: their own people, and whoever they are on call for, as long as it lasts."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from integration.domain.on_call import is_called, seen_if_closed_after
from integration.models import RedFlag
from shared.clinics import ON_CALL
from shared.errors import Forbidden
from shared.store import Transaction
from shared.store.reach import Reach
from shared.web.policy import Role, allow

_ROLES = allow(*(Role(role) for role in ON_CALL))


def own_people(tx: Transaction) -> Reach:
    """Whom somebody who may be on call reaches at any time: a therapist their caseload, and others the clinic."""
    return Reach(tx.actor.id, _ROLES.conditions(tx.actor.roles))


def is_own(client_id: UUID, tx: Transaction) -> bool:
    """Whether somebody reaches more of a client than what they are called for."""
    try:
        own_people(tx).grounds(client_id, tx.session, tx.now)
    except Forbidden:
        return False
    return True


def answers_for(tx: Transaction) -> ColumnElement[bool]:
    """For a query over red flags: those that somebody may see, and say that they are on."""
    called = is_called(tx.actor.id, tx.actor.roles, tx.clinic.on_call)
    own = own_people(tx).covers(RedFlag.client_id, tx.now)
    lasting = or_(RedFlag.closed_at.is_(None), RedFlag.closed_at > seen_if_closed_after(tx.now))
    return or_(own, lasting) if called else own


def grounds_for(client_id: UUID, tx: Transaction) -> str | None:
    """On what somebody sees a client's red flags, as the audit says it.

    Forbidden, with the way out, for whoever is neither called for this client nor reaches them otherwise: the policy
    lets all who may be on call come so far, and which of them are, the clinic's own list says.
    """
    try:
        return own_people(tx).grounds(client_id, tx.session, tx.now)
    except Forbidden:
        theirs = select(RedFlag.id).where(RedFlag.client_id == client_id, answers_for(tx)).limit(1)
        if tx.session.scalar(theirs) is None:
            raise
        return "on_call"
