"""How telling partners goes: for the clinic, of all its partners; for who works for a partner, of that one alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import get_template_attribute, redirect, request
from werkzeug.wrappers import Response

from notify import queries
from notify.commands.subscriptions import close_subscription, retry_failing
from notify.delivery_words import SCOPE_WORDS, STATUS_TONES, STATUS_WORDS, SUBSCRIPTION_WORDS, reason_in_words
from notify.domain.deliveries import DeliveryStatus, SubscriptionStatus
from notify.models import Delivery, Subscription
from shared.clock import milliseconds_of
from shared.declared import Nothing
from shared.errors import Problem
from shared.events.language import short_type
from shared.languages import phrase
from shared.store import Transaction
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.face.tables import Column, Table
from shared.web.guard import check_listed
from shared.web.pages import Pages

NEWEST = 200

delivery_pages = Pages("delivery_pages")


@delivery_pages.get("/deliveries", may="subscription.read", many=True)
def deliveries_page(tx: Transaction) -> Page:
    """How each subscription goes, and what became of the newest deliveries."""
    return _page(tx)


@delivery_pages.post("/deliveries/<uuid:subscription_id>/retry", may="delivery.retry")
def retry_now(tx: Transaction, subscription_id: UUID) -> Page | Response:
    """Have what failed for that subscription tried again now."""
    return _decided(tx, subscription_id, lambda: retry_failing(subscription_id, tx))


@delivery_pages.post("/deliveries/<uuid:subscription_id>/closing", may="subscription.manage")
def close_now(tx: Transaction, subscription_id: UUID) -> Page | Response:
    """Tell that partner nothing more."""
    return _decided(tx, subscription_id, lambda: close_subscription(subscription_id, tx))


def _decided(tx: Transaction, subscription_id: UUID, deed: Callable[[], Any]) -> Page | Response:
    queries.subscription_of(subscription_id, tx)
    form = _form(subscription_id)
    if form.read(request.form) is not None:
        try:
            deed()
            return redirect("/notify/deliveries", 303)
        except Problem as problem:
            form.refuse(problem)
    return _page(tx, form)


def _page(tx: Transaction, *refused: Form[Nothing]) -> Page:
    healths = queries.health(tx)
    subscriptions = queries.subscriptions(tx)
    newest = queries.newest_deliveries(tx, NEWEST + 1)
    check_listed(newest, tx)
    partners = {one.id: one.partner for one in subscriptions}
    shown = [_shown(one, healths.get(one.id, queries.Health())) for one in subscriptions]
    return show(
        "deliveries/page.html",
        tx,
        *refused,
        active=[one for one in shown if one["active"]],
        ended=[one for one in shown if not one["active"]],
        failing=sum(one["health"].failing for one in shown),
        parked=sum(one["health"].parked for one in shown),
        deliveries=_table(newest, partners, tx),
        refused=refused,
        own=None if tx.actor.has("clinic_admin") else tx.actor.partner,
    )


def _shown(subscription: Subscription, health: queries.Health) -> dict[str, Any]:
    reads = reader()
    return {
        "id": subscription.id,
        "partner": subscription.partner,
        "url": subscription.url,
        "active": subscription.status is SubscriptionStatus.ACTIVE,
        "status": reads.say(SUBSCRIPTION_WORDS[subscription.status]),
        "events": subscription.types,
        "scopes": reads.listed(reads.say(SCOPE_WORDS[scope]) for scope in subscription.scopes),
        "since": subscription.created_at,
        "health": health,
        "reason": reason_in_words(health.last_reason, reads),
        "oldest": None if health.oldest is None else _said_at(health.oldest),
        "closing": _form(subscription.id),
    }


def _form(subscription_id: UUID) -> Form[Nothing]:
    return Form(Nothing, {}, phrase("Nothing was changed"), prefix=f"{subscription_id}-")


def _table(newest: "list[Delivery] | Any", partners: dict[UUID, str], tx: Transaction) -> Table[Delivery]:
    reads = reader()
    cells = {name: get_template_attribute("deliveries/cells.html", name) for name in ("event", "state", "at")}
    told = [
        Column[Delivery]("event", phrase("Event"), lambda one: cells["event"](_name(one)), lambda one: one.type),
        Column[Delivery](
            "said",
            phrase("Happened"),
            lambda one: cells["at"](_said_at(one.event_id), tx.now),
            lambda one: one.event_id,
        ),
        Column[Delivery](
            "state",
            phrase("State"),
            lambda one: cells["state"](
                reads.say(STATUS_WORDS[one.status]),
                STATUS_TONES.get(one.status, "plain"),
                "" if one.status is DeliveryStatus.DELIVERED else reason_in_words(one.last_reason, reads),
            ),
            lambda one: one.status,
        ),
        Column[Delivery]("when", phrase("Delivered, or tried next"), lambda one: _turn(one, cells["at"], tx)),
        Column[Delivery]("attempts", phrase("Attempts"), lambda one: one.attempts, number=True),
    ]
    if len(set(partners.values())) > 1:
        told.insert(1, Column("partner", phrase("Partner"), lambda one: partners[one.subscription]))
    return Table("deliveries", newest[:NEWEST], told, more=len(newest) > NEWEST)


def _turn(delivery: Delivery, at: Callable[..., Any], tx: Transaction) -> Any:
    """When it was delivered, or will be tried next; nothing where neither is so."""
    if delivery.delivered_at is not None:
        return at(delivery.delivered_at, tx.now)
    return at(delivery.next_attempt_at, tx.now) if delivery.status is DeliveryStatus.FAILED_RETRYING else ""


def _name(delivery: Delivery) -> str:
    return short_type(delivery.type).rpartition(".v")[0]


def _said_at(event_id: UUID) -> datetime:
    """An event's id has the moment in it at which it was told."""
    return datetime.fromtimestamp(milliseconds_of(event_id) / 1000, UTC)
