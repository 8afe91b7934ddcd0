"""A partner is told what it subscribes to, of clients who share it with that partner, and nothing else."""

import json
from dataclasses import replace
from typing import Any

from standardwebhooks import Webhook

from shared import clock
from shared.events import intake, integration, sessions

from .arrived import COMPLETED, DECIDED, SCORED, heard, names
from .conftest import NELL, ROSA, TOMAS


def test_a_partner_gets_what_it_subscribes_to_signed_and_in_order(notify: Any, harbor: Any) -> None:
    # The verifier knows no other clock than the real one.
    notify.bench.clock.at = clock.now()
    subscription = notify.subscribes(harbor.url, DECIDED, COMPLETED, SCORED)
    notify.registered()
    notify.shares()

    decided = notify.hear(intake.ClearanceDecided)
    notify.hear(sessions.AppointmentBooked)
    notify.hear(sessions.SessionCompleted)
    notify.hear(integration.MeasureScored)
    notify.work()

    assert names(harbor) == [
        "intake.clearance.decided",
        "sessions.session.completed",
        "integration.measure.scored",
    ]
    for hook in harbor.hooks:
        Webhook(subscription["secret"]).verify(hook.body, hook.headers)
        assert hook.headers["content-type"] == "application/cloudevents+json"
        assert "traceparent" not in hook.headers
    deliveries = notify.deliveries(subscription)
    assert [item["status"] for item in deliveries] == ["delivered"] * 3
    assert [item["id"] for item in deliveries] == [hook.headers["webhook-id"] for hook in harbor.hooks]
    assert deliveries[0]["event_id"] == str(decided)
    assert [item["sequence"] for item in deliveries] == [3, 2, 1]
    assert {item["attempts"] for item in deliveries} == {1}


def test_a_client_reads_what_a_partner_was_told_and_nothing_of_what_was_not(notify: Any, harbor: Any) -> None:
    notify.subscribes(harbor.url, DECIDED, COMPLETED)
    notify.registered()
    notify.shares()
    notify.hear(intake.ClearanceDecided)
    notify.work()
    notify.hear(sessions.SessionCompleted)  # Lies in its line, and has not left.

    rosa = notify.bench.as_("client", client_id=ROSA)
    told = rosa.get(f"/clients/{ROSA}/accounting").get_json()["disclosures"]
    assert [(one["to"], one["what"]) for one in told] == [("harbor", "intake.clearance.decided.v1")]
    other = notify.bench.as_("client", client_id=TOMAS)
    assert other.get(f"/clients/{TOMAS}/accounting").get_json()["disclosures"] == []


def test_a_webhook_shows_no_more_than_its_scopes_open(notify: Any, harbor: Any) -> None:
    notify.subscribes(harbor.url, DECIDED, "client.registered", scopes=("summary",))
    notify.registered()
    notify.hear(intake.ClearanceDecided)
    notify.shares()
    notify.work()

    registered, decided = (json.loads(hook.body)["data"] for hook in harbor.hooks)
    assert set(decided) == {"clearance", "outcome", "valid_until", "decided_at"}
    assert "Rosa" not in str(registered)
    assert "rosa@" not in str(registered)


def test_nothing_leaves_before_the_client_has_agreed_and_all_of_it_in_order_after(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, DECIDED, COMPLETED)
    notify.registered()
    notify.hear(intake.ClearanceDecided)
    notify.hear(sessions.SessionCompleted)
    notify.work()
    notify.wait(days=30)

    assert harbor.hooks == []
    assert notify.statuses(subscription) == ["awaiting_consent", "awaiting_consent"]

    notify.shares()
    notify.work()

    assert names(harbor) == ["intake.clearance.decided", "sessions.session.completed"]
    assert notify.statuses(subscription) == ["delivered", "delivered"]


def test_consent_to_share_with_another_partner_releases_nothing(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, DECIDED)
    notify.hear(intake.ClearanceDecided)
    notify.shares(partner="somebody-else")
    notify.agrees()
    notify.work()

    assert harbor.hooks == []
    assert notify.statuses(subscription) == ["awaiting_consent"]


def test_a_revocation_holds_for_what_was_queued_before_it(notify: Any, open_partner: Any) -> None:
    # Story 5: queued 13:59:58, revoked 14:00:00, due 14:00:05.
    harbor, bay = open_partner(), open_partner()
    notify.registered()
    to_harbor = notify.subscribes(harbor.url, DECIDED, COMPLETED)
    to_bay = notify.subscribes(bay.url, DECIDED, COMPLETED, partner="bay")
    consent = notify.shares()
    notify.shares(partner="bay")
    notify.hear(intake.ClearanceDecided)
    notify.work()
    notify.at(2026, 11, 2, 13, 59, 58)
    notify.bench.clock.at = notify.bench.clock.at.replace(day=3)
    notify.hear(sessions.SessionCompleted)

    notify.bench.advance(seconds=2)
    notify.stops_sharing(consent)
    notify.wait(seconds=5)

    assert names(harbor) == ["intake.clearance.decided"]
    assert names(bay) == ["intake.clearance.decided", "sessions.session.completed"]
    # Earlier disclosures stay accounted for.
    assert notify.statuses(to_harbor) == ["delivered", "suppressed"]
    assert notify.deliveries(to_harbor)[1]["last_reason"] == "consent_withdrawn"
    assert notify.statuses(to_bay) == ["delivered", "delivered"]


def test_a_client_who_shares_with_nobody_is_never_mentioned(notify: Any, harbor: Any) -> None:
    notify.subscribes(harbor.url, DECIDED, "client.registered")
    for client in (ROSA, TOMAS):
        notify.registered(client)
        notify.hear(intake.ClearanceDecided, client)
    notify.shares(ROSA)
    notify.work()

    assert {subject for subject, _ in heard(harbor)} == {f"client/{ROSA}"}
    assert all(str(TOMAS).encode() not in hook.body for hook in harbor.hooks)


def test_another_clinics_clients_are_not_told_about(notify: Any, harbor: Any) -> None:
    notify.subscribes(harbor.url, DECIDED)
    notify.shares(NELL, clinic="cedar")
    notify.hear(intake.ClearanceDecided, NELL, clinic="cedar")
    notify.work()

    assert harbor.hooks == []


def test_a_partner_hears_of_nothing_that_happened_before_it_subscribed(notify: Any, harbor: Any) -> None:
    notify.shares()
    notify.hear(intake.ClearanceDecided)
    notify.bench.arrive(replace(sessions.SessionCompleted.sample(), subject=ROSA))
    notify.bench.advance(minutes=1)
    subscription = notify.subscribes(harbor.url, DECIDED, COMPLETED)

    # What happened before is only handled now; what happens now follows it.
    notify.bench.settle()
    after = notify.hear(sessions.SessionCompleted)
    notify.work()

    assert [item["event_id"] for item in notify.deliveries(subscription)] == [str(after)]
    assert len(harbor.hooks) == 1


def test_with_whom_else_a_client_shares_is_not_told(notify: Any, harbor: Any) -> None:
    notify.subscribes(harbor.url, "consent.granted")
    notify.shares()
    notify.shares(partner="somebody-else")
    notify.work()

    [hook] = harbor.hooks
    assert json.loads(hook.body)["data"]["partner"] == "harbor"
