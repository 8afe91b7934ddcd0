"""What could not be delivered to a partner comes later, once and in order, and holds nobody else up."""

import json
import threading
from typing import Any

import pytest

from notify.jobs import DeliverToPartners
from shared.clock import uuid7
from shared.events import intake, sessions

from .arrived import COMPLETED, DECIDED, names
from .conftest import ROSA, TOMAS


def test_what_follows_a_failed_delivery_about_a_client_waits_behind_it(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, DECIDED, COMPLETED)
    notify.shares()
    harbor.status = 503
    notify.hear(intake.ClearanceDecided)
    notify.hear(sessions.SessionCompleted)
    notify.work()

    assert notify.statuses(subscription) == ["failed_retrying", "waiting"]
    assert notify.deliveries(subscription)[0]["last_reason"] == "answered 503"
    harbor.status = 204
    notify.work()
    assert len(harbor.hooks) == 1
    notify.wait(seconds=1)

    assert names(harbor) == ["intake.clearance.decided", "intake.clearance.decided", "sessions.session.completed"]
    assert len({hook.headers["webhook-id"] for hook in harbor.hooks}) == 2
    assert notify.statuses(subscription) == ["delivered", "delivered"]


def test_a_failed_delivery_holds_up_no_other_client(notify: Any, harbor: Any) -> None:
    notify.subscribes(harbor.url, DECIDED, COMPLETED)
    harbor.decide = lambda hook: 500 if str(ROSA).encode() in hook.body else 204
    for client in (ROSA, TOMAS):
        notify.shares(client)
        notify.hear(intake.ClearanceDecided, client)
        notify.hear(sessions.SessionCompleted, client)
    notify.work()

    assert names(harbor, TOMAS) == ["intake.clearance.decided", "sessions.session.completed"]
    assert names(harbor, ROSA) == ["intake.clearance.decided"]


def test_a_change_of_consent_does_not_hasten_a_delivery_that_is_to_be_retried_later(notify: Any, harbor: Any) -> None:
    notify.subscribes(harbor.url, DECIDED)
    harbor.status = 500
    notify.shares()
    notify.hear(intake.ClearanceDecided)
    notify.work()

    notify.shares()
    notify.work()

    assert len(harbor.hooks) == 1
    notify.wait(seconds=1)
    assert len(harbor.hooks) == 2


def test_a_partner_that_asks_for_time_gets_it(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, DECIDED)
    harbor.status, harbor.headers = 429, {"Retry-After": "600"}
    notify.shares()
    notify.hear(intake.ClearanceDecided)
    notify.work()

    notify.wait(seconds=599)
    assert len(harbor.hooks) == 1
    harbor.status = 204
    notify.wait(seconds=1)

    assert notify.statuses(subscription) == ["delivered"]


def park(notify: Any, subscription: dict[str, Any]) -> dict[str, Any]:
    """Let three days of failures pass; returns the parked delivery."""
    for _ in range(13):
        notify.wait(hours=24)
    first: dict[str, Any] = notify.deliveries(subscription)[0]
    assert first["status"] == "parked"
    assert first["attempts"] == 13
    return first


def test_what_fails_for_days_is_parked_and_a_person_can_have_it_tried_again(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, DECIDED, COMPLETED)
    harbor.status = 401
    notify.shares()
    notify.hear(intake.ClearanceDecided)
    notify.hear(sessions.SessionCompleted)
    notify.work()
    parked = park(notify, subscription)
    notify.wait(days=10)
    assert len(harbor.hooks) == 13

    harbor.status = 204
    path = f"/subscriptions/{subscription['id']}/deliveries/{parked['id']}/retry"
    answer = notify.bench.as_("clinic_admin").post(path)
    notify.work()

    assert (answer.status_code, answer.json["status"]) == (200, "waiting")
    assert notify.statuses(subscription) == ["delivered", "delivered"]
    assert names(harbor)[-2:] == ["intake.clearance.decided", "sessions.session.completed"]
    again = notify.bench.as_("clinic_admin").post(path)
    assert (again.status_code, again.json["code"]) == (409, "delivery_not_held")


