"""Whoever takes the client home is asked by a link, and answers without signing in."""

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from sessions.commands.planning import confirm_escort
from sessions.commands.record import write
from sessions.domain.statuses import VisitStatus, require
from sessions.models import EscortLink, Visit
from sessions.schemas import ConfirmEscort, InviteEscort
from shared.errors import Refused
from shared.events.sessions import EscortDeclined
from shared.languages import phrase
from shared.store import Transaction


def invite_escort(visit_id: UUID, order: InviteEscort, tx: Transaction) -> tuple[str, datetime]:
    """Give a visit's escort a link. Returns what opens it, and until when it works.

    Its hash is kept here; where the asker sent an Idempotency-Key, so is their answer, sealed, for as long as any is.
    An earlier link ends. Another person than the one that stands there has not said yes yet.
    """
    visit = tx.one(Visit, visit_id, lock=True)
    require(
        visit.status,
        VisitStatus.BOOKED,
        VisitStatus.HELD,
        code="visit_begun",
        sentence=phrase("Escorts are asked before a visit begins. Call them, and record what they say."),
    )
    if (visit.escort_name, visit.escort_phone) != (order.name, order.phone):
        visit.escort_name, visit.escort_phone, visit.escort_confirmed_at = order.name, order.phone, None
        visit.version += 1
    token = secrets.token_urlsafe(32)
    values: dict[str, Any] = {
        "visit_id": visit.id,
        "clinic": tx.clinic_id,
        "client_id": visit.client_id,
        "key": _key(token),
        "made_at": tx.now,
        "made_by": tx.actor.id,
        "answer": None,
        "answered_at": None,
    }
    tx.session.execute(
        insert(EscortLink).values(values).on_conflict_do_update(index_elements=["visit_id"], set_=values)
    )
    return token, visit.ends_at


def asked_by(token: str, tx: Transaction, *, lock: bool = False) -> tuple[EscortLink, Visit]:
    """The link that this opens, with its visit. Refused where it was replaced, is over, or never was.

    With `lock`, the visit is ours before its link is looked at: so does whoever replaces or ends a link.
    """
    opened = select(EscortLink).where(EscortLink.key == _key(token))
    link = tx.session.scalar(opened)
    visit = None if link is None else tx.one(Visit, link.visit_id, lock=lock)
    if lock:
        link = tx.session.scalar(opened.execution_options(populate_existing=True))
    if link is None or visit is None or tx.now >= visit.ends_at:
        raise Refused("link_is_over", "This link is no longer good. Please call the clinic.")
    return link, visit


def may_answer(visit: Visit, tx: Transaction) -> bool:
    """Whether the answer can still be given, or changed: until the visit begins."""
    return visit.status in (VisitStatus.BOOKED, VisitStatus.HELD) and tx.now < visit.starts_at


def answer_escort(link: EscortLink, visit: Visit, says_yes: bool, tx: Transaction) -> None:
    """The escort says whether they come, and has the visit locked. Saying the same again changes nothing."""
    if not may_answer(visit, tx):
        raise Refused("visit_begun", "The visit has begun. Please call the clinic if something has changed.")
    if link.answer is says_yes:
        return
    link.answer, link.answered_at = says_yes, tx.now
    if says_yes:
        order = ConfirmEscort(name=str(visit.escort_name), phone=str(visit.escort_phone), confirmed=True)
        confirm_escort(visit.id, order, tx)
    else:
        visit.escort_confirmed_at, visit.version = None, visit.version + 1
        write(visit, "escort_declined", {}, tx)
        tx.publish(EscortDeclined(subject=visit.client_id, visit=visit.id))


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
