"""The time after a medicine visit: its window and its check-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from integration.commands.flags import ask_to_read, raise_flags
from integration.domain import checkins as domain
from integration.domain.checkins import CheckInStatus
from integration.domain.reading_words import SharedWords
from integration.models import CheckIn, DosedVisit, Window
from integration.queries.checkins import rest_of, waiting_of, window_of_visit
from integration.queries.clients import medicine_visits_of, zone_of
from integration.schemas.checkins import AnswerCheckIn
from shared.errors import Refused
from shared.events.integration import (
    CheckInCompleted,
    CheckInDue,
    CheckInMissed,
    CheckInSkipped,
    RedFlagReason,
    WindowOpened,
)
from shared.languages import phrase
from shared.store import Transaction


def open_window(client_id: UUID, visit_id: UUID, completed_at: datetime, tx: Transaction) -> None:
    """A medicine visit is over: open its window, once, and set a timer for each check-in by the route of its dose."""
    if window_of_visit(visit_id, tx) is not None:
        return
    dosed, zone, rules = tx.find(DosedVisit, visit_id), zone_of(client_id, tx), tx.clinic.rules
    times = domain.due_times(completed_at, rules.check_in_hours(dosed.route if dosed else None), zone)
    closes_at = domain.closing(completed_at, rules.check_ins.tended_days, max(times.values()), zone)
    window = Window(
        id=tx.new_id(),
        clinic=tx.clinic_id,
        client_id=client_id,
        visit_id=visit_id,
        opened_at=completed_at,
        closes_at=closes_at,
    )
    others = waiting_of(client_id, tx)
    tx.add(window)
    tx.session.flush()
    for hours, due_at in times.items():
        check_in = CheckIn(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            window_id=window.id,
            hours_after=hours,
            due_at=due_at,
            status=CheckInStatus.WAITING,
        )
        _ask_once(check_in, window, others, tx)
        tx.add(check_in)
        if check_in.status is CheckInStatus.WAITING:
            _set_due(check_in, tx)
    tx.publish(
        WindowOpened(
            subject=client_id, window=window.id, visit=visit_id, opened_at=window.opened_at, closes_at=closes_at
        )
    )


def _ask_once(check_in: CheckIn, window: Window, others: list[tuple[CheckIn, Window]], tx: Transaction) -> None:
    """Where two visits would have the client asked twice within half a day, ask for the one that ended last."""
    for other, its_window in others:
        if not domain.fall_together(check_in.due_at, other.due_at):
            continue
        if its_window.opened_at > window.opened_at:
            check_in.status = CheckInStatus.JOINED
        elif other.status is CheckInStatus.WAITING:
            other.status = CheckInStatus.JOINED
            tx.cancel_timer(_due_key(other.id))


def ask_by_their_clock(client_id: UUID, tx: Transaction) -> None:
    """Where the client lives is known, or known anew: a time of day is one of their own clock from now on."""
    zone = zone_of(client_id, tx)
    for check_in, window in waiting_of(client_id, tx):
        due_at = domain.later(window.opened_at, check_in.hours_after, zone)
        if due_at != check_in.due_at and check_in.due_at > tx.now and due_at > tx.now:
            check_in.due_at = due_at
            _set_due(check_in, tx)


def ask(check_in_id: UUID, tx: Transaction) -> None:
    """The time of a check-in has come, unless it was answered early or skipped. Whoever rests is asked nothing."""
    check_in = tx.one(CheckIn, check_in_id, lock=True)
    if check_in.status is not CheckInStatus.WAITING:
        return
    if rest_of(check_in.client_id, tx) is not None:
        check_in.status = CheckInStatus.PAUSED
        return
    check_in.status = CheckInStatus.DUE
    missed_at = check_in.due_at + domain.MISSED_AFTER
    payload = {"check_in": str(check_in.id)}
    tx.set_timer(
        "checkin_missed", subject=check_in.client_id, due_at=missed_at, key=_missed_key(check_in.id), **payload
    )
    tx.publish(
        CheckInDue(
            subject=check_in.client_id,
            check_in=check_in.id,
            window=check_in.window_id,
            hours_after=check_in.hours_after,
        )
    )


def miss(check_in_id: UUID, tx: Transaction) -> None:
    """A day has gone by without an answer: somebody may want to call. It may still be answered."""
    check_in = tx.one(CheckIn, check_in_id, lock=True)
    if check_in.status is not CheckInStatus.DUE:
        return
    if rest_of(check_in.client_id, tx) is not None:
        check_in.status = CheckInStatus.PAUSED
        return
    check_in.status = CheckInStatus.MISSED
    tx.publish(
        CheckInMissed(
            subject=check_in.client_id,
            check_in=check_in.id,
            window=check_in.window_id,
            hours_after=check_in.hours_after,
        )
    )


def skip(client_id: UUID, check_in_id: UUID, tx: Transaction) -> CheckIn:
    """The client leaves it out. Nobody asks why, and nobody is called. Refused where it was answered."""
    check_in = _in_hand(client_id, check_in_id, tx)
    if check_in.status is CheckInStatus.COMPLETED:
        raise Refused("already_answered", phrase("This check-in has been answered."))
    if check_in.status is not CheckInStatus.SKIPPED:
        check_in.status = CheckInStatus.SKIPPED
        tx.publish(CheckInSkipped(subject=client_id, check_in=check_in.id, window=check_in.window_id))
    return check_in


def pause_what_is_due(client_id: UUID, tx: Transaction) -> None:
    """The client begins to rest: what they were asked and have not answered waits for them, and nobody is called."""
    due = select(CheckIn.id).where(CheckIn.client_id == client_id, CheckIn.status == CheckInStatus.DUE)
    for check_in_id in tx.session.scalars(due).all():
        check_in = _in_hand(client_id, check_in_id, tx)
        if check_in.status is CheckInStatus.DUE:
            check_in.status = CheckInStatus.PAUSED


@dataclass(frozen=True)
class Answered:
    """What became of an answer: whether it is `kept`, whom to `call` at once, where that is needed, and why."""

    check_in: CheckIn
    kept: bool
    call: str | None
    reasons: Sequence[RedFlagReason]


def answer_check_in(
    client_id: UUID, check_in_id: UUID, order: AnswerCheckIn, tx: Transaction, answered_at: datetime | None = None
) -> Answered:
    """Keep the answers, early, in time or late, but once; they are of now, unless they waited for a connection.

    By a device's clock, which may be wrong, they are not of before the visit was over.

    Of a second answer a yes that calls for a person is heard, and nothing else kept. `Refused` without one.
    """
    check_in = _in_hand(client_id, check_in_id, tx)
    at = max(answered_at or tx.now, tx.one(Window, check_in.window_id).opened_at)
    reasons = domain.flags_of(
        {question: getattr(order, question) for question in domain.ASKED}, since_medicine(check_in, tx)
    )
    kept = check_in.status is not CheckInStatus.COMPLETED
    if kept:
        _keep(check_in, order, at, tx)
    elif not reasons:
        raise Refused("already_answered", phrase("This check-in has been answered. You can write a moment instead."))
    raise_flags(client_id, reasons, tx)
    return Answered(check_in, kept, tx.clinic.crisis_line if domain.shows_help(reasons) else None, reasons)


def _keep(check_in: CheckIn, order: AnswerCheckIn, at: datetime, tx: Transaction) -> None:
    check_in.status, check_in.answered_at = CheckInStatus.COMPLETED, at
    for name in ("how_are_you", "slept", *domain.ASKED):
        setattr(check_in, name, getattr(order, name))
    tx.publish(
        CheckInCompleted(subject=check_in.client_id, check_in=check_in.id, window=check_in.window_id, answered_at=at)
    )
    ask_to_read(check_in.client_id, SharedWords.CHECK_IN, check_in.id, order.how_are_you, tx)


def since_medicine(check_in: CheckIn, tx: Transaction) -> timedelta:
    """How long ago the client's last medicine visit ended, which may be a later one than the check-in's own."""
    own = tx.one(Window, check_in.window_id).opened_at
    return tx.now - max([own, *(ended for ended in medicine_visits_of(check_in.client_id, tx) if ended <= tx.now)])


def _in_hand(client_id: UUID, check_in_id: UUID, tx: Transaction) -> CheckIn:
    """The check-in, locked, and asked no more.

    The timers first: one that fires holds itself and then wants the check-in. The other way round, an answer at that
    very moment could end in a deadlock, and a call for help with it.
    """
    tx.cancel_timer(_due_key(check_in_id))
    tx.cancel_timer(_missed_key(check_in_id))
    return tx.one(CheckIn, check_in_id, of=client_id, lock=True)


def _set_due(check_in: CheckIn, tx: Transaction) -> None:
    key, told = _due_key(check_in.id), {"check_in": str(check_in.id)}
    tx.set_timer("checkin_due", subject=check_in.client_id, due_at=check_in.due_at, key=key, **told)


def _due_key(check_in_id: UUID) -> str:
    return f"checkin/{check_in_id}/due"


def _missed_key(check_in_id: UUID) -> str:
    return f"checkin/{check_in_id}/missed"
