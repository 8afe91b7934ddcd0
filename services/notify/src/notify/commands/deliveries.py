"""Laying deliveries in line, and attending to the line of one subscription and client."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID, uuid5

import structlog
from sqlalchemy import ColumnElement, Update, delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from notify.adapters.webhooks import Outcome, sign
from notify.domain.consent import Standing
from notify.domain.deliveries import OPEN_DELIVERIES, DeliveryStatus, NotDelivered, SubscriptionStatus
from notify.domain.offering import concerns, partner_view
from notify.domain.patience import partner_delay
from notify.models import Delivery, DueDelivery, Subscription
from notify.queries import consent_standing, next_in_line
from shared.clinics import Agreement
from shared.events.envelope import CONTENT_TYPE, Envelope
from shared.events.language import Event
from shared.events.notify import DisabledReason, SubscriptionDisabled
from shared.store import Transaction
from shared.store.sealed import sealed_values
from shared.store.transaction import Origin
from shared.tracing import tracer_of

log = structlog.get_logger()

Post = Callable[[str, bytes, Mapping[str, str]], Outcome]


def lay_deliveries(event: Event, cause: Envelope, tx: Transaction) -> None:
    """Lay one delivery for each subscription that was there before the event and asks for it."""
    asking = select(Subscription).where(
        Subscription.status == SubscriptionStatus.ACTIVE,
        Subscription.created_at <= cause.time,
        Subscription.types.contains([event.name]),
    )
    for subscription in tx.all(asking):
        if concerns(event, subscription.partner):
            _lay(subscription, cause, tx)


def _lay(subscription: Subscription, cause: Envelope, tx: Transaction) -> None:
    values = {
        # The partner drops repeats by this id, so it must be the same when events are replayed into an empty table.
        "id": uuid5(subscription.id, str(cause.id)),
        "clinic": tx.clinic_id,
        "subscription": subscription.id,
        "client": cause.subject,
        "event_id": cause.id,
        "type": cause.type,
        "sequence": cause.sequence,
        "correlation_id": cause.correlation_id,
        "event": cause.as_cloudevent(),
        "status": DeliveryStatus.WAITING,
        "attempts": 0,
        "next_attempt_at": tx.now,
    }
    row = insert(Delivery).values(sealed_values(Delivery, cause.subject, values, tx.vault))
    if tx.session.scalar(row.on_conflict_do_nothing().returning(Delivery.id)) is not None:
        call_line(tx.now, subscription.id, cause.subject, tx)


def reconsider_deliveries(client: UUID, partner: str, tx: Transaction) -> None:
    """The client has decided anew about sharing with a partner: look at the lines that lead there.

    As with messages, this only adds calls for attention and waits for nobody.
    """
    _call_lines(tx, Delivery.client == client, Subscription.partner == partner)


def reconsider_subscription(subscription: UUID, tx: Transaction) -> None:
    """A subscription has ended: look at all its lines."""
    _call_lines(tx, Subscription.id == subscription)


def attend_line(subscription_id: UUID, client: UUID, post: Post, tx: Transaction) -> None:
    """Do with the first open delivery of a line what consent and patience ask for.

    Whoever calls holds the claim of the subscription, so that nobody else attends to its lines meanwhile; no row is
    locked while `post` talks to the partner.
    """
    # The calls are taken before anything is read that a later call may be about.
    tx.session.execute(
        delete(DueDelivery).where(
            DueDelivery.subscription == subscription_id, DueDelivery.client == client, DueDelivery.due_at <= tx.now
        )
    )
    head = next_in_line(subscription_id, client, tx)
    if head is None:
        return
    subscription = tx.one(Subscription, subscription_id)
    if subscription.status is not SubscriptionStatus.ACTIVE:
        _suppress_line(head, NotDelivered.SUBSCRIPTION_ENDED, tx)
        return
    match consent_standing(client, Agreement.DATA_SHARING, subscription.partner, tx):
        case Standing.WITHDRAWN:
            _suppress_line(head, NotDelivered.CONSENT_WITHDRAWN, tx)
        case Standing.UNDECIDED:
            _move_line(head, DeliveryStatus.WAITING, DeliveryStatus.AWAITING_CONSENT, tx)
        case Standing.IN_FORCE:
            _move_line(head, DeliveryStatus.AWAITING_CONSENT, DeliveryStatus.WAITING, tx)
            if head.status is not DeliveryStatus.PARKED and head.next_attempt_at <= tx.now:
                _attempt(subscription, head, post, tx)


def _attempt(subscription: Subscription, delivery: Delivery, post: Post, tx: Transaction) -> None:
    facts = {"afterglow.clinic": tx.clinic_id, "cloudevents.event_id": str(delivery.event_id)}
    with tracer_of(tx.service).span("tell partner", "client", delivery.event.get("traceparent"), facts) as span:
        event, correlation, client = str(delivery.event_id), delivery.correlation_id, str(delivery.client)
        tx.origin = Origin("delivery.attempt", event, correlation, span.traceparent, client)
        use = consent_standing(delivery.client, Agreement.PART2, subscription.partner, tx)
        view = partner_view(delivery.event, subscription.scopes, part2=use is Standing.IN_FORCE)
        body = json.dumps(view, separators=(",", ":"), ensure_ascii=False).encode()
        # The trace stays inside: a partner could tell by it which clients somebody was at work for together.
        headers = sign(delivery.id, body, tx.now, [subscription.secret]) | {"Content-Type": CONTENT_TYPE}
        outcome = post(subscription.url, body, headers)
        span.note("afterglow.outcome", outcome.kind)
    delivery.attempts += 1
    delivery.last_reason = outcome.reason
    if outcome.kind == "accepted":
        delivery.status, delivery.delivered_at = DeliveryStatus.DELIVERED, tx.now
        if next_in_line(subscription.id, delivery.client, tx) is not None:
            call_line(tx.now, subscription.id, delivery.client, tx)
    elif outcome.kind == "gone":
        subscription.status = SubscriptionStatus.DISABLED
        log.warning("subscription_disabled", clinic=tx.clinic_id, subscription=str(subscription.id))
        tx.publish(
            SubscriptionDisabled(subject=subscription.id, partner=subscription.partner, reason=DisabledReason.GONE)
        )
        tx.session.flush()
        reconsider_subscription(subscription.id, tx)
    else:
        _hold(delivery, outcome, tx)


def _hold(delivery: Delivery, outcome: Outcome, tx: Transaction) -> None:
    delay = partner_delay(delivery.attempts, outcome.retry_after)
    facts = {"clinic": tx.clinic_id, "subscription": str(delivery.subscription), "delivery": str(delivery.id)}
    if delay is None:
        delivery.status = DeliveryStatus.PARKED
        log.error("delivery_parked", reason=outcome.reason, **facts)
        return
    delivery.status, delivery.next_attempt_at = DeliveryStatus.FAILED_RETRYING, tx.now + delay
    log.warning("delivery_held", reason=outcome.reason, attempts=delivery.attempts, **facts)
    call_line(delivery.next_attempt_at, delivery.subscription, delivery.client, tx)


def _suppress_line(head: Delivery, reason: NotDelivered, tx: Transaction) -> None:
    line = _line(head).where(Delivery.status.in_(OPEN_DELIVERIES))
    tx.session.execute(line.values(status=DeliveryStatus.SUPPRESSED, last_reason=reason.value))


def _move_line(head: Delivery, before: DeliveryStatus, after: DeliveryStatus, tx: Transaction) -> None:
    tx.session.execute(_line(head).where(Delivery.status == before).values(status=after))


def _line(head: Delivery) -> Update:
    return update(Delivery).where(Delivery.client == head.client, Delivery.subscription == head.subscription)


def _call_lines(tx: Transaction, *which: ColumnElement[bool]) -> None:
    lines = (
        select(Delivery.clinic, Delivery.subscription, Delivery.client, literal(tx.now))
        .join(Subscription, Subscription.id == Delivery.subscription)
        .where(Delivery.status.in_(OPEN_DELIVERIES), *which)
        .distinct()
    )
    tx.session.execute(insert(DueDelivery).from_select(["clinic", "subscription", "client", "due_at"], lines))


def call_line(due_at: datetime, subscription: UUID, client: UUID, tx: Transaction) -> None:
    """Have the line attended to at `due_at`."""
    row = {"clinic": tx.clinic_id, "subscription": subscription, "client": client, "due_at": due_at}
    tx.session.execute(insert(DueDelivery).values(row))
