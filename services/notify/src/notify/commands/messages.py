"""Queueing messages, and attending to one that is due."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, literal, select
from sqlalchemy.dialects.postgresql import insert

from notify.adapters.smtp import Mail, MailDelayed, MailRefused
from notify.domain.messages import (
    ASKING,
    KINDS,
    OPEN_MESSAGES,
    STALE_AFTER,
    Audience,
    AwaitConsent,
    Defer,
    MessageStatus,
    Reach,
    SendNow,
    Suppress,
    Template,
    decide,
    decide_asked_for,
)
from notify.domain.opening import next_open
from notify.domain.patience import mail_delay
from notify.models import Contact, DueMessage, Message
from notify.queries import consent_standing, is_over, rested_since
from notify.wording import Links, compose
from shared.clinics import Agreement
from shared.events.envelope import Envelope
from shared.events.notify import MessageFailed, MessageSent, MessageSuppressed, SuppressionReason
from shared.store import Transaction
from shared.store.transaction import Origin

log = structlog.get_logger()

EMAIL = "email"


class Attended(Enum):
    """How attending to a message went for whoever attends."""

    DONE = "done"
    IN_HAND = "in_hand"
    POST_IN_TROUBLE = "post_in_trouble"


def queue_message(
    template: Template,
    cause: Envelope,
    tx: Transaction,
    *,
    path: str = "/",
    expires_at: datetime | None = None,
    check_in: UUID | None = None,
) -> None:
    """Queue the message that an event calls for, once; `path` is where its reader finds what it is about."""
    if KINDS[template].audience is Audience.CLIENT:
        tx.keep(Contact, cause.subject)
    about = {"client": cause.subject, "event_id": cause.id, "correlation_id": cause.correlation_id}
    if KINDS[template].asks:
        about |= {"asked_at": cause.time, "check_in": check_in}
    lay_message(template, tx, about=about, path=path, expires_at=expires_at)


def lay_message(
    template: Template,
    tx: Transaction,
    *,
    about: dict[str, Any],
    path: str,
    turn: int = 0,
    duty: str | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Queue a message `about` a client for an event, once for each `turn` and each mailbox of a `duty`."""
    kind = KINDS[template]
    row = insert(Message).values(
        id=tx.new_id(),
        clinic=tx.clinic_id,
        **about,
        turn=turn,
        duty=duty,
        audience=kind.audience,
        template=template,
        template_version=kind.version,
        channel=EMAIL,
        path=path,
        status=MessageStatus.QUEUED,
        attempts=0,
        queued_at=tx.now,
        expires_at=expires_at,
    )
    message = tx.session.scalar(row.on_conflict_do_nothing().returning(Message.id))
    if message is not None:
        _call_at(tx.now, message, about["client"], tx)


def reconsider_messages(client: UUID, tx: Transaction) -> None:
    """Something about how the client may be reached has changed: look at their open messages anew.

    This only adds calls for attention, so that it never waits for a message that the sender has in hand; and the
    sender, having read what held before, finds the new call afterwards.
    """
    _call_again(tx, Message.client == client, Message.audience == Audience.CLIENT)


def reconsider_asking(client: UUID, tx: Transaction) -> None:
    """The client rests: look anew at what waits to ask them something, or has somebody call for an answer."""
    _call_again(tx, Message.client == client, Message.template.in_(ASKING))


def drop_calls(client: UUID, tx: Transaction) -> None:
    """The client was heard of: nobody needs to call for what they did not answer who was not told to yet."""
    _call_again(tx, Message.client == client, Message.template == Template.CHECKIN_MISSED, is_over=True)


def drop_check_in(client: UUID, check_in: UUID, tx: Transaction) -> None:
    """A check-in was answered or skipped: what waits to ask for it, or has somebody call for it, is not sent."""
    _call_again(tx, Message.client == client, Message.check_in == check_in, is_over=True)


def _call_again(tx: Transaction, *which: ColumnElement[bool], is_over: bool = False) -> None:
    open_ones = select(Message.clinic, Message.client, Message.id, literal(tx.now), literal(is_over)).where(
        Message.status.in_(OPEN_MESSAGES), *which
    )
    names = ["clinic", "client", "message", "due_at", "is_over"]
    tx.session.execute(insert(DueMessage).from_select(names, open_ones))


