"""While a client rests nobody asks or reminds them of anything, nor calls them for an answer; all else goes on."""

import threading
from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from notify.domain.messages import ASKING, KINDS, Template
from shared.clock import uuid7
from shared.events import intake, integration, sessions
from shared.events.language import Event
from shared.events.notify import MessageSuppressed

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")
TOMAS = UUID("01936d3e-5f00-7000-8000-00000000a002")
REST = UUID("01936d3e-5f00-7000-8000-00000000003a")

ASKS: list[type[Event]] = [
    integration.WindowOpened,
    integration.CheckInDue,
    integration.MeasureDue,
    integration.InvitationDue,
]
GOES_ON: list[type[Event]] = [
    intake.ClearanceDecided,
    intake.SignInAsked,
    sessions.AppointmentBooked,
    sessions.EscortDeclined,
    integration.RedFlagRaised,
    integration.RedFlagRaisedV2,
    integration.WordsToRead,
    intake.GlassBroken,
    intake.InquiryReceived,
]


@pytest.fixture
def rosa(notify: Any, post_office: Any) -> Any:
    """Rosa, who agreed to messages and has been welcomed; it is Monday, 10:00 where she and the clinic are."""
    notify.registered()
    notify.agrees()
    notify.work()
    post_office.mails.clear()
    return notify


def rests(notify: Any, client: UUID = ROSA, *, until: datetime | None = None, rest: UUID = REST) -> None:
    notify.hear(integration.RestBegun, client, rest=rest, until=until)


def comes_back(notify: Any, *, rest: UUID = REST) -> None:
    notify.hear(integration.RestEnded, rest=rest, ended_at=notify.bench.clock())


def test_each_kind_of_message_either_asks_or_goes_on_while_somebody_rests() -> None:
    assert set(ASKING) == {
        Template.WINDOW_OPENED,
        Template.CHECKIN_DUE,
        Template.MEASURE_DUE,
        Template.INVITATION_DUE,
        Template.CHECKIN_MISSED,
    }
    assert not any(KINDS[template].asked_for for template in ASKING)


@pytest.mark.parametrize("event", ASKS)
def test_while_she_rests_nothing_asks_or_reminds_her(rosa: Any, post_office: Any, event: type[Event]) -> None:
    rests(rosa)
    rosa.hear(event)
    rosa.wait(days=3)
    assert post_office.mails == []

    comes_back(rosa)
    rosa.wait(days=1)
    assert post_office.mails == []
    rosa.hear(event)
    rosa.work()
    assert len(post_office.mails) == 1


@pytest.mark.parametrize("event", GOES_ON)
def test_whatever_is_about_help_visits_consent_or_safety_goes_on(
    rosa: Any, post_office: Any, event: type[Event]
) -> None:
    rests(rosa)
    changes = {"in_crisis": True} if event is intake.InquiryReceived else {}
    changes |= {"valid_until": datetime(2026, 11, 3, tzinfo=UTC)} if event is intake.SignInAsked else {}
    rosa.hear(event, **changes)
    rosa.work()

    assert len(post_office.mails) == 1


def test_her_rest_is_hers_and_others_are_asked_as_ever(rosa: Any, post_office: Any) -> None:
    rosa.registered(TOMAS, email="tomas@example.org")
    rosa.agrees(TOMAS)
    rosa.work()
    post_office.mails.clear()
    rests(rosa)

    for client in (ROSA, TOMAS):
        rosa.hear(integration.CheckInDue, client)
    rosa.work()

    assert [mail["To"] for mail in post_office.mails] == ["tomas@example.org"]