def test_a_parked_delivery_can_be_skipped_so_that_those_behind_it_go_on(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, DECIDED, COMPLETED)
    harbor.decide = lambda hook: 400 if b"clearance" in hook.body else 204
    notify.shares()
    notify.hear(intake.ClearanceDecided)
    notify.hear(sessions.SessionCompleted)
    notify.work()
    first = notify.deliveries(subscription)[0]
    path = f"/subscriptions/{subscription['id']}/deliveries/{first['id']}/skip"
    early = notify.bench.as_("clinic_admin").post(path)
    assert (early.status_code, early.json["code"]) == (409, "delivery_not_parked")
    park(notify, subscription)

    assert notify.bench.as_("clinic_admin").post(path).status_code == 200
    notify.work()

    assert notify.statuses(subscription) == ["suppressed", "delivered"]
    assert notify.deliveries(subscription)[0]["last_reason"] == "skipped_by_staff"


def test_a_delivery_is_reached_only_through_its_own_subscription(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, DECIDED)
    other = notify.subscribes(harbor.url, COMPLETED)
    notify.hear(intake.ClearanceDecided)
    [delivery] = notify.deliveries(subscription)

    admin = notify.bench.as_("clinic_admin")

    assert admin.post(f"/subscriptions/{other['id']}/deliveries/{delivery['id']}/retry").status_code == 404


def test_a_partner_that_says_gone_is_told_nothing_more(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, DECIDED, COMPLETED)
    harbor.status = 410
    for client in (ROSA, TOMAS):
        notify.shares(client)
        notify.hear(intake.ClearanceDecided, client)
    notify.hear(sessions.SessionCompleted)
    notify.work()
    notify.hear(sessions.SessionCompleted, TOMAS)
    notify.work()

    assert len(harbor.hooks) == 1
    assert set(notify.statuses(subscription)) == {"suppressed"}
    assert len(notify.deliveries(subscription)) == 3
    [listed] = notify.bench.as_("clinic_admin").get("/subscriptions").json["items"]
    assert listed["status"] == "disabled"


def test_a_closed_subscription_suppresses_what_still_waits(notify: Any, harbor: Any) -> None:
    subscription = notify.subscribes(harbor.url, DECIDED)
    notify.hear(intake.ClearanceDecided)
    notify.work()

    notify.bench.as_("clinic_admin").post(f"/subscriptions/{subscription['id']}/closing")
    notify.work()
    notify.shares()
    notify.hear(intake.ClearanceDecided)
    notify.work()

    assert harbor.hooks == []
    [delivery] = notify.deliveries(subscription)
    assert (delivery["status"], delivery["last_reason"]) == ("suppressed", "subscription_ended")


@pytest.mark.parametrize("after", ["truncate due_delivery", "truncate delivery, due_delivery"])
def test_replayed_events_reach_a_partner_under_the_ids_that_it_knows(notify: Any, harbor: Any, after: str) -> None:
    # Story 19: events return; the partner drops what it has seen by webhook-id.
    from sqlalchemy import text

    notify.subscribes(harbor.url, DECIDED)
    notify.shares()
    notify.hear(intake.ClearanceDecided)
    notify.work()
    with notify.bench.owner.begin() as connection:
        connection.execute(text(after))
    notify.bench.hear_all_again()
    notify.work()

    assert len({hook.headers["webhook-id"] for hook in harbor.hooks}) == 1


