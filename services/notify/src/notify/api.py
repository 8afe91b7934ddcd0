"""notify's JSON doors: the ledger of messages, and the subscriptions of partners."""

from collections.abc import Sequence
from uuid import UUID

from notify import queries, settings
from notify.commands.subscriptions import close_subscription, retry_delivery, skip_delivery, subscribe
from notify.models import Delivery, Message, Subscription
from notify.schemas import DeliveryReply, MessageReply, NewSubscriptionReply, Subscribe, SubscriptionReply
from shared.store import Transaction
from shared.web.doors import Doors

messages = Doors("messages", "What was sent to a client, and what was not.")
partners = Doors("partners", "What partners are told.")


@messages.get("/clients/<uuid:client_id>/messages", may="message.read", reply=MessageReply, many=True)
def list_messages(tx: Transaction, client_id: UUID) -> Sequence[Message]:
    """What was sent to a client, or waits, or was not sent and why; without the words."""
    return queries.messages_of(client_id, tx)


@partners.post("/subscriptions", may="subscription.manage", body=Subscribe, reply=NewSubscriptionReply)
def create_subscription(tx: Transaction, body: Subscribe) -> Subscription:
    """Tell a partner about events from now on; the answer shows the signing secret this once."""
    return subscribe(body, settings.current().webhook_allow, tx)


@partners.get("/subscriptions", may="subscription.read", reply=SubscriptionReply, many=True)
def list_subscriptions(tx: Transaction) -> Sequence[Subscription]:
    """All subscriptions of the clinic, those that have ended too."""
    return queries.subscriptions(tx)


@partners.post(
    "/subscriptions/<uuid:subscription_id>/closing", may="subscription.manage", reply=SubscriptionReply, status=200
)
def close(tx: Transaction, subscription_id: UUID) -> Subscription:
    """Tell this partner nothing more; what still waits is suppressed."""
    return close_subscription(subscription_id, tx)


@partners.get(
    "/subscriptions/<uuid:subscription_id>/deliveries", may="subscription.read", reply=DeliveryReply, many=True
)
def list_deliveries(tx: Transaction, subscription_id: UUID) -> Sequence[Delivery]:
    """The newest 500 deliveries of a subscription, in the order in which they were laid."""
    return queries.deliveries_of(subscription_id, tx)


@partners.post(
    "/subscriptions/<uuid:subscription_id>/deliveries/<uuid:delivery_id>/retry",
    may="subscription.manage",
    reply=DeliveryReply,
    status=200,
)
def retry(tx: Transaction, subscription_id: UUID, delivery_id: UUID) -> Delivery:
    """Try a parked or held delivery again now."""
    return retry_delivery(subscription_id, delivery_id, tx)


@partners.post(
    "/subscriptions/<uuid:subscription_id>/deliveries/<uuid:delivery_id>/skip",
    may="subscription.manage",
    reply=DeliveryReply,
    status=200,
)
def skip(tx: Transaction, subscription_id: UUID, delivery_id: UUID) -> Delivery:
    """Give a parked delivery up for good, so that those behind it go on."""
    return skip_delivery(subscription_id, delivery_id, tx)
