"""What integration reads. A moment leaves here only for the eyes that it is meant for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from integration.domain.journey import TO_THE_CARE_TEAM, TO_THE_CLIENT, Line
from integration.domain.next_step import INVITED_FOR
from integration.domain.visibility import visible_to
from integration.models import (
    Authorisation,
    BookedVisit,
    CheckIn,
    Commitment,
    CompletedVisit,
    Intention,
    Moment,
    PsychotherapyNote,
    Reading,
    RedFlag,
    Sensation,
    Window,
)
from shared.clinics import AuthorisationKind
from shared.events.integration import RedFlagReason
from shared.events.sessions import VisitKind
from shared.store import Transaction
from shared.web.policy import Role


def moments_for(client_id: UUID, tx: Transaction) -> Sequence[Moment]:
    """The client's moments that the actor may see: all of their own, or those shared with the actor's roles."""
    query = select(Moment).where(Moment.client_id == client_id)
    if not is_client(client_id, tx):
        query = query.where(Moment.visibility.in_(visible_to(tx.actor.roles)))
    return tx.all(query.order_by(Moment.felt_at.desc(), Moment.id))


def psychotherapy_notes_for(client_id: UUID, tx: Transaction) -> Sequence[PsychotherapyNote]:
    """The notes about a client that the actor wrote, and those of others where the client allows it; newest first."""
    query = select(PsychotherapyNote).where(PsychotherapyNote.client_id == client_id)
    if not is_allowed(AuthorisationKind.PSYCHOTHERAPY_NOTES, client_id, tx):
        query = query.where(PsychotherapyNote.author == tx.actor.id)
    return tx.all(query.order_by(PsychotherapyNote.written_at.desc(), PsychotherapyNote.id))


def is_allowed(kind: AuthorisationKind, client_id: UUID, tx: Transaction) -> bool:
    """Whether the client has allowed it and not taken it back."""
    in_force = select(Authorisation.id).where(
        Authorisation.client_id == client_id, Authorisation.kind == kind, Authorisation.withdrawn_at.is_(None)
    )
    return tx.session.scalars(in_force.limit(1)).first() is not None


def intentions_of(client_id: UUID, tx: Transaction) -> Sequence[Intention]:
    """A client's intentions, the newest first."""
    return tx.all(select(Intention).where(Intention.client_id == client_id).order_by(Intention.set_at.desc()))


def window_of_visit(visit_id: UUID, tx: Transaction) -> Window | None:
    """The window of a medicine visit, if it is open already."""
    return tx.session.scalars(select(Window).where(Window.visit_id == visit_id)).one_or_none()


def windows_of(client_id: UUID, tx: Transaction) -> list[dict[str, Any]]:
    """A client's windows with their check-ins, the newest first."""
    windows = tx.all(select(Window).where(Window.client_id == client_id).order_by(Window.opened_at.desc()))
    check_ins = tx.all(select(CheckIn).where(CheckIn.client_id == client_id).order_by(CheckIn.due_at))
    names = ("id", "visit_id", "opened_at", "closes_at")
    return [
        {name: getattr(window, name) for name in names}
        | {"check_ins": [check_in for check_in in check_ins if check_in.window_id == window.id]}
        for window in windows
    ]


def open_check_in_of(client_id: UUID, tx: Transaction) -> CheckIn | None:
    """The check-in to which the client is invited now: the newest that came due of late and has no answer."""
    query = select(CheckIn).where(
        CheckIn.client_id == client_id,
        CheckIn.status != "completed",
        CheckIn.due_at <= tx.now,
        CheckIn.due_at > tx.now - INVITED_FOR,
    )
    return tx.session.scalars(query.order_by(CheckIn.due_at.desc()).limit(1)).first()


def visits_ahead_of(client_id: UUID, tx: Transaction) -> Sequence[BookedVisit]:
    """A client's visits that are not over, the next one first."""
    query = select(BookedVisit).where(
        BookedVisit.client_id == client_id,
        BookedVisit.ends_at > tx.now,
        BookedVisit.cancelled.is_(False),
        BookedVisit.id.not_in(select(CompletedVisit.id).where(CompletedVisit.client_id == client_id)),
    )
    return tx.all(query.order_by(BookedVisit.starts_at, BookedVisit.id))


