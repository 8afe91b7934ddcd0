"""Reads of notify's own rows."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from notify.domain.consent import Standing, standing
from notify.domain.deliveries import OPEN_DELIVERIES, DeliveryStatus
from notify.domain.messages import Audience
from notify.models import Consent, Contact, Delivery, Message, Subscription
from shared.clinics import Agreement
from shared.errors import NotFound
from shared.events.language import short_type
from shared.store import Transaction
from shared.web.auditing import Disclosure

NEWEST_DELIVERIES = 500


def consent_standing(client: UUID, kind: Agreement, partner: str | None, tx: Transaction) -> Standing:
    """Where a client stands now on being written to, or on sharing with that partner."""
    of_partner = Consent.partner.is_(None) if partner is None else Consent.partner == partner
    query = select(Consent.withdrawn_at).where(Consent.client == client, Consent.kind == kind, of_partner)
    return standing(tx.session.scalars(query))


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
        Disclosure(at=at, to=partner, what=short_type(type_), grounds="consent to data sharing")
        for at, type_, partner in tx.session.execute(query)
        if at is not None  # Of what was delivered, the moment is known.
    ]


def subscriptions(tx: Transaction) -> Sequence[Subscription]:
    """All subscriptions of the clinic, those that have ended too, oldest first."""
    return tx.all(select(Subscription).order_by(Subscription.created_at, Subscription.id))


def deliveries_of(subscription: UUID, tx: Transaction) -> Sequence[Delivery]:
    """The newest deliveries of a subscription in the order in which they were laid."""
    tx.one(Subscription, subscription)
    newest = select(Delivery).where(Delivery.subscription == subscription).order_by(Delivery.position.desc())
    return tx.all(newest.limit(NEWEST_DELIVERIES))[::-1]


def next_in_line(subscription: UUID, client: UUID, tx: Transaction) -> Delivery | None:
    """The first delivery about a client that is neither delivered nor suppressed."""
    query = (
        select(Delivery)
        .where(Delivery.client == client, Delivery.subscription == subscription, Delivery.status.in_(OPEN_DELIVERIES))
        .order_by(Delivery.position)
        .limit(1)
    )
    return tx.session.scalars(query).one_or_none()