def attend_message(message_id: UUID, post: Callable[[Mail], None], links: Links, tx: Transaction) -> Attended:
    """Do with a due message what its time and its reader's wishes ask for, unless another worker has it in hand.

    The message's row is locked while `post` hands the mail over, and nothing else is.
    """
    message = tx.session.get(Message, message_id, with_for_update={"skip_locked": True})
    if message is None:
        tx.abandon()  # The call for attention stays.
        return Attended.IN_HAND
    # The calls are taken before anything is read that a later call may be about.
    calls = delete(DueMessage).where(DueMessage.message == message_id, DueMessage.due_at <= tx.now)
    called = tx.session.scalars(calls.returning(DueMessage.is_over)).all()
    if not called or message.status not in OPEN_MESSAGES:
        return Attended.DONE
    tx.origin = Origin("message.attend", str(message.event_id), message.correlation_id, subject=str(message.client))
    if any(called) or _asks_who_rests(message, tx):
        _suppress(message, SuppressionReason.STALE, tx)
        return Attended.DONE
    if message.audience is Audience.STAFF:
        return _attend_staff(message, post, links, tx)
    contact = tx.one(Contact, message.client)
    reach = Reach(
        consent=consent_standing(message.client, Agreement.MESSAGING, None, tx),
        has_address=contact.email is not None,
        time_zone=contact.time_zone,
    )
    if KINDS[message.template].asked_for:
        verdict = decide_asked_for(reach, expires_at=message.expires_at, now=tx.now)
    else:
        verdict = decide(reach, tx.clinic.quiet_hours, queued_at=message.queued_at, now=tx.now)
    match verdict:
        case SendNow():
            return _send(message, contact, post, links, tx)
        case AwaitConsent(until):
            message.status = MessageStatus.WAITING_FOR_CONSENT
            _call_at(until, message.id, message.client, tx)
        case Defer(until):
            message.status = MessageStatus.DEFERRED
            _call_at(until, message.id, message.client, tx)
        case Suppress(reason):
            _suppress(message, reason, tx)
    return Attended.DONE


def _asks_who_rests(message: Message, tx: Transaction) -> bool:
    """Whether it asks a client who wants to be asked nothing. Reasons are read at the desk, which knows of no rest."""
    asks = KINDS[message.template].asks
    return asks and rested_since(message.client, message.asked_at or message.queued_at, tx)


def _suppress(message: Message, reason: SuppressionReason, tx: Transaction) -> None:
    message.status, message.reason = MessageStatus.SUPPRESSED, reason.value
    if message.audience is Audience.CLIENT:
        template = message.template.value
        tx.publish(MessageSuppressed(subject=message.client, message=message.id, template=template, reason=reason))


def _attend_staff(message: Message, post: Callable[[Mail], None], links: Links, tx: Transaction) -> Attended:
    """The staff need no consent and know no quiet hours; tasks that can wait come when the clinic is open."""
    if message.template is Template.HELP_WANTED and is_over(message.event_id, message.turn, tx):
        # Somebody is on it, or another call has followed: whoever reads this one now would be called for nothing.
        _suppress(message, SuppressionReason.STALE, tx)
        return Attended.DONE
    if KINDS[message.template].in_hours:
        opens_at = next_open(tx.now, tx.clinic.opening_hours, tx.clinic.zone)
        if opens_at > tx.now:
            message.status = MessageStatus.DEFERRED
            _call_at(opens_at, message.id, message.client, tx)
            return Attended.DONE
    return _send(message, None, post, links, tx)


def _send(
    message: Message, contact: Contact | None, post: Callable[[Mail], None], links: Links, tx: Transaction
) -> Attended:
    message.attempts += 1
    try:
        post(compose(message, contact, tx.clinic, links))
    except MailRefused as refusal:
        _fail(message, refusal.reason, tx)
        _call_at_the_desk(message, tx)
    except MailDelayed as delay:
        _call_at_the_desk(message, tx)
        if tx.now - message.queued_at >= STALE_AFTER:
            _fail(message, delay.reason, tx)
        else:
            message.status, message.reason = MessageStatus.QUEUED, delay.reason
            _call_at(tx.now + mail_delay(message.attempts), message.id, message.client, tx)
        return Attended.POST_IN_TROUBLE
    else:
        message.status, message.reason, message.sent_at = MessageStatus.SENT, None, tx.now
        if message.audience is Audience.CLIENT:
            tx.publish(MessageSent(subject=message.client, sent_at=tx.now, **_about(message)))
    return Attended.DONE


def _fail(message: Message, reason: str, tx: Transaction) -> None:
    message.status, message.reason = MessageStatus.FAILED, reason
    log.error("message_failed", clinic=tx.clinic_id, message=str(message.id), reason=reason)
    if message.audience is Audience.CLIENT:
        tx.publish(MessageFailed(subject=message.client, **_about(message)))


def _call_at_the_desk(message: Message, tx: Transaction) -> None:
    """The mailbox of a duty takes nothing, or not now: the staff's own gets this call, unless it has it already."""
    if message.duty is None:
        return
    about = {"client": message.client, "event_id": message.event_id, "correlation_id": message.correlation_id}
    lay_message(message.template, tx, about=about, path=message.path, turn=message.turn)


def _about(message: Message) -> dict[str, Any]:
    return {"message": message.id, "template": message.template.value, "channel": message.channel}


def _call_at(due_at: datetime, message: UUID, client: UUID, tx: Transaction) -> None:
    call = insert(DueMessage).values(clinic=tx.clinic_id, client=client, message=message, due_at=due_at)
    tx.session.execute(call)
