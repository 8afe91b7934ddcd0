"""Reads of notify's own rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true

from notify.domain.consent import Standing, standing
from notify.domain.deliveries import OPEN_DELIVERIES, DeliveryStatus
from notify.domain.messages import Audience
from notify.models import Consent, Contact, Delivery, Message, Paging, Rest, Subscription
from shared.clinics import Agreement
from shared.errors import Forbidden, NotFound
from shared.events.language import short_type
from shared.languages import phrase
from shared.store import Transaction
from shared.web.auditing import Disclosure
from shared.web.policy import Role

NEWEST_DELIVERIES = 500


def consent_standing(client: UUID, kind: Agreement, partner: str | None, tx: Transaction) -> Standing:
    """Where a client stands now on being written to, or on sharing with that partner."""
    of_partner = Consent.partner.is_(None) if partner is None else Consent.partner == partner
    query = select(Consent.withdrawn_at).where(Consent.client == client, Consent.kind == kind, of_partner)
    return standing(tx.session.scalars(query))


def is_over(event_id: UUID, turn: int, tx: Transaction) -> bool:
    """Whether a call for help needs nobody any more: somebody is on it, or a later call has taken its place."""
    query = select(Paging).where(Paging.event_id == event_id)
    paging = tx.session.scalars(query).first()
    return paging is not None and (paging.held_at is not None or paging.closed_at is not None or paging.turn > turn)


def rested_since(client: UUID, asked_at: datetime, tx: Transaction) -> bool:
    """Whether the client rests, or has rested at any time since they were asked: who comes back gets nothing old."""
    query = select(Rest.id).where(
        Rest.client == client,
        or_(Rest.until.is_(None), Rest.until > asked_at),
        or_(Rest.ended_at.is_(None), Rest.ended_at > asked_at),
    )
    return tx.session.scalars(query.limit(1)).first() is not None


def messages_of(client: UUID, tx: Transaction) -> Sequence[Message]:
    """What was, or will be, sent to a client, oldest first. NotFound where this clinic has no such client."""
    if tx.find(Contact, client) is None:
        raise NotFound("client")
    query = select(Message).where(Message.client == client, Message.audience == Audience.CLIENT)
    return tx.all(query.order_by(Message.queued_at, Message.id))


def disclosures_of(client: UUID, tx: Transaction) -> list[Disclosure]:
    """What partners were told about a client, oldest first: each left only on the client's own agreement."""
    query = (
        select(Delivery.delivered_at, Delivery.type, Subscription.partner)
        .join(Subscription, Subscription.id == Delivery.subscription)
        .where(Delivery.client == client, Delivery.status == DeliveryStatus.DELIVERED)
        .order_by(Delivery.delivered_at, Delivery.position)
    )
    return [
        Disclosure(at=at, to=partner, what=short_type(type_), grounds=phrase("consent to data sharing"))
        for at, type_, partner in tx.session.execute(query)
        if at is not None  # Of what was delivered, the moment is known.
    ]


def subscriptions(tx: Transaction) -> Sequence[Subscription]:
    """All subscriptions that the reader may see, those that have ended too, oldest first."""
    query = select(Subscription).where(own_subscriptions(tx))
    return tx.all(query.order_by(Subscription.created_at, Subscription.id))


def subscription_of(subscription: UUID, tx: Transaction) -> Subscription:
    """A subscription that the reader may see; NotFound for any other."""
    query = select(Subscription).where(Subscription.id == subscription, own_subscriptions(tx))
    found = tx.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("subscription")
    return found


def deliveries_of(subscription: UUID, tx: Transaction) -> Sequence[Delivery]:
    """The newest deliveries of a subscription that the reader may see, in the order in which they were laid."""
    subscription_of(subscription, tx)
    newest = select(Delivery).where(Delivery.subscription == subscription, shown_deliveries(tx))
    return tx.all(newest.order_by(Delivery.position.desc()).limit(NEWEST_DELIVERIES))[::-1]