@pytest.mark.parametrize("event", ASKS)
def test_what_waits_for_the_morning_is_dropped_as_she_begins_to_rest(
    rosa: Any, post_office: Any, event: type[Event]
) -> None:
    rosa.at(2026, 11, 3, 6, 0)
    rosa.hear(event)
    rosa.hear(sessions.AppointmentBooked)
    rosa.work()
    assert {message["status"] for name, message in rosa.ledger().items() if name != "welcome"} == {"deferred"}

    rests(rosa)
    rosa.work()

    ledger = rosa.ledger()
    [dropped] = [message for name, message in ledger.items() if name not in ("welcome", "appointment_booked")]
    # Why is told to nobody at the desk.
    assert (dropped["status"], dropped["reason"]) == ("suppressed", "stale")
    assert len(rosa.bench.published(MessageSuppressed)) == 1
    rosa.at(2026, 11, 3, 14, 0)
    rosa.work()
    assert [message["template"] for message in rosa.ledger().values() if message["status"] == "sent"] == [
        "welcome",
        "appointment_booked",
    ]


def test_what_waited_for_the_morning_is_not_sent_where_the_rest_is_over_by_then(rosa: Any, post_office: Any) -> None:
    """Also where nobody was at work while she rested."""
    rosa.at(2026, 11, 4, 3, 0)
    rosa.hear(integration.MeasureDue)
    rosa.work()
    rests(rosa, until=datetime(2026, 11, 4, 5, tzinfo=UTC))

    rosa.at(2026, 11, 4, 14, 0)
    rosa.work()

    assert post_office.mails == []


