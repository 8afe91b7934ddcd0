"""Days that matter come again: on the day, at ten by her own clock, and only to who wants it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.living import anniversary_in, next_anniversary, on_the_day
from shared.events.intake import ClientUpdated

from .conftest import Story
from .living_on import at, comes_back, day, invitations, letter, rests

ZONES = ("America/New_York", "America/Los_Angeles", "Europe/Madrid", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
days = st.dates(date(1970, 1, 1), date(2090, 12, 31))
zones = st.sampled_from(ZONES).map(ZoneInfo)


# The rules.


@given(days, st.integers(1971, 2100))
def test_an_anniversary_is_the_same_day_but_for_the_29_of_february(day: date, year: int) -> None:
    again = anniversary_in(year, day)

    assert again.year == year
    assert again.month == day.month
    assert again.day in (day.day, 28 if (day.month, day.day) == (2, 29) else day.day)
    assert again.day == day.day or date(year, 3, 1) - timedelta(days=1) == again


@given(days, days)
def test_the_next_anniversary_comes_after_the_day_and_within_a_year(day: date, after: date) -> None:
    again = next_anniversary(day, after)

    assert again > max(after, day)
    assert again <= max(after, day) + timedelta(days=366)
    assert again == anniversary_in(again.year, day)


@given(days, zones)
def test_ten_is_ten_by_the_clients_own_clock_whatever_the_clocks_did_in_that_night(day: date, zone: ZoneInfo) -> None:
    instant = on_the_day(day, zone)

    assert instant.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, time(10))


@given(days, zones)
def test_a_letter_opens_as_the_day_begins_and_on_no_other_day(day: date, zone: ZoneInfo) -> None:
    opens = on_the_day(day, zone, time())

    assert opens.astimezone(zone).date() == day
    assert (opens - timedelta(seconds=1)).astimezone(zone).date() == day - timedelta(days=1)


# Anniversaries.


def test_she_is_invited_each_year_on_the_day_at_ten_by_her_clock(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    day(rosa, "2026-03-08")
    at(rosa, 2029, 1, 1)

    # The clocks go forward on 14 March 2027, and on 12 March 2028.
    assert invitations(rosa) == [
        ("return", "2027-03-08T10:00:00-05:00"),
        ("return", "2028-03-08T10:00:00-05:00"),
    ]


def test_a_day_on_which_the_clocks_change_keeps_its_hour(rosa: Story) -> None:
    at(rosa, 2026, 11, 10)
    day(rosa, "2025-03-14")
    day(rosa, "2025-11-07")
    at(rosa, 2028, 1, 1)

    assert invitations(rosa) == [
        ("return", "2027-03-14T10:00:00-04:00"),
        ("return", "2027-11-07T10:00:00-05:00"),
    ]


def test_the_29_of_february_is_remembered_on_the_28_where_there_is_none(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    day(rosa, "2024-02-29")
    at(rosa, 2029, 1, 1)

    assert [when[:10] for _, when in invitations(rosa)] == ["2027-02-28", "2028-02-29"]


@pytest.mark.parametrize(("hour", "first"), [(8, "2026-11-02"), (11, "2027-11-02")])
def test_a_day_noted_on_its_anniversary_comes_today_only_before_ten(rosa: Story, hour: int, first: str) -> None:
    at(rosa, 2026, 11, 2, hour)
    day(rosa, "2025-11-02")
    at(rosa, 2027, 12, 1)

    assert invitations(rosa)[0][1][:10] == first


def test_only_who_wants_it_is_invited_and_only_until_they_do_not(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    day(rosa, yearly=False)
    wanted = day(rosa)
    at(rosa, 2027, 4, 1)
    assert len(invitations(rosa)) == 1

    rosa.do(f"life-events/{wanted['id']}/change", yearly=False, visibility="private")
    removed = day(rosa, "2026-05-01")
    rosa.do(f"life-events/{removed['id']}/removal")
    at(rosa, 2029, 1, 1)

    assert len(invitations(rosa)) == 1
    assert [one["yearly"] for one in rosa.see("life-events")] == [False, False]


def test_nobody_is_invited_while_they_rest_nor_for_it_afterwards(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    day(rosa)
    letter(rosa, "2027-03-20")
    rests(rosa)
    at(rosa, 2027, 6, 1)
    comes_back(rosa)
    at(rosa, 2027, 12, 1)
    assert invitations(rosa) == []

    at(rosa, 2028, 6, 1)
    assert invitations(rosa) == [("return", "2028-03-08T10:00:00-05:00")]


def test_after_a_standstill_of_days_nobody_is_invited_on_the_wrong_day(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    day(rosa)
    rosa.bench.clock.at = datetime(2027, 3, 11, 15, tzinfo=UTC)
    rosa.bench.advance(hours=1)
    assert invitations(rosa) == []

    at(rosa, 2028, 4, 1)
    assert [when[:10] for _, when in invitations(rosa)] == ["2028-03-08"]


def test_who_moved_is_invited_by_the_clock_of_where_they_live_now(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    day(rosa)
    letter(rosa, "2027-06-01")
    rosa.tell(ClientUpdated, time_zone="America/Los_Angeles")
    at(rosa, 2027, 12, 1)

    # Ten in Los Angeles.
    assert invitations(rosa) == [
        ("return", "2027-03-08T13:00:00-05:00"),
        ("return", "2027-06-01T13:00:00-04:00"),
    ]


def test_a_letter_invites_to_nothing_before_it_opens_also_where_the_day_began_earlier(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    letter(rosa, "2027-06-01")
    rosa.tell(ClientUpdated, time_zone="Pacific/Auckland")
    at(rosa, 2027, 12, 1)

    # Ten in New York: the timer stands. In Auckland that day had begun long before the letter opened.
    assert invitations(rosa) == [("return", "2027-06-01T10:00:00-04:00")]
