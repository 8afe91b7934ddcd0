"""What somebody who has the whole database of notify, and no key, finds out."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from notify.holdings import HOLDINGS
from notify.models import Contact, Delivery, Subscription
from shared.events import intake
from shared.store import Actor
from shared.store.sealed import sealed_attributes
from shared.store.transaction import Origin
from shared.testing.inventory import columns_in_clear, tables_about_clients, tables_with
from shared.testing.upgrades import Upgrade

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")
TOMAS = UUID("01936d3e-5f00-7000-8000-00000000a002")

ACTOR, ORIGIN = Actor("test"), Origin("test.look", "r", "c")

IN_CLEAR = {
    # By these the sender decides when something may leave, and in which words: they find nobody.
    "contact.time_zone",
    "contact.language",
    # A choice of ours, or a partner's short name.
    "consent.kind",
    "consent.partner",
    # Which words, by which way, and fixed words of why not; the path has ids, and no link works without what is added.
    "message.audience",
    "message.template",
    "message.channel",
    "message.path",
    "message.status",
    "message.reason",
    "message.correlation_id",
    # Where a duty of the clinic is reached, which stands in the clinic's own settings.
    "message.duty",
    "paging.correlation_id",
    # What a clinic has arranged with a partner. Whoever reads it learns of no client.
    "subscription.partner",
    "subscription.url",
    "subscription.types",
    "subscription.scopes",
    "subscription.status",
    "subscription.created_by",
    # Which event, and fixed words of what became of it.
    "delivery.type",
    "delivery.status",
    "delivery.last_reason",
    "delivery.correlation_id",
}


def test_every_table_with_a_clients_id_is_among_the_holdings(notify: Any) -> None:
    held = {holding.table for holding in HOLDINGS}

    assert held == tables_about_clients(notify.bench.owner) | {"contact"}


def test_what_is_not_sealed_is_on_a_list_with_its_reason(notify: Any) -> None:
    assert columns_in_clear(notify.bench.owner) == IN_CLEAR


def test_neither_how_a_client_is_reached_nor_what_partners_are_told_nor_their_secrets_lie_in_clear(
    notify: Any, harbor: Any
) -> None:
    harbor.status = 503
    subscription = notify.subscribes(harbor.url, "intake.client.registered", scopes=("contact",))
    notify.registered(email="rosa.marin@example.org", phone="+12125550199", display_name="Rosalinda")
    notify.agrees()
    notify.shares()
    notify.work()
    assert notify.statuses(subscription) == ["failed_retrying"]

    for words in ("rosa.marin@example.org", "+12125550199", "Rosalinda", subscription["secret"]):
        assert tables_with(words, notify.bench.owner) == set(), words
    # The search finds what is there.
    assert tables_with("failed_retrying", notify.bench.owner) == {"delivery"}


def test_what_is_said_again_unchanged_lies_as_before_so_that_a_rebuild_has_nothing_to_do(notify: Any) -> None:
    def at_rest() -> list[Any]:
        with notify.bench.owner.connect() as connection:
            return list(connection.execute(text("select email_sealed from contact")))

    notify.registered()
    before = at_rest()
    notify.hear(intake.ClientUpdated)

    assert at_rest() == before
    notify.hear(intake.ClientUpdated, email="rosa.new@example.org")
    assert at_rest() != before


def test_a_contact_that_is_copied_onto_another_client_does_not_open(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.registered(TOMAS, email="tomas@example.org")
    notify.agrees(TOMAS)
    with notify.bench.owner.begin() as connection:
        connection.execute(
            text(
                "update contact set email_sealed = (select email_sealed from contact where id = :rosa) where id = :id"
            ),
            {"rosa": ROSA, "id": TOMAS},
        )

    notify.work()

    assert post_office.recipients == []


@pytest.mark.parametrize("model", [Contact, Subscription])
def test_what_is_sealed_has_a_place_of_its_own(model: Any) -> None:
    places = [attribute.place for attribute in sealed_attributes(model)]

    assert places == [f"{model.__tablename__}.{attribute.name}" for attribute in sealed_attributes(model)]


def test_rows_of_before_are_sealed_and_say_the_same(upgrade: Upgrade, notify: Any) -> None:
    upgrade.to("0005")
    subscription, message = UUID(int=1), UUID(int=2)
    upgrade.insert("clinic", id="maple", version=1, facts="{}", changed_at=notify.bench.clock())
    upgrade.insert("contact", id=ROSA, clinic="maple", display_name="Rosa", email="rosa@example.org", time_zone="UTC")
    upgrade.insert("contact", id=TOMAS, clinic="cedar", display_name="Tomás", phone="+12125550123")
    upgrade.insert(
        "subscription",
        id=subscription,
        clinic="maple",
        partner="harbor",
        url="https://harbor.example/hooks",
        types="[]",
        scopes="[]",
        secret="whsec_of_harbor",
        status="active",
        created_at=notify.bench.clock(),
        created_by="ana",
    )
    upgrade.insert(
        "delivery",
        id=UUID(int=3),
        clinic="maple",
        subscription=subscription,
        client=ROSA,
        event_id=UUID(int=4),
        type="afterglow.intake.client.registered.v1",
        sequence=1,
        correlation_id="c",
        event='{"data": {"email": "rosa@example.org"}}',
        status="waiting",
        attempts=0,
        next_attempt_at=notify.bench.clock(),
    )
    upgrade.insert(
        "message",
        id=message,
        clinic="maple",
        client=ROSA,
        event_id=UUID(int=4),
        correlation_id="c",
        audience="client",
        template="welcome",
        template_version=1,
        channel="email",
        path="/",
        status="queued",
        attempts=0,
        queued_at=notify.bench.clock(),
    )
    upgrade.insert("due_message", clinic="maple", message=message, due_at=notify.bench.clock())
    upgrade.insert("due_message", clinic="maple", message=UUID(int=9), due_at=notify.bench.clock())

    upgrade.to("0006")

    assert {"display_name", "email", "phone"}.isdisjoint(upgrade.columns("contact"))
    assert tables_with("rosa@example.org", upgrade.admin) == tables_with("whsec_of_harbor", upgrade.admin) == set()
    assert b"rosa@example.org" not in upgrade.file("contact") + upgrade.file("delivery")
    with upgrade.admin.connect() as connection:
        assert connection.scalars(text("select client from due_message")).all() == [ROSA]
    upgrade.to()
    store = upgrade.store(notify.bench.clock)
    with store.transaction("maple", ACTOR, ORIGIN) as tx:
        [contact] = tx.all(select(Contact))
        [delivery] = tx.all(select(Delivery))
        [subscription_row] = tx.all(select(Subscription))
        assert (contact.display_name, contact.email, contact.phone) == ("Rosa", "rosa@example.org", None)
        assert delivery.event == {"data": {"email": "rosa@example.org"}}
        assert subscription_row.secret == "whsec_of_harbor"
    with store.transaction("cedar", ACTOR, ORIGIN) as tx:
        [contact] = tx.all(select(Contact))
        assert (contact.display_name, contact.phone) == ("Tomás", "+12125550123")
    store.engine.dispose()
