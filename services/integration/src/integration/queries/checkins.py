"""Windows and check-ins."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from integration.domain.checkins import UNANSWERED, CheckInStatus
from integration.domain.next_step import CHECK_IN_OFFERED_FOR
from integration.models import CheckIn, Rest, Window
from shared.store import Transaction


def window_of_visit(visit_id: UUID, tx: Transaction) -> Window | None:
    """The window of a medicine visit, if it is open already."""
    return tx.session.scalars(select(Window).where(Window.visit_id == visit_id)).one_or_none()


def windows_of(client_id: UUID, tx: Transaction, *, most: int | None = None) -> list[dict[str, Any]]:
    """A client's windows with their check-ins, the newest first: all of them, or so many at `most`."""
    query = select(Window).where(Window.client_id == client_id)
    windows = tx.all(query.order_by(Window.opened_at.desc(), Window.id.desc()).limit(most))
    within = select(CheckIn).where(CheckIn.window_id.in_([window.id for window in windows]))
    check_ins = tx.all(within.order_by(CheckIn.due_at, CheckIn.id))
    names = ("id", "visit_id", "opened_at", "closes_at")
    return [
        {name: getattr(window, name) for name in names}
        | {"check_ins": [check_in for check_in in check_ins if check_in.window_id == window.id]}
        for window in windows
    ]


def check_ins_of(client_id: UUID, tx: Transaction) -> Sequence[CheckIn]:
    """A client's check-ins with what they answered, by time."""
    return tx.all(select(CheckIn).where(CheckIn.client_id == client_id).order_by(CheckIn.due_at, CheckIn.id))


def waiting_of(client_id: UUID, tx: Transaction) -> list[tuple[CheckIn, Window]]:
    """The check-ins whose time has not come, each with its window, by time."""
    query = select(CheckIn, Window).join(Window, Window.id == CheckIn.window_id)
    query = query.where(CheckIn.client_id == client_id, CheckIn.status == CheckInStatus.WAITING)
    return [(row[0], row[1]) for row in tx.session.execute(query.order_by(CheckIn.due_at, CheckIn.id))]


def open_check_in_of(client_id: UUID, tx: Transaction) -> CheckIn | None:
    """The check-in to which the client is invited now: the newest that came due of late, and neither answered nor left
    out. None while they rest.
    """
    query = select(CheckIn).where(
        CheckIn.client_id == client_id,
        CheckIn.status.in_(UNANSWERED),
        CheckIn.due_at <= tx.now,
        CheckIn.due_at > tx.now - CHECK_IN_OFFERED_FOR,
    )
    found = tx.session.scalars(query.order_by(CheckIn.due_at.desc()).limit(1)).first()
    return None if found is None or rest_of(client_id, tx) is not None else found


def rest_of(client_id: UUID, tx: Transaction) -> Rest | None:
    """The rest that a client has chosen and not ended: meanwhile they are asked and reminded of nothing."""
    query = select(Rest).where(
        Rest.client_id == client_id, Rest.ended_at.is_(None), or_(Rest.until.is_(None), Rest.until > tx.now)
    )
    return tx.session.scalars(query.order_by(Rest.begun_at.desc()).limit(1)).first()
