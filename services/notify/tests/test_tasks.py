"""Tasks for the staff that can wait until the clinic is open, and what clients are invited to."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from notify.domain.opening import next_open
from shared.clinics import OpeningHours, Weekday
from shared.events import integration
from shared.events.language import Event

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")
NEW_YORK = ZoneInfo("America/New_York")
WEEKDAYS = [OpeningHours(weekday=day, opens="08:30", closes="17:30") for day in list(Weekday)[:5]]


def subjects(post_office: Any) -> list[str]:
    return [mail["Subject"] for mail in post_office.mails]


CALL = "Somebody has not answered: please call them"
READ = "There are words that somebody is asked to read"


@pytest.mark.parametrize(("event", "subject"), [(integration.CheckInMissed, CALL), (integration.WordsToRead, READ)])
def test_what_can_wait_reaches_the_staff_when_the_clinic_opens(
    notify: Any, post_office: Any, event: type[Event], subject: str
) -> None:
    notify.at(2026, 11, 6, 23, 0)  # Friday, 18:00 at Maple.
    notify.hear(event)
    notify.work()
    assert post_office.mails == []

    notify.at(2026, 11, 9, 13, 29)
    notify.work()
    assert post_office.mails == []
    notify.at(2026, 11, 9, 13, 30)  # Monday, 08:30.
    notify.work()

    [mail] = post_office.mails
    assert (mail["Subject"], post_office.recipients) == (subject, ["desk@maple.example"])
    assert "Rosa" not in mail.as_string()


def test_while_the_clinic_is_open_it_reaches_them_at_once(notify: Any, post_office: Any) -> None:
    notify.at(2026, 11, 9, 20, 0)
    notify.hear(integration.CheckInMissed)
    notify.work()

    assert subjects(post_office) == [CALL]
    assert f"http://afterglow.example/intake/clients/{ROSA}/care" in post_office.mails[0].get_content().split()


def test_nobody_is_asked_to_call_whoever_answered_overnight(notify: Any, post_office: Any) -> None:
    notify.at(2026, 11, 9, 3, 0)
    notify.hear(integration.CheckInMissed)
    notify.work()
    notify.hear(integration.CheckInCompleted)
    notify.at(2026, 11, 9, 14, 0)
    notify.work()

    assert post_office.mails == []


@pytest.mark.parametrize("event", [integration.MeasureDue, integration.InvitationDue])
def test_a_client_is_asked_by_day_and_on_their_consent_alone(notify: Any, post_office: Any, event: type[Event]) -> None:
    notify.registered()
    notify.hear(event)
    notify.work()
    assert post_office.mails == []

    notify.at(2026, 11, 10, 7, 0)  # In the night.
    notify.agrees()
    notify.work()
    assert post_office.mails == []
    notify.at(2026, 11, 10, 14, 0)
    notify.work()

    assert set(subjects(post_office)) == {"You have a message from Maple Street"}
    assert len(post_office.mails) == 2  # The welcome is the other one.


def test_each_reminder_of_a_measure_is_a_mail_of_its_own(notify: Any, post_office: Any) -> None:
    notify.registered()
    notify.agrees()
    notify.work()
    before = len(post_office.mails)
    for nudge in (0, 1, 2):
        notify.hear(integration.MeasureDue, nudge=nudge)
        notify.work()

    assert len(post_office.mails) == before + 3


# Naive, as the strategy wants its bounds.
FIRST, LAST = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-12-31")


@given(some.datetimes(FIRST, LAST, timezones=some.just(UTC)), some.sampled_from(["America/New_York", "UTC"]))
def test_the_next_opening_is_now_or_the_first_moment_of_some_hours(now: datetime, zone: str) -> None:
    where = ZoneInfo(zone)
    opens = next_open(now, WEEKDAYS, where)

    local = opens.astimezone(where)
    assert timedelta() <= opens - now <= timedelta(days=3)
    assert local.weekday() < 5
    assert time(8, 30) <= local.time() < time(17, 30)
    assert opens == now or local.time() == time(8, 30)


def test_a_clinic_that_has_not_said_when_it_is_open_is_told_at_once() -> None:
    now = datetime(2026, 11, 8, 3, tzinfo=UTC)
    assert next_open(now, [], NEW_YORK) == now