def own_subscriptions(tx: Transaction) -> ColumnElement[bool]:
    """For a query: the subscriptions that the reader may see. A clinic admin sees all, a partner only their own.

    Forbidden for whoever works for a partner and whose sign-in does not say for which.
    """
    if tx.actor.has(Role.CLINIC_ADMIN):
        return true()
    if tx.actor.partner is None:
        raise Forbidden(
            "partner_not_named",
            phrase("Your sign-in does not say for which partner you work. Ask whoever gave it to you to add that."),
        )
    return Subscription.partner == tx.actor.partner


def shown_deliveries(tx: Transaction) -> ColumnElement[bool]:
    """For a query: the deliveries that the reader may see.

    That something waits for a client's agreement, or was held back for the lack of it, would tell a partner that there
    is such a client. So they see what they were told, and what waits while the client's agreement stands.
    """
    own = own_subscriptions(tx)
    if tx.actor.has(Role.CLINIC_ADMIN):
        return own
    agreed = exists().where(
        Consent.client == Delivery.client,
        Consent.kind == Agreement.DATA_SHARING,
        Consent.partner == tx.actor.partner,
        Consent.withdrawn_at.is_(None),
    )
    theirs = Delivery.subscription.in_(select(Subscription.id).where(own))
    told = Delivery.status == DeliveryStatus.DELIVERED
    return and_(theirs, or_(told, and_(Delivery.status.in_(OPEN_DELIVERIES), agreed)))


def newest_deliveries(tx: Transaction, limit: int) -> Sequence[Delivery]:
    """The newest deliveries that the reader may see, over all subscriptions, newest first."""
    return tx.all(select(Delivery).where(shown_deliveries(tx)).order_by(Delivery.position.desc()).limit(limit))


@dataclass(frozen=True)
class Health:
    """How telling a partner goes. `failing` is tried again by itself, what is `parked` no more.

    `oldest` is the event that has waited longest of those that were not taken.
    """

    delivered_today: int = 0
    waiting: int = 0
    awaiting_consent: int = 0
    failing: int = 0
    parked: int = 0
    next_attempt_at: datetime | None = None
    last_delivered_at: datetime | None = None
    last_reason: str | None = None
    oldest: UUID | None = None


def health(tx: Transaction) -> Mapping[UUID, Health]:
    """Of each subscription how it goes, as far as the reader may see its deliveries. Days are the clinic's."""
    status, failed = Delivery.status, Delivery.status.in_([DeliveryStatus.FAILED_RETRYING, DeliveryStatus.PARKED])
    midnight = datetime.combine(tx.today, time(), tx.clinic.zone)
    counts = select(
        Delivery.subscription,
        func.count().filter(Delivery.delivered_at >= midnight).label("delivered_today"),
        func.count().filter(status == DeliveryStatus.WAITING).label("waiting"),
        func.count().filter(status == DeliveryStatus.AWAITING_CONSENT).label("awaiting_consent"),
        func.count().filter(status == DeliveryStatus.FAILED_RETRYING).label("failing"),
        func.count().filter(status == DeliveryStatus.PARKED).label("parked"),
        func.min(Delivery.next_attempt_at).filter(status == DeliveryStatus.FAILED_RETRYING).label("next_attempt_at"),
        func.max(Delivery.delivered_at).label("last_delivered_at"),
    )
    counted = tx.session.execute(counts.where(shown_deliveries(tx)).group_by(Delivery.subscription))
    heads = select(func.min(Delivery.position)).where(shown_deliveries(tx), failed).group_by(Delivery.subscription)
    worst = select(Delivery.subscription, Delivery.event_id.label("oldest"), Delivery.last_reason)
    facts = {row.subscription: dict(row._mapping) for row in counted}
    for row in tx.session.execute(worst.where(Delivery.position.in_(heads))):
        facts[row.subscription] |= row._mapping
    return {subscription: Health(**_without(found, "subscription")) for subscription, found in facts.items()}


def _without(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != name}


def next_in_line(subscription: UUID, client: UUID, tx: Transaction) -> Delivery | None:
    """The first delivery about a client that is neither delivered nor suppressed."""
    query = (
        select(Delivery)
        .where(Delivery.client == client, Delivery.subscription == subscription, Delivery.status.in_(OPEN_DELIVERIES))
        .order_by(Delivery.position)
        .limit(1)
    )
    return tx.session.scalars(query).one_or_none()
