"""What a clinic sees of its partners' deliveries, and what somebody who works for a partner sees of their own."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from notify.domain.patience import PARTNER_DELAYS
from shared.events import intake
from shared.testing.visitor import Visitor, visitor

from .conftest import NELL, ROSA, TOMAS, Notify, Partner


def words(answer: TestResponse, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def decided(notify: Notify, client: Any = ROSA) -> str:
    return str(notify.hear(intake.ClearanceDecided, client))


@pytest.fixture
def subscription(notify: Notify, harbor: Partner) -> dict[str, Any]:
    return notify.subscribes(harbor.url, "clearance.decided")


@pytest.fixture
def admin(notify: Notify) -> Visitor:
    return visitor(notify.bench, "clinic_admin")


@pytest.fixture
def developer(notify: Notify) -> Visitor:
    """Somebody who works for Harbor."""
    return visitor(notify.bench, "partner", partner="harbor")


@pytest.fixture
def other(notify: Notify) -> Visitor:
    """Somebody who works for another partner of the same clinic."""
    return visitor(notify.bench, "partner", partner="northside")


def test_what_is_delivered_is_counted_and_listed_without_a_name(
    notify: Notify, subscription: dict[str, Any], admin: Visitor, developer: Visitor
) -> None:
    notify.registered(display_name="Rosa")
    notify.shares()
    decided(notify)
    notify.work()

    for reader in (admin, developer):
        page = reader.get("/deliveries")
        shown = words(page)
        assert "1 delivered today" in shown
        assert "nothing fails now" in shown
        assert 'href="/notify/events/intake.clearance.decided/"' in page.get_data(as_text=True)
        assert "Rosa" not in shown
        assert str(ROSA) not in page.get_data(as_text=True)


def test_a_partner_sees_nothing_of_another_partners(
    notify: Notify, subscription: dict[str, Any], other: Visitor
) -> None:
    notify.shares()
    decided(notify)
    notify.work()

    page = other.get("/deliveries").get_data(as_text=True)

    assert "harbor" not in page.lower()
    assert "intake.clearance.decided" not in page
    for deed in ("retry", "closing"):
        assert other.post(f"/deliveries/{subscription['id']}/{deed}").status_code in (403, 404)
    bearer = notify.bench.as_("partner", partner="northside")
    assert bearer.get("/subscriptions").get_json()["items"] == []
    assert bearer.get(f"/subscriptions/{subscription['id']}/deliveries").status_code == 404


def test_a_partner_reads_their_own_at_the_doors_and_manages_nothing(
    notify: Notify, subscription: dict[str, Any]
) -> None:
    harbor = notify.bench.as_("partner", partner="harbor")

    assert [one["id"] for one in harbor.get("/subscriptions").get_json()["items"]] == [subscription["id"]]
    assert harbor.get(f"/subscriptions/{subscription['id']}/deliveries").status_code == 200
    assert harbor.post(f"/subscriptions/{subscription['id']}/closing").status_code == 403


@pytest.mark.parametrize("said", [None, "", "Harbor", 7, ["harbor"], {"maple": "harbor"}, "harbor\n"])
def test_whoever_is_not_said_to_work_for_a_partner_sees_nothing(
    notify: Notify, subscription: dict[str, Any], said: Any
) -> None:
    bearer = notify.bench.as_("partner", partner=said)

    for path in ("/subscriptions", f"/subscriptions/{subscription['id']}/deliveries"):
        answer = bearer.get(path)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "partner_not_named")
    assert "does not say for which partner you work" in words(visitor(notify.bench, "partner").get("/deliveries"), 403)


def test_a_partners_name_gives_nothing_to_whoever_is_not_a_partner_there(
    notify: Notify, subscription: dict[str, Any]
) -> None:
    for role in ("therapist", "front_desk", "operator"):
        assert visitor(notify.bench, role, partner="harbor").get("/deliveries").status_code == 403
    elsewhere = visitor(notify.bench, "partner", clinic="cedar", partner="harbor")
    assert "No subscription is active" in words(elsewhere.get("/deliveries"))


def test_no_partner_learns_of_a_client_who_has_not_agreed(
    notify: Notify, subscription: dict[str, Any], admin: Visitor, developer: Visitor
) -> None:
    before = words(developer.get("/deliveries"))
    decided(notify, NELL)
    notify.work()

    assert words(developer.get("/deliveries")) == before
    assert (
        notify.bench.as_("partner", partner="harbor")
        .get(f"/subscriptions/{subscription['id']}/deliveries")
        .get_json()["items"]
        == []
    )
    assert "1 wait for an agreement" in words(admin.get("/deliveries"))


def test_what_is_held_back_since_the_client_took_back_their_agreement_is_gone_for_the_partner(
    notify: Notify, harbor: Partner, subscription: dict[str, Any], admin: Visitor, developer: Visitor
) -> None:
    before = words(developer.get("/deliveries"))
    harbor.status = 500
    consent = notify.shares(TOMAS)
    decided(notify, TOMAS)
    notify.work()
    assert "1 failed" in words(developer.get("/deliveries"))

    notify.stops_sharing(consent, TOMAS)

    assert words(developer.get("/deliveries")) == before
    refused = developer.post(f"/deliveries/{subscription['id']}/retry")
    assert "Nothing is left to try again" in words(refused, 422)
    notify.work()
    assert words(developer.get("/deliveries")) == before
    assert "The client has taken their agreement back." in words(admin.get("/deliveries"))


def test_a_failing_endpoint_is_named_with_its_answer_and_tried_again_at_once(
    notify: Notify, harbor: Partner, subscription: dict[str, Any], developer: Visitor
) -> None:
    harbor.status = 500
    notify.shares()
    decided(notify)
    notify.work()
    shown = words(developer.get("/deliveries"))
    assert "1 delivery has failed." in shown
    assert "The endpoint answered 500." in shown
    harbor.status = 204

    answer = developer.post(f"/deliveries/{subscription['id']}/retry")
    notify.work()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/notify/deliveries")
    assert notify.statuses(subscription) == ["delivered"]
    assert "1 delivered today" in words(developer.get("/deliveries"))


def test_what_has_failed_for_good_is_not_said_to_be_tried_again(
    notify: Notify, harbor: Partner, subscription: dict[str, Any], admin: Visitor
) -> None:
    harbor.status = 500
    notify.shares()
    decided(notify)
    notify.work()
    assert "It is tried again by itself" in words(admin.get("/deliveries"))

    for _ in range(len(PARTNER_DELAYS)):
        notify.wait(hours=25)
    assert notify.statuses(subscription) == ["parked"]

    shown = words(visitor(notify.bench, "clinic_admin").get("/deliveries"))
    assert "1 delivery will not be tried again by itself." in shown
    assert "It is tried again by itself" not in shown
    assert "1 failed" in shown
    assert "Try again now" in words(visitor(notify.bench, "partner", partner="harbor").get("/deliveries"))


def test_all_that_follows_what_happens_is_fetched_again_together(
    notify: Notify, subscription: dict[str, Any], admin: Visitor
) -> None:
    notify.shares()
    decided(notify)
    notify.work()

    _, _, region = admin.get("/deliveries").get_data(as_text=True).partition('data-live="/notify/live')

    assert "Yes: nothing fails now." in region
    assert 'data-region="deliveries"' in region


def test_trying_again_is_in_the_audit_with_whose_data_it_is(
    notify: Notify, harbor: Partner, subscription: dict[str, Any], developer: Visitor
) -> None:
    harbor.status = 500
    notify.shares()
    decided(notify)
    notify.work()
    developer.post(f"/deliveries/{subscription['id']}/retry")

    [line] = notify.bench.as_("clinic_admin").get("/audit?action=delivery.retry").get_json()["items"]

    assert (line["actor"], line["roles"], line["clients"]) == ("partner-at-maple", "partner", [str(ROSA)])


def test_a_clinic_closes_a_subscription_which_stays_on_the_page(
    notify: Notify, subscription: dict[str, Any], admin: Visitor, developer: Visitor
) -> None:
    assert developer.post(f"/deliveries/{subscription['id']}/closing").status_code == 403
    assert "Close the subscription" not in words(developer.get("/deliveries"))

    assert admin.post(f"/deliveries/{subscription['id']}/closing").status_code == 303

    shown = words(admin.get("/deliveries"))
    assert "No subscription is active" in shown
    assert "Closed by the clinic" in shown
    assert "Nothing is sent now." in words(developer.get("/deliveries"))
    again = developer.post(f"/deliveries/{subscription['id']}/retry")
    assert "This subscription has ended" in words(again, 422)


def test_another_clinic_sees_and_closes_nothing_of_it(notify: Notify, subscription: dict[str, Any]) -> None:
    elsewhere = visitor(notify.bench, "clinic_admin", clinic="cedar")

    assert "harbor" not in words(elsewhere.get("/deliveries"))
    assert elsewhere.post(f"/deliveries/{subscription['id']}/closing").status_code == 404
    assert notify.bench.as_("clinic_admin").get("/subscriptions").get_json()["items"][0]["status"] == "active"


def test_a_partner_does_not_learn_when_something_changes_at_the_clinic(
    notify: Notify, subscription: dict[str, Any], admin: Visitor, developer: Visitor
) -> None:
    assert "data-live" in admin.get("/deliveries").get_data(as_text=True)
    assert "data-live" not in developer.get("/deliveries").get_data(as_text=True)
    assert developer.get("/live").status_code == 403
