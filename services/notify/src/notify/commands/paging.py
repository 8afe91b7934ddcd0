"""Calling whoever is on call, one after the other, until a person has closed what they are called for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from notify.commands.messages import lay_message
from notify.domain.messages import Template
from notify.domain.paging import duties_of, turn
from notify.models import Paging
from shared.events.envelope import Envelope
from shared.store import Transaction


def begin_calling(flag: UUID, cause: Envelope, tx: Transaction) -> None:
    """A red flag was raised: call the first now, once, and set a timer for the next."""
    row = insert(Paging).values(id=flag, clinic=tx.clinic_id, client=cause.subject, begun_at=tx.now, **_of(cause))
    if tx.session.scalar(row.on_conflict_do_nothing().returning(Paging.id)) is not None:
        _call(tx.one(Paging, flag, lock=True), tx)


def call_next(flag: UUID, tx: Transaction) -> None:
    """Nobody is on it yet, or whoever is has not closed it in time: call the next as well, or all of them again."""
    paging = tx.session.get(Paging, flag, with_for_update=True)
    if paging is not None and paging.closed_at is None:
        paging.turn, paging.held_at = paging.turn + 1, None
        _call(paging, tx)


def call_anew(flag: UUID, cause: Envelope, tx: Transaction) -> None:
    """The client called again after somebody had said that they are on it: begin with the first."""
    paging = tx.session.get(Paging, flag, with_for_update=True)
    if paging is None:
        begin_calling(flag, cause, tx)
    elif paging.held_at is not None and paging.closed_at is None:
        paging.event_id, paging.correlation_id = cause.id, cause.correlation_id
        paging.turn, paging.begun_at, paging.held_at = 0, tx.now, None
        _call(paging, tx)


def hold_calls(flag: UUID, until: datetime, tx: Transaction) -> None:
    """Somebody is on it: nobody else is called, unless it is still open then."""
    paging = _in_hand(flag, tx)
    if paging is not None and paging.closed_at is None:
        paging.held_at = tx.now
        _set_next(paging, until, tx)


def end_calls(flag: UUID, tx: Transaction) -> None:
    """A person has looked after it and closed it. What has not left yet is not sent any more."""
    paging = _in_hand(flag, tx)
    if paging is not None:
        paging.closed_at = tx.now


def _in_hand(flag: UUID, tx: Transaction) -> Paging | None:
    """The row, locked. The timer first: one that fires holds itself, and then wants the row."""
    tx.cancel_timer(_key(flag))
    return tx.session.get(Paging, flag, with_for_update=True)


def _call(paging: Paging, tx: Transaction) -> None:
    about = {"client": paging.client, "event_id": paging.event_id, "correlation_id": paging.correlation_id}
    path = f"/integration/people/{paging.client}/red-flags"
    this = turn(paging.turn, tx.clinic.on_call)
    for duty in duties_of(this.called, tx.clinic.staff_mailbox):
        lay_message(Template.HELP_WANTED, tx, about=about, path=path, turn=paging.turn, duty=duty)
    _set_next(paging, tx.now + this.answer_within, tx)


def _set_next(paging: Paging, due_at: datetime, tx: Transaction) -> None:
    tx.set_timer("call_next", subject=paging.client, due_at=due_at, key=_key(paging.id), flag=str(paging.id))


def _of(cause: Envelope) -> dict[str, object]:
    return {"event_id": cause.id, "correlation_id": cause.correlation_id, "turn": 0}


def _key(flag: UUID) -> str:
    return f"paging/{flag}"