def test_a_slow_partner_delays_neither_other_partners_nor_mails_nor_what_is_heard(
    notify: Any, open_partner: Any, post_office: Any
) -> None:
    slow, quick = open_partner(), open_partner()
    to_slow = notify.subscribes(slow.url, DECIDED, partner="slow")
    notify.subscribes(quick.url, COMPLETED, partner="quick")
    consent = notify.shares(partner="slow")
    notify.shares(partner="quick")
    slow.hold.clear()
    notify.hear(intake.ClearanceDecided)
    loop = threading.Thread(target=notify.partners.run_once, args=(notify.bench.store,))
    loop.start()
    assert slow.asked.wait(10)

    notify.hear(intake.ClearanceDecided)
    notify.hear(sessions.SessionCompleted)
    notify.registered()
    notify.agrees()
    notify.stops_sharing(consent, partner="slow")
    notify.work()

    assert names(quick) == ["sessions.session.completed"]
    assert len(post_office.mails) == 3
    assert len(slow.hooks) == 1
    slow.hold.set()
    loop.join()
    notify.work()
    # One had left before the client changed their mind; the next did not.
    assert notify.statuses(to_slow) == ["delivered", "suppressed"]


def test_many_loops_keep_the_order_of_each_client_and_send_each_event_once(notify: Any, open_partner: Any) -> None:
    partners = {name: open_partner() for name in ("bay", "harbor")}
    for name, partner in partners.items():
        notify.subscribes(partner.url, "appointment.booked", partner=name)
    clients = [uuid7(notify.bench.clock()) for _ in range(4)]
    for client in clients:
        for name in partners:
            notify.shares(client, partner=name)
    laid = {client: [str(notify.hear(sessions.AppointmentBooked, client)) for _ in range(6)] for client in clients}

    def work() -> None:
        loop = DeliverToPartners(notify.partners._post)
        while loop.run_once(notify.bench.store):
            pass

    loops = [threading.Thread(target=work) for _ in range(3)]
    for thread in loops:
        thread.start()
    for thread in loops:
        thread.join()
    notify.work()

    for partner in partners.values():
        events = [json.loads(hook.body) for hook in partner.hooks]
        for client in clients:
            assert [event["id"] for event in events if event["subject"] == f"client/{client}"] == laid[client]


def test_a_crash_after_the_partner_has_heard_repeats_the_same_webhook(notify: Any, harbor: Any) -> None:
    class PowerCutError(BaseException):
        pass

    def cut(*request: Any) -> Any:
        notify.partners._post(*request)
        raise PowerCutError

    subscription = notify.subscribes(harbor.url, DECIDED)
    notify.shares()
    notify.hear(intake.ClearanceDecided)
    with pytest.raises(PowerCutError):
        DeliverToPartners(cut).run_once(notify.bench.store)
    notify.work()

    assert len(harbor.hooks) == 2
    assert len({hook.headers["webhook-id"] for hook in harbor.hooks}) == 1
    assert notify.statuses(subscription) == ["delivered"]


def test_a_line_with_which_something_is_wrong_keeps_no_other_from_being_told(notify: Any, harbor: Any) -> None:
    from sqlalchemy import text

    notify.subscribes(harbor.url, DECIDED)
    for client in (ROSA, TOMAS):
        notify.shares(client)
        notify.hear(intake.ClearanceDecided, client)
    with notify.bench.owner.begin() as connection:
        spoil = text("update delivery set event_sealed = '' where client = :client")
        connection.execute(spoil, {"client": ROSA})
    notify.work()

    assert names(harbor, TOMAS) == ["intake.clearance.decided"]


def test_every_attempt_to_tell_a_partner_is_in_the_audit(notify: Any, harbor: Any) -> None:
    from sqlalchemy import text

    notify.subscribes(harbor.url, DECIDED)
    notify.shares()
    harbor.status = 500
    decided = notify.hear(intake.ClearanceDecided)
    notify.work()
    notify.wait(seconds=1)

    with notify.bench.owner.connect() as connection:
        query = text("select subject, request_id from audit where action = 'delivery.attempt' and clinic = 'maple'")
        lines = [tuple(row) for row in connection.execute(query)]
    assert lines == [(str(ROSA), str(decided))] * 2
