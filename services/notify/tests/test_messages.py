import threading
from typing import Any
from uuid import UUID

import pytest

from shared.clinics import Clinic, ConsentKind, QuietHours
from shared.clock import uuid7
from shared.events import intake, integration, sessions
from shared.events.notify import MessageFailed, MessageSent, MessageSuppressed

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")
NELL = UUID("01936d3e-5f00-7000-8000-00000000a003")


def test_a_client_who_agreed_gets_each_message_of_the_journey_once(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.agrees()

    for event in (
        intake.ClearanceDecided,
        sessions.AppointmentBooked,
        integration.WindowOpened,
        integration.CheckInDue,
    ):
        notify.hear(event)
    notify.work()
    notify.work()

    ledger = notify.ledger()
    assert {name: item["status"] for name, item in ledger.items()} == dict.fromkeys(
        ["welcome", "decision_made", "appointment_booked", "window_opened", "checkin_due"], "sent"
    )
    assert post_office.recipients == ["rosa@example.org"] * 5
    assert {mail["Subject"] for mail in post_office.mails} == {"You have a message from Maple Street"}
    assert len({mail["Message-ID"] for mail in post_office.mails}) == 5
    told = [envelope.event() for envelope in notify.bench.published(MessageSent)]
    assert sorted(event.template for event in told) == sorted(ledger)
    assert {(event.subject, event.channel) for event in told} == {(ROSA, "email")}
    assert {str(event.message) for event in told} == {item["id"] for item in ledger.values()}


def test_what_is_told_of_a_message_continues_the_chain_of_its_event(notify: Any) -> None:
    notify.agrees()
    booked = notify.hear(sessions.AppointmentBooked)
    notify.registered()
    notify.work()

    [sent] = [one for one in notify.bench.published(MessageSent) if one.event().template == "appointment_booked"]
    assert (sent.causation_id, sent.correlation_id) == (str(booked), str(booked))


def test_before_a_client_has_said_yes_or_no_messages_wait(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.work()

    assert notify.ledger()["welcome"]["status"] == "waiting_for_consent"
    assert post_office.mails == []
    assert notify.bench.published() == []

    notify.wait(days=3)
    notify.agrees()
    notify.work()

    assert notify.ledger()["welcome"]["status"] == "sent"
    assert len(post_office.mails) == 1


def test_consent_to_something_else_releases_no_message(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.agrees(kind=ConsentKind.TREATMENT)
    notify.shares()
    notify.work()

    assert notify.ledger()["welcome"]["status"] == "waiting_for_consent"
    assert post_office.mails == []


def test_a_message_that_waits_seven_days_for_an_answer_is_stale(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.work()

    notify.wait(days=6, hours=23)
    assert notify.ledger()["welcome"]["status"] == "waiting_for_consent"
    notify.wait(hours=1)

    assert notify.ledger()["welcome"]["status"] == "suppressed"
    assert notify.ledger()["welcome"]["reason"] == "stale"
    [told] = notify.bench.published(MessageSuppressed)
    assert (told.subject, told.data["reason"]) == (ROSA, "stale")
    notify.agrees()
    notify.work()
    assert post_office.mails == []


def test_after_consent_is_taken_back_nothing_more_is_sent(notify: Any, post_office: Any) -> None:
    notify.registered()
    consent = notify.agrees()
    notify.work()
    notify.hear(sessions.AppointmentBooked)

    notify.takes_back(consent)
    notify.work()

    assert notify.ledger()["appointment_booked"]["reason"] == "no_consent"
    assert len(post_office.mails) == 1
    [told] = notify.bench.published(MessageSuppressed)
    assert told.data["reason"] == "no_consent"


def test_a_newer_consent_still_holds_when_the_older_one_is_taken_back(notify: Any, post_office: Any) -> None:
    notify.registered()
    older = notify.agrees()
    notify.agrees()

    notify.takes_back(older)
    notify.work()

    assert notify.ledger()["welcome"]["status"] == "sent"


def test_a_client_without_an_address_cannot_be_written_to(notify: Any, post_office: Any) -> None:
    notify.registered(email=None)
    notify.agrees()
    notify.work()

    assert notify.ledger()["welcome"]["reason"] == "no_address"
    assert [one.data["reason"] for one in notify.bench.published(MessageSuppressed)] == ["no_address"]


def test_an_address_that_is_corrected_in_time_is_the_one_that_is_used(notify: Any, post_office: Any) -> None:
    notify.registered(email=None)
    notify.work()

    notify.hear(intake.ClientUpdated, email="rosa.new@example.org")
    notify.agrees()
    notify.work()

    assert post_office.recipients == ["rosa.new@example.org"]


def test_the_services_may_be_heard_in_any_order(notify: Any, post_office: Any) -> None:
    notify.hear(integration.WindowOpened)
    notify.hear(sessions.AppointmentBooked)
    notify.work()

    assert {item["status"] for item in notify.ledger().values()} == {"waiting_for_consent"}
    notify.registered()
    notify.agrees()
    notify.work()

    assert {name: item["status"] for name, item in notify.ledger().items()} == dict.fromkeys(
        ["window_opened", "appointment_booked", "welcome"], "sent"
    )


def test_what_is_heard_of_a_clinic_before_the_clinic_itself_waits_for_it(
    notify: Any, post_office: Any, maple: Clinic
) -> None:
    elm = Clinic.load(maple.dump() | {"id": "elm", "sender_name": "Elm Row"})
    with pytest.raises(AssertionError, match="NotFound"):
        notify.registered(NELL, clinic="elm")

    notify.bench.arrive(intake.ClinicConfigured(subject=elm.subject, clinic=elm), clinic="elm")
    notify.wait(seconds=31)
    notify.agrees(NELL, clinic="elm")
    notify.work()

    assert notify.ledger(NELL, clinic="elm")["welcome"]["status"] == "sent"


def test_a_routine_message_waits_for_morning_where_the_client_lives(notify: Any, post_office: Any) -> None:
    # Story 18: 08:30 in New York is 05:30 in Los Angeles.
    notify.registered(time_zone="America/Los_Angeles")
    notify.at(2026, 11, 3, 13, 30)
    notify.agrees()
    notify.hear(sessions.AppointmentBooked)
    notify.work()

    assert notify.ledger()["appointment_booked"]["status"] == "deferred"
    notify.at(2026, 11, 3, 15, 59)
    notify.work()
    assert post_office.mails == []
    notify.at(2026, 11, 3, 16, 0)
    notify.work()

    assert notify.ledger()["appointment_booked"]["status"] == "sent"
    assert len(post_office.mails) == 2


def test_a_client_who_travels_is_written_to_by_the_clock_where_they_are_now(notify: Any, post_office: Any) -> None:
    notify.registered(time_zone="America/Los_Angeles")
    notify.at(2026, 11, 3, 13, 30)
    notify.agrees()
    notify.work()
    assert notify.ledger()["welcome"]["status"] == "deferred"

    notify.hear(intake.ClientUpdated, time_zone="Europe/London")
    notify.work()

    assert notify.ledger()["welcome"]["status"] == "sent"


def test_a_clinic_may_allow_messages_at_any_hour(notify: Any, post_office: Any, maple: Clinic) -> None:
    always = Clinic.load(maple.dump() | {"version": 2, "quiet_hours": {"from_hour": 0, "to_hour": 24}})
    notify.bench.know(always)
    assert always.quiet_hours == QuietHours(from_hour=0, to_hour=24)

    notify.at(2026, 11, 3, 8, 0)
    notify.registered()
    notify.agrees()
    notify.work()

    assert notify.ledger()["welcome"]["status"] == "sent"


def test_consent_taken_back_at_night_holds_for_what_waits_for_morning(notify: Any, post_office: Any) -> None:
    notify.at(2026, 11, 3, 5, 0)
    notify.registered()
    consent = notify.agrees()
    notify.work()
    assert notify.ledger()["welcome"]["status"] == "deferred"

    notify.takes_back(consent)
    notify.wait(hours=12)

    assert notify.ledger()["welcome"]["reason"] == "no_consent"
    assert post_office.mails == []


def test_while_the_mail_server_takes_nothing_a_message_is_tried_again(notify: Any, post_office: Any) -> None:
    post_office.answer = "451 4.3.0 Later"
    notify.registered()
    notify.agrees()
    notify.work()

    assert notify.ledger()["welcome"]["status"] == "queued"
    assert notify.ledger()["welcome"]["reason"] == "message refused (4.3.0)"
    notify.work()
    for seconds in (1, 5, 30, 120, 600, 1800, 1800):
        notify.wait(seconds=seconds)
    assert notify.bench.published() == []
    post_office.answer = "250 2.0.0 Kept"
    notify.wait(seconds=1800)

    assert notify.ledger()["welcome"]["status"] == "sent"
    assert len(post_office.mails) == 1


def test_a_message_that_no_server_takes_for_seven_days_has_failed(notify: Any, post_office: Any) -> None:
    post_office.answer = "451 4.3.0 Later"
    notify.registered()
    notify.agrees()
    notify.work()

    notify.wait(days=7)

    assert notify.ledger()["welcome"]["status"] == "failed"
    [told] = notify.bench.published(MessageFailed)
    assert (told.subject, told.data["template"]) == (ROSA, "welcome")


def test_a_message_that_is_refused_for_good_is_not_tried_again(notify: Any, post_office: Any) -> None:
    post_office.answer = "550 5.1.1 rosa@example.org is unknown"
    notify.registered()
    notify.agrees()
    notify.work()
    notify.wait(days=1)

    assert notify.ledger()["welcome"]["status"] == "failed"
    assert notify.ledger()["welcome"]["reason"] == "message refused (5.1.1)"
    assert len(notify.bench.published(MessageFailed)) == 1
    assert notify.bench.published(MessageSent) == []


def test_consent_taken_back_while_the_mail_server_is_away_is_honoured(notify: Any, post_office: Any) -> None:
    post_office.answer = "451 4.3.0 Later"
    notify.registered()
    consent = notify.agrees()
    notify.work()

    notify.takes_back(consent)
    post_office.answer = "250 2.0.0 Kept"
    notify.wait(hours=1)

    assert notify.ledger()["welcome"]["reason"] == "no_consent"
    assert post_office.mails == []


def test_an_event_that_comes_twice_makes_one_message(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.agrees()
    notify.work()

    notify.bench.hear_all_again()
    notify.work()

    assert len(post_office.mails) == 1
    assert len(notify.bench.published(MessageSent)) == 1


def test_two_senders_at_once_send_each_message_once(notify: Any, post_office: Any) -> None:
    clients = [uuid7(notify.bench.clock()) for _ in range(12)]
    for number, client in enumerate(clients):
        notify.registered(client, email=f"client{number}@example.org")
        notify.agrees(client)

    senders = [threading.Thread(target=notify.mails.run_once, args=(notify.bench.store,)) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    notify.work()

    assert sorted(post_office.recipients) == sorted(f"client{number}@example.org" for number in range(12))


def test_a_stop_waits_for_the_mail_in_hand_and_leaves_the_others_due(notify: Any, post_office: Any) -> None:
    for number in range(3):
        client = uuid7(notify.bench.clock())
        notify.registered(client, email=f"client{number}@example.org")
        notify.agrees(client)

    notify.mails.run_once(notify.bench.store, lambda: len(post_office.mails) == 1)
    assert len(post_office.mails) == 1

    notify.work()
    assert sorted(post_office.recipients) == [f"client{number}@example.org" for number in range(3)]


def test_a_mail_server_that_takes_its_time_holds_up_nothing_that_is_heard(notify: Any, post_office: Any) -> None:
    notify.registered()
    consent = notify.agrees()
    post_office.hold.clear()
    sender = threading.Thread(target=notify.mails.run_once, args=(notify.bench.store,))
    sender.start()
    assert post_office.asked.wait(10)

    # While the mail is on its way: a new address, a new message, a change of mind, and another sender at work.
    notify.hear(intake.ClientUpdated, email="rosa.new@example.org")
    notify.hear(sessions.AppointmentBooked)
    notify.takes_back(consent)
    notify.work()
    post_office.hold.set()
    sender.join()
    notify.work()

    assert post_office.recipients == ["rosa@example.org"]
    assert notify.ledger()["welcome"]["status"] == "sent"
    assert notify.ledger()["appointment_booked"]["reason"] == "no_consent"


def test_a_message_with_which_something_is_wrong_keeps_no_other_from_leaving(notify: Any, post_office: Any) -> None:
    notify.registered(NELL, display_name="Nell", email="nell@example.org", time_zone="Nowhere/Land")
    notify.agrees(NELL)
    notify.registered()
    notify.agrees()
    notify.work()

    assert post_office.recipients == ["rosa@example.org"]
    notify.hear(intake.ClientUpdated, NELL, email="nell@example.org")
    notify.wait(seconds=31)
    assert post_office.recipients == ["rosa@example.org", "nell@example.org"]


@pytest.mark.parametrize("role", ["front_desk", "therapist", "clinic_admin"])
def test_staff_see_that_a_message_left_and_never_what_it_said(notify: Any, role: str) -> None:
    notify.registered()
    notify.agrees()
    notify.hear(intake.CaseloadJoined)
    notify.work()

    [item] = notify.bench.as_(role).get(f"/clients/{ROSA}/messages").json["items"]

    assert set(item) == {"id", "template", "channel", "status", "reason", "queued_at", "sent_at"}
    assert item["sent_at"] == item["queued_at"] == "2026-11-02T15:00:00+00:00"


def test_a_client_sees_their_own_messages_and_nobody_elses(notify: Any) -> None:
    notify.registered()
    notify.registered(NELL)

    own = notify.bench.as_("client", client_id=ROSA)

    assert own.get(f"/clients/{ROSA}/messages").status_code == 200
    assert own.get(f"/clients/{NELL}/messages").status_code == 404


def test_messages_of_another_clinics_client_are_not_found(notify: Any) -> None:
    notify.registered(NELL, clinic="cedar")

    assert notify.bench.as_("front_desk").get(f"/clients/{NELL}/messages").status_code == 404
    assert notify.bench.as_("front_desk", clinic="cedar").get(f"/clients/{NELL}/messages").status_code == 200


def test_only_those_who_may_read_the_ledger_read_it(notify: Any) -> None:
    notify.registered()

    assert notify.bench.as_("nurse").get(f"/clients/{ROSA}/messages").status_code == 403
    assert notify.bench.as_nobody().get(f"/clients/{ROSA}/messages").status_code == 401
