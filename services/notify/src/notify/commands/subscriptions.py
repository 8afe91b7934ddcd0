"""A clinic's decisions about its partners: whom to tell what, and what to do about a delivery that is stuck."""

from collections.abc import Sequence
from uuid import UUID

from notify.adapters.guard import Network
from notify.adapters.webhooks import check_url, new_secret
from notify.commands.deliveries import call_line, reconsider_subscription
from notify.domain.deliveries import DeliveryStatus, NotDelivered, SubscriptionStatus
from notify.domain.offering import offered
from notify.models import Delivery, Subscription
from notify.schemas import Subscribe
from shared.errors import Invalid, NotFound, Refused
from shared.store import Transaction


def subscribe(order: Subscribe, allow_networks: Sequence[Network], tx: Transaction) -> Subscription:
    """A partner is told, from now on, what it asks for and may hear."""
    unsuitable = check_url(order.url, allow_networks=allow_networks)
    if unsuitable is not None:
        raise Invalid(
            "url_not_allowed",
            "Partners are only told at public addresses; see errors.",
            errors=[{"path": "/url", "message": f"Not allowed: {unsuitable}."}],
        )
    return tx.add(
        Subscription(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            partner=order.partner,
            url=order.url,
            types=_names(order.types),
            scope_names=sorted(scope.value for scope in set(order.scopes)),
            secret=new_secret(),
            status=SubscriptionStatus.ACTIVE,
            created_at=tx.now,
            created_by=tx.actor.id,
        )
    )


def _names(types: Sequence[str]) -> list[str]:
    events = [offered(name) for name in types]
    errors = [
        {"path": f"/types/{place}", "message": "There is no such event, or it is never offered to partners."}
        for place, event in enumerate(events)
        if event is None
    ]
    if errors:
        raise Invalid("type_not_offered", "Ask for events that partners may hear; see errors.", errors=errors)
    return sorted({event.name for event in events if event is not None})


def close_subscription(subscription_id: UUID, tx: Transaction) -> Subscription:
    """The clinic tells this partner nothing more; what still waits is suppressed. Closing twice changes nothing."""
    subscription = tx.one(Subscription, subscription_id, lock=True)
    if subscription.status is not SubscriptionStatus.CLOSED:
        subscription.status = SubscriptionStatus.CLOSED
        reconsider_subscription(subscription.id, tx)
    return subscription


def retry_delivery(subscription_id: UUID, delivery_id: UUID, tx: Transaction) -> Delivery:
    """Somebody has seen to it: try a held or parked delivery again now, with its patience renewed."""
    delivery = _delivery(subscription_id, delivery_id, tx)
    if delivery.status not in (DeliveryStatus.PARKED, DeliveryStatus.FAILED_RETRYING):
        raise Refused(
            "delivery_not_held",
            "Only a delivery that is parked or waits to be retried can be tried again; this one is not.",
            facts={"status": delivery.status},
        )
    delivery.status, delivery.attempts, delivery.next_attempt_at = DeliveryStatus.WAITING, 0, tx.now
    call_line(tx.now, subscription_id, delivery.client, tx)
    return delivery


def skip_delivery(subscription_id: UUID, delivery_id: UUID, tx: Transaction) -> Delivery:
    """Give a parked delivery up for good, so that those behind it go on."""
    delivery = _delivery(subscription_id, delivery_id, tx)
    if delivery.status is not DeliveryStatus.PARKED:
        raise Refused(
            "delivery_not_parked",
            "Only a parked delivery can be skipped, because anything else may still arrive; wait, or close the"
            " subscription.",
            facts={"status": delivery.status},
        )
    delivery.status, delivery.last_reason = DeliveryStatus.SUPPRESSED, NotDelivered.SKIPPED.value
    call_line(tx.now, subscription_id, delivery.client, tx)
    return delivery


def _delivery(subscription_id: UUID, delivery_id: UUID, tx: Transaction) -> Delivery:
    delivery = tx.one(Delivery, delivery_id, lock=True)
    if delivery.subscription != subscription_id:
        raise NotFound("delivery")
    return delivery