def medicine_visits_of(client_id: UUID, tx: Transaction) -> Sequence[datetime]:
    """When the client's medicine visits ended, by time."""
    query = select(CompletedVisit.completed_at).where(
        CompletedVisit.client_id == client_id, CompletedVisit.kind == VisitKind.MEDICINE
    )
    return tx.session.scalars(query.order_by(CompletedVisit.completed_at)).all()


def open_commitments_of(client_id: UUID, tx: Transaction) -> Sequence[Commitment]:
    """What the client has in hand, the newest first."""
    query = select(Commitment).where(Commitment.client_id == client_id, Commitment.status == "open")
    return tx.all(query.order_by(Commitment.made_at.desc(), Commitment.id))


def help_asked_at(client_id: UUID, tx: Transaction) -> datetime | None:
    """Since when somebody at the clinic is to help this client, as long as nobody has said what was done."""
    query = select(func.max(RedFlag.raised_at)).where(
        RedFlag.client_id == client_id,
        RedFlag.closed_at.is_(None),
        RedFlag.reason.in_([RedFlagReason.HELP_NOW, RedFlagReason.SUICIDALITY]),
    )
    return tx.session.scalar(query)


def flags_of(client_id: UUID, tx: Transaction) -> Sequence[RedFlag]:
    """A client's red flags, the newest first."""
    return tx.all(select(RedFlag).where(RedFlag.client_id == client_id).order_by(RedFlag.raised_at.desc()))


def readings_of(client_id: UUID, tx: Transaction) -> Sequence[Reading]:
    """A client's measures by time, the baseline among them."""
    return tx.all(select(Reading).where(Reading.client_id == client_id).order_by(Reading.answered_at, Reading.id))


def baseline_of(client_id: UUID, instrument: str, version: str, tx: Transaction) -> Reading | None:
    """The newest baseline that a screening brought for that instrument, in the same version of it."""
    query = select(Reading).where(
        Reading.client_id == client_id,
        Reading.instrument == instrument,
        Reading.version == version,
        Reading.is_baseline.is_(True),
    )
    return tx.session.scalars(query.order_by(Reading.answered_at.desc(), Reading.id.desc()).limit(1)).first()


def timeline_of(client_id: UUID, tx: Transaction) -> list[Line]:
    """A client's journey in one order, as far as the actor may see it; titles say that something is, no more."""
    own = is_client(client_id, tx)
    say = TO_THE_CLIENT if own else TO_THE_CARE_TEAM
    lines = [Line(i.set_at, "intention", say["intention"], i) for i in intentions_of(client_id, tx)]
    lines += [Line(m.felt_at, "moment", say["moment"], m, {"kind": m.kind}) for m in moments_for(client_id, tx)]
    lines += [Line(c.made_at, "commitment", say["commitment"], c) for c in _all(Commitment, client_id, tx)]
    for reading in readings_of(client_id, tx):
        scored: dict[str, str | int] = {"instrument": reading.instrument.upper(), "score": reading.score}
        lines.append(Line(reading.answered_at, "measure", say["measure"], reading, scored))
    lines += [Line(v.completed_at, "visit", say[v.kind], v) for v in _all(CompletedVisit, client_id, tx)]
    lines += [Line(w.opened_at, "window", say["window"], w) for w in _all(Window, client_id, tx)]
    for check_in in _all(CheckIn, client_id, tx):
        if check_in.answered_at is not None:
            hours = {"hours": check_in.hours_after}
            lines.append(Line(check_in.answered_at, "check_in", say["check_in"], check_in, hours))
    if own or tx.actor.has(Role.THERAPIST):
        for felt in _all(Sensation, client_id, tx):
            where = {"sensation": felt.sensation, "region": felt.region}
            lines.append(Line(felt.felt_at, "sensation", say["sensation"], felt, where))
    return sorted(lines, key=lambda line: line.at)


def is_client(client_id: UUID, tx: Transaction) -> bool:
    """Whether the actor is signed in as this very client; their id in the token of another role is not enough."""
    return tx.actor.has(Role.CLIENT) and tx.actor.client_id == client_id


def _all(model: type[Any], client_id: UUID, tx: Transaction) -> Sequence[Any]:
    return tx.all(select(model).where(model.client_id == client_id))
