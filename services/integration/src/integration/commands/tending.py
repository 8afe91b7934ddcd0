"""The time after a medicine visit: its window and check-ins, and what calls for a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from integration import queries
from integration.domain import checkins
from integration.models import CheckIn, RedFlag, Window
from integration.schemas import AnswerCheckIn
from shared.errors import Refused
from shared.events.integration import (
    CheckInCompleted,
    CheckInDue,
    RedFlagClosed,
    RedFlagRaised,
    RedFlagReason,
    WindowOpened,
)
from shared.languages import phrase
from shared.store import Transaction
from shared.store.erasure import erased_at


def open_window(client_id: UUID, visit_id: UUID, completed_at: datetime, tx: Transaction) -> None:
    """A medicine visit is over: open its window, once, and set a timer for each check-in."""
    if queries.window_of_visit(visit_id, tx) is not None:
        return
    times = checkins.due_times(completed_at, tx.clinic.rules.check_ins.hours_after)
    window = tx.add(
        Window(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            visit_id=visit_id,
            opened_at=completed_at,
            closes_at=max(times.values()),
        )
    )
    tx.session.flush()
    for hours, due_at in times.items():
        check_in = tx.add(
            CheckIn(
                id=tx.new_id(),
                clinic=tx.clinic_id,
                client_id=client_id,
                window_id=window.id,
                hours_after=hours,
                due_at=due_at,
                status="waiting",
                answered_at=None,
            )
        )
        tx.set_timer(
            "checkin_due", subject=client_id, due_at=due_at, key=_due_key(check_in.id), check_in=str(check_in.id)
        )
    tx.publish(
        WindowOpened(
            subject=client_id,
            window=window.id,
            visit=visit_id,
            opened_at=window.opened_at,
            closes_at=window.closes_at,
        )
    )


def ask(check_in_id: UUID, tx: Transaction) -> None:
    """The time of a check-in has come, unless it was answered early."""
    check_in = tx.one(CheckIn, check_in_id, lock=True)
    if check_in.status != "waiting":
        return
    check_in.status = "due"
    missed_at = check_in.due_at + checkins.MISSED_AFTER
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
    """A day has gone by without an answer. It may still be answered."""
    check_in = tx.one(CheckIn, check_in_id, lock=True)
    if check_in.status == "due":
        check_in.status = "missed"


@dataclass(frozen=True)
class Answered:
    """What became of an answer: whether it is `kept`, and whom to `call` at once, if that is needed."""

    check_in: CheckIn
    kept: bool
    call: str | None


def answer_check_in(client_id: UUID, check_in_id: UUID, order: AnswerCheckIn, tx: Transaction) -> Answered:
    """Keep the answers, early, in time or late, but once.

    Of a second answer a yes that calls for a person is heard, and nothing else kept. `Refused` without one.
    """
    # The timers first: one that fires holds itself and then wants the check-in. The other way round, an answer at that
    # very moment could end in a deadlock, and a call for help with it.
    tx.cancel_timer(_due_key(check_in_id))
    tx.cancel_timer(_missed_key(check_in_id))
    check_in = tx.one(CheckIn, check_in_id, of=client_id, lock=True)
    reasons = checkins.flags_of(
        help_now=order.help_now, hard_thoughts=order.hard_thoughts, burning_or_blood=order.burning_or_blood
    )
    kept = check_in.status != "completed"
    if kept:
        _keep(check_in, order, tx)
    elif not reasons:
        raise Refused("already_answered", phrase("This check-in has been answered. You can write a moment instead."))
    raise_flags(client_id, reasons, tx)
    return Answered(check_in, kept, tx.clinic.crisis_line if checkins.shows_help(reasons) else None)


def _keep(check_in: CheckIn, order: AnswerCheckIn, tx: Transaction) -> None:
    check_in.status, check_in.answered_at = "completed", tx.now
    check_in.how_are_you, check_in.slept = order.how_are_you, order.slept
    check_in.help_now, check_in.hard_thoughts = order.help_now, order.hard_thoughts
    check_in.burning_or_blood = order.burning_or_blood
    tx.publish(
        CheckInCompleted(
            subject=check_in.client_id, check_in=check_in.id, window=check_in.window_id, answered_at=tx.now
        )
    )


def raise_flags(client_id: UUID, reasons: Iterable[RedFlagReason], tx: Transaction) -> None:
    """Open a red flag for each reason; people are told, and no medicine visit starts until one has closed it."""
    for reason in reasons:
        flag = tx.add(
            RedFlag(id=tx.new_id(), clinic=tx.clinic_id, client_id=client_id, reason=reason, raised_at=tx.now)
        )
        tx.publish(RedFlagRaised(subject=client_id, flag=flag.id, reason=reason, raised_at=tx.now))


def ask_for_help(client_id: UUID, tx: Transaction) -> str:
    """The client asks for help now, known to us or not; returns whom to call meanwhile.

    Of somebody who was erased nothing is kept, not even this.
    """
    if erased_at(client_id, tx) is None:
        raise_flags(client_id, [RedFlagReason.HELP_NOW], tx)
    return tx.clinic.crisis_line


def close_flag(client_id: UUID, flag_id: UUID, note: str, tx: Transaction) -> RedFlag:
    """A person looked after it and says what was done."""
    flag = tx.one(RedFlag, flag_id, of=client_id, lock=True)
    if flag.closed_at is not None:
        raise Refused("already_closed", phrase("This red flag was closed before."), facts={"closed_by": flag.closed_by})
    flag.closed_at, flag.closed_by, flag.note = tx.now, tx.actor.id, note
    tx.publish(RedFlagClosed(subject=client_id, flag=flag.id, closed_at=tx.now))
    return flag


def _due_key(check_in_id: UUID) -> str:
    return f"checkin/{check_in_id}/due"


def _missed_key(check_in_id: UUID) -> str:
    return f"checkin/{check_in_id}/missed"
