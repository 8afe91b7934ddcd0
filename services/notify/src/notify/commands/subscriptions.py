"""A clinic's decisions about its partners: whom to tell what, and what to do about a delivery that is stuck."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update

from notify.adapters.guard import Network
from notify.adapters.webhooks import check_url, new_secret
from notify.commands.deliveries import call_line, reconsider_subscription
from notify.domain.deliveries import DeliveryStatus, NotDelivered, SubscriptionStatus
from notify.domain.offering import offered
from notify.models import Delivery, Subscription
from notify.queries import shown_deliveries, subscription_of
from notify.schemas import Subscribe
from shared.errors import Invalid, NotFound, Refused
from shared.languages import phrase
from shared.store import Transaction


def subscribe(order: Subscribe, allow_networks: Sequence[Network], tx: Transaction) -> Subscription:
    """A partner is told, from now on, what it asks for and may hear."""
    unsuitable = check_url(order.url, allow_networks=allow_networks)
    if unsuitable is not None:
        raise Invalid(
            "url_not_allowed",
            phrase("Partners are only told at public addresses; see errors."),
            errors=[{"path": "/url", "message": phrase("Not allowed: {reason}.", reason=unsuitable)}],
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
        {"path": f"/types/{place}", "message": phrase("There is no such event, or it is never offered to partners.")}
        for place, event in enumerate(events)
        if event is None
    ]
    if errors:
        raise Invalid("type_not_offered", phrase("Ask for events that partners may hear; see errors."), errors=errors)
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
            phrase("Only a delivery that is parked or waits to be retried can be tried again; this one is not."),
            facts={"status": delivery.status},
        )
    delivery.status, delivery.attempts, delivery.next_attempt_at = DeliveryStatus.WAITING, 0, tx.now
    call_line(tx.now, subscription_id, delivery.client, tx)
    return delivery


def retry_failing(subscription_id: UUID, tx: Transaction) -> int:
    """An endpoint was mended: all of its deliveries that failed are due now, with their patience renewed; how many.

    Only what the one who asks may see is counted, and tried.
    """
    subscription = subscription_of(subscription_id, tx)
    if subscription.status is not SubscriptionStatus.ACTIVE:
        raise Refused("subscription_ended", phrase("This subscription has ended: nothing more is sent to it."))
    failed = Delivery.status.in_([DeliveryStatus.FAILED_RETRYING, DeliveryStatus.PARKED])
    due = {"status": DeliveryStatus.WAITING, "attempts": 0, "next_attempt_at": tx.now}
    anew = update(Delivery).where(Delivery.subscription == subscription.id, failed, shown_deliveries(tx)).values(due)
    clients = tx.session.scalars(anew.returning(Delivery.client).execution_options(synchronize_session=False)).all()
    if not clients:
        raise Refused("nothing_fails", phrase("Nothing is left to try again: it was taken meanwhile."))
    tx.touch(*clients)
    reconsider_subscription(subscription.id, tx)
    return len(clients)


def skip_delivery(subscription_id: UUID, delivery_id: UUID, tx: Transaction) -> Delivery:
    """Give a parked delivery up for good, so that those behind it go on."""
    delivery = _delivery(subscription_id, delivery_id, tx)
    if delivery.status is not DeliveryStatus.PARKED:
        raise Refused(
            "delivery_not_parked",
            phrase(
                "Only a parked delivery can be skipped, because anything else may still arrive; wait, or close the"
                " subscription."
            ),
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
