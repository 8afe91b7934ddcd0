"""What client and therapist prepare, write down and agree on."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from integration.domain.alliance import MEASURES
from integration.domain.planning import AgendaStatus, PlanKind
from integration.models import AgendaItem, CompletedVisit, Plan, PsychotherapyNote, Reading, SessionNote
from integration.queries.clients import is_allowed, is_client
from shared.clinics import AuthorisationKind
from shared.store import Transaction
from shared.web.policy import Role

VISITS_TO_CHOOSE = 12
"""Among so many of the last visits a note's is chosen."""


def agenda_of(client_id: UUID, tx: Transaction) -> Sequence[AgendaItem]:
    """All that the two brought, in the order in which they did; the policy lets nobody else ask."""
    query = select(AgendaItem).where(AgendaItem.client_id == client_id)
    return tx.all(query.order_by(AgendaItem.added_at, AgendaItem.id))


def to_bring_of(client_id: UUID, tx: Transaction) -> Sequence[AgendaItem]:
    """What waits to be talked about, in the order in which it was brought."""
    query = select(AgendaItem).where(AgendaItem.client_id == client_id, AgendaItem.status == AgendaStatus.TO_BRING)
    return tx.all(query.order_by(AgendaItem.added_at, AgendaItem.id))


def plans_of(client_id: UUID, tx: Transaction, kind: PlanKind | None = None) -> Sequence[Plan]:
    """The versions of a client's plans, the newest first.

    Client and therapist see all of them; the others of the care team those to which both have agreed, now or formerly.
    """
    return tx.all(_plans_seen(client_id, tx, kind))


def standing_plans_of(client_id: UUID, tx: Transaction, kind: PlanKind | None = None) -> Sequence[Plan]:
    """Of these versions those that nothing took the place of: of each kind what holds, and what is proposed."""
    return tx.all(_plans_seen(client_id, tx, kind).where(Plan.replaced_at.is_(None)))


def session_notes_of(client_id: UUID, tx: Transaction) -> Sequence[SessionNote]:
    """The notes of conversations in a client's record, the newest first."""
    query = select(SessionNote).where(SessionNote.client_id == client_id)
    return tx.all(query.order_by(SessionNote.written_at.desc(), SessionNote.id.desc()))


def visits_to_choose_of(client_id: UUID, tx: Transaction) -> Sequence[CompletedVisit]:
    """The last visits of a client that are over, the newest first: what a note may be about."""
    query = select(CompletedVisit).where(CompletedVisit.client_id == client_id)
    return tx.all(query.order_by(CompletedVisit.completed_at.desc()).limit(VISITS_TO_CHOOSE))


def psychotherapy_notes_for(client_id: UUID, tx: Transaction) -> Sequence[PsychotherapyNote]:
    """The notes about a client that the actor wrote, and those of others where the client allows it; newest first."""
    query = select(PsychotherapyNote).where(PsychotherapyNote.client_id == client_id)
    if not is_allowed(AuthorisationKind.PSYCHOTHERAPY_NOTES, client_id, tx):
        query = query.where(PsychotherapyNote.author == tx.actor.id)
    return tx.all(query.order_by(PsychotherapyNote.written_at.desc(), PsychotherapyNote.id))


def alliance_of(client_id: UUID, tx: Transaction) -> dict[str, list[Reading]]:
    """How client and therapist work together, as the client answered: the last two readings of each instrument."""
    query = select(Reading).where(Reading.client_id == client_id, Reading.instrument.in_(MEASURES))
    found: dict[str, list[Reading]] = {}
    for reading in tx.all(query.order_by(Reading.answered_at, Reading.id)):
        found.setdefault(reading.instrument, []).append(reading)
    return {instrument: readings[-2:] for instrument, readings in found.items()}


def _plans_seen(client_id: UUID, tx: Transaction, kind: PlanKind | None) -> Select[Plan]:
    query = select(Plan).where(Plan.client_id == client_id)
    if kind is not None:
        query = query.where(Plan.kind == kind)
    if not (is_client(client_id, tx) or tx.actor.has(Role.THERAPIST)):
        query = query.where(Plan.client_agreed_at.is_not(None), Plan.therapist_agreed_at.is_not(None))
    return query.order_by(Plan.kind, Plan.version.desc())