def test_what_waited_for_her_consent_is_not_sent_either(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.hear(integration.CheckInDue)
    notify.work()
    rests(notify)
    notify.wait(hours=1)
    comes_back(notify)
    notify.agrees()
    notify.work()

    assert [message["template"] for message in notify.ledger().values() if message["status"] == "sent"] == ["welcome"]


def test_a_rest_is_over_by_its_day_without_anybody_saying_so(rosa: Any, post_office: Any) -> None:
    rests(rosa, until=datetime(2026, 11, 5, 5, tzinfo=UTC))
    rosa.at(2026, 11, 5, 4, 59)
    rosa.hear(integration.MeasureDue)
    rosa.at(2026, 11, 5, 5, 0)
    rosa.hear(integration.CheckInDue)
    rosa.at(2026, 11, 5, 14, 0)
    rosa.work()

    assert (rosa.ledger()["measure_due"]["status"], rosa.ledger()["checkin_due"]["status"]) == ("suppressed", "sent")
    assert len(post_office.mails) == 1


def test_she_says_anew_until_when(rosa: Any, post_office: Any) -> None:
    rests(rosa, until=datetime(2026, 11, 5, 5, tzinfo=UTC))
    rests(rosa, until=None)
    rosa.at(2026, 11, 6, 15, 0)
    rosa.hear(integration.CheckInDue)
    rosa.work()

    assert post_office.mails == []


@pytest.mark.parametrize("order", list(permutations(["begun", "begun", "ended"])))
def test_in_whichever_order_and_however_often_it_is_heard_a_rest_that_ended_has_ended(
    rosa: Any, post_office: Any, order: tuple[str, ...]
) -> None:
    for what in order:
        if what == "begun":
            rests(rosa)
        else:
            comes_back(rosa)
    rosa.wait(minutes=1)
    rosa.hear(integration.CheckInDue)
    rosa.work()

    assert len(post_office.mails) == 1


def test_what_the_broker_brings_in_the_wrong_order_and_twice_is_handled_in_hers(rosa: Any, post_office: Any) -> None:
    bench = rosa.bench
    begun = bench.envelope(integration.RestBegun(subject=ROSA, rest=REST, until=None))
    ended = bench.envelope(integration.RestEnded(subject=ROSA, rest=REST, ended_at=bench.clock()))
    another = bench.envelope(integration.RestBegun(subject=ROSA, rest=uuid7(bench.clock()), until=None))
    bench.deliver(another, ended)
    bench.settle()
    bench.deliver(begun, ended, another)
    bench.settle()
    rosa.hear(integration.CheckInDue)
    rosa.work()

    assert post_office.mails == []
    with bench.owner.connect() as connection:
        assert connection.execute(text("select ended_at is null, count(*) from rest group by 1")).all() == [
            (False, 1),
            (True, 1),
        ]


def test_an_asking_that_a_sender_has_in_hand_as_she_begins_to_rest_is_not_sent_later(
    rosa: Any, post_office: Any
) -> None:
    post_office.answer = "451 4.3.0 Later"
    post_office.hold.clear()
    rosa.hear(integration.CheckInDue)
    sender = threading.Thread(target=rosa.mails.run_once, args=(rosa.bench.store,))
    sender.start()
    assert post_office.asked.wait(10)

    rests(rosa)
    rosa.work()
    post_office.hold.set()
    sender.join()
    post_office.answer = "250 2.0.0 Kept"
    rosa.wait(hours=1)

    assert post_office.mails == []
    assert rosa.ledger()["checkin_due"]["status"] == "suppressed"


# Somebody calls who has not answered: a task for the staff.


def missed(notify: Any, check_in: UUID) -> None:
    """A check-in was not answered, at night: whoever calls is told in the morning."""
    notify.at(2026, 11, 3, 3, 0)
    notify.hear(integration.CheckInMissed, check_in=check_in)
    notify.work()


@pytest.mark.parametrize(
    "event", [integration.CheckInSkipped, integration.CheckInCompleted, integration.RestBegun], ids=lambda e: e.name
)
def test_nobody_calls_whoever_skipped_it_answered_it_or_rests_by_then(
    rosa: Any, post_office: Any, event: type[Event]
) -> None:
    check_in = uuid7(rosa.bench.clock())
    missed(rosa, check_in)
    rosa.hear(event, **({} if event is integration.RestBegun else {"check_in": check_in}))
    rosa.work()

    with rosa.bench.owner.connect() as connection:
        found = text("select status, reason from message where template = 'checkin_missed'")
        assert connection.execute(found).all() == [("suppressed", "stale")]
    comes_back(rosa)
    rosa.at(2026, 11, 3, 14, 0)
    rosa.work()
    assert post_office.mails == []


def test_somebody_calls_for_the_one_that_was_not_skipped(rosa: Any, post_office: Any) -> None:
    missed(rosa, uuid7(rosa.bench.clock()))
    rosa.hear(integration.CheckInSkipped, check_in=uuid7(rosa.bench.clock()))
    rosa.at(2026, 11, 3, 14, 0)
    rosa.work()

    assert [mail["To"] for mail in post_office.mails] == ["desk@maple.example"]


@pytest.mark.parametrize("event", [integration.CheckInSkipped, integration.CheckInCompleted], ids=lambda e: e.name)
def test_what_was_skipped_or_answered_in_the_night_is_not_asked_in_the_morning(
    rosa: Any, post_office: Any, event: type[Event]
) -> None:
    rosa.at(2026, 11, 3, 6, 0)
    check_in = uuid7(rosa.bench.clock())
    rosa.hear(integration.CheckInDue, check_in=check_in)
    rosa.work()
    rosa.hear(event, check_in=check_in)
    rosa.at(2026, 11, 3, 14, 0)
    rosa.work()

    assert post_office.mails == []


def test_a_call_for_help_is_made_whatever_was_skipped_or_rests(rosa: Any, post_office: Any) -> None:
    rosa.at(2026, 11, 3, 3, 0)
    rosa.hear(integration.RedFlagRaised)
    rosa.hear(integration.CheckInSkipped)
    rests(rosa)
    rosa.work()

    assert len(post_office.mails) == 1


def test_what_waited_as_the_release_came_that_knows_of_rests_is_dropped_too(rosa: Any, post_office: Any) -> None:
    """Of messages of before it is not known when it was told that they ask: they ask since they are there."""
    rosa.at(2026, 11, 3, 6, 0)
    rosa.hear(integration.CheckInDue)
    rosa.work()
    with rosa.bench.owner.begin() as connection:
        connection.execute(text("update message set asked_at = null, check_in = null"))
    rests(rosa)
    rosa.at(2026, 11, 3, 14, 0)
    rosa.work()

    assert post_office.mails == []
