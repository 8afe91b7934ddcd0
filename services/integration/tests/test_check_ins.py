"""When a client is asked, for which route and by whose clock; what they skip, and when they rest."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integration.domain.checkins import closing, due_times, fall_together, later
from shared.clinics import Clinic
from shared.clinics.rules import RouteCheckIns
from shared.events.intake import ClientUpdated
from shared.events.integration import CheckInDue, CheckInMissed, RedFlagRaised, WindowOpened
from shared.events.sessions import SessionDosed
from shared.testing.bench import Bench

from .conftest import Story, refused

NEW_YORK, LORD_HOWE = ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
ZONES = some.sampled_from(
    [
        ZoneInfo(name)
        for name in ("America/New_York", "America/Los_Angeles", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu")
    ]
)
MOMENTS = some.datetimes(
    datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2028-12-31"), timezones=some.just(UTC)
)


def asked(story: Story) -> list[int]:
    return [event.data["hours_after"] for event in story.bench.published(CheckInDue)]


def states(story: Story, window: int = 0) -> dict[int, str]:
    return {c["hours_after"]: c["status"] for c in story.see("windows")[window]["check_ins"]}


def due(story: Story, hours: int, window: int = 0) -> datetime:
    [found] = [c for c in story.see("windows")[window]["check_ins"] if c["hours_after"] == hours]
    return datetime.fromisoformat(found["due_at"])


def first(story: Story) -> str:
    check_in: str = story.see("windows")[0]["check_ins"][0]["id"]
    return check_in


# The times.


@given(MOMENTS, some.integers(1, 167), ZONES)
def test_below_a_week_hours_are_hours(at: datetime, hours: int, zone: ZoneInfo) -> None:
    assert later(at, hours, zone) - at == timedelta(hours=hours)


@given(MOMENTS, some.integers(7, 366), ZONES)
def test_from_a_week_on_it_is_the_same_time_of_day_again(at: datetime, days: int, zone: ZoneInfo) -> None:
    then, wanted = later(at, days * 24, zone), at.astimezone(zone).replace(tzinfo=None, fold=0) + timedelta(days=days)
    local = then.astimezone(zone)

    assert abs(then - at - timedelta(days=days)) <= timedelta(hours=1)
    if local.replace(tzinfo=None, fold=0) != wanted:
        # There is no such time on that day: it is as much later as the clocks go forward.
        skipped = local.utcoffset() - (then - timedelta(hours=2)).astimezone(zone).utcoffset()  # type: ignore[operator]
        assert local.replace(tzinfo=None, fold=0) == wanted + skipped
    else:
        assert local.fold == 0


@given(MOMENTS, some.lists(some.integers(1, 2400), min_size=1, max_size=8), ZONES)
def test_check_ins_come_in_the_order_of_their_hours(at: datetime, hours: list[int], zone: ZoneInfo) -> None:
    times = due_times(at, hours, zone)
    assert list(times) == sorted(set(hours))
    assert all(moment > at for moment in times.values())


def test_on_lord_howe_half_an_hour_comes_twice_and_half_an_hour_is_left_out() -> None:
    # 4 April 2027, 02:00: the clocks go back to 01:30. 3 October 2027, 02:00: they go forward to 02:30.
    before = datetime(2027, 3, 28, 1, 45, tzinfo=LORD_HOWE)
    assert later(before, 168, LORD_HOWE) == datetime(2027, 4, 4, 1, 45, fold=0, tzinfo=LORD_HOWE).astimezone(UTC)
    before = datetime(2027, 9, 26, 2, 15, tzinfo=LORD_HOWE)
    local = later(before, 168, LORD_HOWE).astimezone(LORD_HOWE)
    assert (local.date(), local.strftime("%H:%M")) == (date(2027, 10, 3), "02:45")


def test_a_week_after_a_saturday_at_eleven_it_is_eleven_whatever_the_clocks_did(rosa: Story) -> None:
    # Story 6: dosed on Saturday 6 November, 11:00 EDT. The clocks go back in the night.
    rosa.bench.clock.at = datetime(2027, 11, 6, 11, tzinfo=NEW_YORK).astimezone(UTC)
    rosa.visited()

    said = {hours: due(rosa, hours).astimezone(NEW_YORK).strftime("%a %H:%M %Z") for hours in (24, 72, 168, 720)}
    assert said == {24: "Sun 10:00 EST", 72: "Tue 10:00 EST", 168: "Sat 11:00 EST", 720: "Mon 11:00 EST"}


def test_the_window_closes_after_the_days_of_the_clinic_or_else_with_the_last_check_in() -> None:
    at = datetime(2027, 11, 6, 15, tzinfo=UTC)
    last = at + timedelta(days=90)
    assert closing(at, 30, last, NEW_YORK) == at + timedelta(days=30, hours=1)
    assert closing(at, None, last, NEW_YORK) == last


def test_who_moves_is_asked_by_their_new_clock(rosa: Story) -> None:
    rosa.bench.clock.at = datetime(
        2026, 10, 20, 15, tzinfo=UTC
    )  # 11:00 in New York, where clocks go back on 1 November.
    rosa.visited()
    assert due(rosa, 336) == datetime(2026, 11, 3, 16, tzinfo=UTC)

    rosa.tell(ClientUpdated, time_zone="America/Phoenix")  # There they never do: it was 08:00, and is again.

    assert due(rosa, 336) == datetime(2026, 11, 3, 15, tzinfo=UTC)
    assert due(rosa, 24) == datetime(2026, 10, 21, 15, tzinfo=UTC)
    rosa.bench.clock.at = datetime(2026, 11, 3, 15, tzinfo=UTC)
    rosa.bench.advance()
    assert asked(rosa)[-1] == 336


# The route.


@pytest.mark.parametrize(("route", "hours"), [("SL", [24, 336]), ("IM", [24, 72, 168, 336, 720, 2160]), (None, None)])
def test_the_route_of_the_dose_says_when(
    bench: Bench, maple: Clinic, route: str | None, hours: list[int] | None
) -> None:
    slower = RouteCheckIns.load(RouteCheckIns.sample_data() | {"route": "SL", "hours_after": [24, 336]})
    bench.know(replace(maple, version=2, rules=replace(maple.rules, check_ins_by_route=[slower])))
    story = Story(bench).registered()
    if route is not None:
        story.tell(SessionDosed, visit=str(story.visit), route=route)
        story.tell(SessionDosed, visit=str(uuid4()), route="SL" if route == "IM" else "IM")
    story.visited()

    assert list(states(story)) == (hours or maple.rules.check_ins.hours_after)


# Two visits.


def another_visit(story: Story, **after: Any) -> None:
    story.bench.advance(**after)
    story.visit = uuid4()
    story.visited()


def test_two_visits_that_would_ask_within_half_a_day_ask_once_for_the_later_one(rosa: Story) -> None:
    rosa.visited()
    another_visit(rosa, days=6, hours=3)

    assert states(rosa, 1)[168] == "joined"
    assert states(rosa)[24] == "waiting"
    rosa.bench.advance(days=2)
    assert [event.data["hours_after"] for event in rosa.bench.published(CheckInDue)].count(168) == 0
    assert asked(rosa) == [24, 72, 24]
    assert states(rosa, 1)[336] == "waiting"


def test_it_is_the_later_visit_that_counts_and_not_the_one_that_was_heard_of_later(rosa: Story) -> None:
    now = rosa.bench.clock()
    rosa.visited(completed_at=now.isoformat())
    rosa.visit = uuid4()
    rosa.visited(completed_at=(now - timedelta(days=6)).isoformat())

    assert states(rosa, 1)[168] == "joined"
    assert states(rosa)[24] == "waiting"


@given(MOMENTS, some.integers(-36, 36))
def test_half_a_day_is_half_a_day_in_both_directions(at: datetime, hours: int) -> None:
    other = at + timedelta(hours=hours)
    assert fall_together(at, other) is fall_together(other, at) is (abs(hours) <= 12)


# Skipping, and going quiet.


def test_whoever_skips_is_asked_no_reason_and_nobody_is_called(rosa: Story) -> None:
    rosa.visited()
    rosa.bench.advance(hours=24)

    skipped = rosa.do(f"check-ins/{first(rosa)}/skipping")
    assert (skipped.status_code, skipped.get_json()["status"]) == (201, "skipped")
    rosa.bench.advance(hours=30)

    assert states(rosa)[24] == "skipped"
    assert rosa.bench.published(CheckInMissed) == []
    assert rosa.do(f"check-ins/{first(rosa)}/skipping").status_code == 201


def test_one_that_was_skipped_early_is_never_asked_and_may_still_be_answered(rosa: Story) -> None:
    rosa.visited()
    rosa.do(f"check-ins/{first(rosa)}/skipping")
    rosa.bench.advance(hours=25)

    assert asked(rosa) == []
    assert rosa.do(f"check-ins/{first(rosa)}/answer", slept=True).get_json()["status"] == "completed"
    refused(rosa.do(f"check-ins/{first(rosa)}/skipping"), "already_answered")


def test_nobody_skips_anothers(rosa: Story) -> None:
    rosa.visited()
    check_in = first(rosa)
    assert Story(rosa.bench).registered().do(f"check-ins/{check_in}/skipping").status_code == 404
    rosa.bench.advance(hours=24)
    assert asked(rosa) == [24]


def test_somebody_is_told_of_a_client_who_went_quiet_and_of_nothing_that_they_said(rosa: Story) -> None:
    rosa.visited()
    rosa.bench.advance(hours=24)
    rosa.bench.advance(hours=24)

    [told] = rosa.bench.published(CheckInMissed)
    assert set(told.data) == {"check_in", "window", "hours_after"}


# Rest.


def test_while_she_rests_nothing_is_asked_and_nobody_is_called(rosa: Story) -> None:
    rosa.visited()
    rosa.bench.advance(hours=24)
    assert rosa.do("rest", until=None, words="I am at the sea.").status_code == 201
    for _ in range(10):
        rosa.bench.advance(days=1)

    assert (asked(rosa), rosa.bench.published(CheckInMissed)) == ([24], [])
    assert states(rosa) == {24: "paused", 72: "paused", 168: "paused", 336: "waiting", 720: "waiting", 2160: "waiting"}


def test_who_comes_back_is_asked_what_comes_next_and_nothing_afterwards(rosa: Story) -> None:
    rosa.visited()
    rosa.do("rest")
    rosa.bench.advance(days=8)
    assert rosa.do("rest/ending").get_json() == {"resting": False, "since": None, "until": None}
    rosa.bench.advance(days=5)
    assert asked(rosa) == []
    rosa.bench.advance(days=1)

    assert asked(rosa) == [336]
    assert rosa.do(f"check-ins/{first(rosa)}/answer", slept=True).status_code == 201


def test_a_rest_until_a_day_ends_with_the_first_moment_of_it_where_she_lives(rosa: Story) -> None:
    rosa.bench.clock.at = datetime(2026, 11, 2, 15, tzinfo=UTC)
    until = rosa.do("rest", until="2026-11-05").get_json()["until"]
    assert datetime.fromisoformat(until) == datetime(2026, 11, 5, 5, tzinfo=UTC)
    rosa.bench.clock.at = datetime(2026, 11, 5, 4, 59, tzinfo=UTC)
    caller = rosa.bench.as_("therapist")
    assert caller.get(f"/clients/{rosa.client}/rest").get_json()["resting"] is True
    rosa.bench.clock.at = datetime(2026, 11, 5, 5, tzinfo=UTC)
    assert caller.get(f"/clients/{rosa.client}/rest").get_json()["resting"] is False


def test_a_rest_ends_on_a_day_that_is_ahead_and_can_be_made_longer(rosa: Story) -> None:
    today = rosa.bench.clock().astimezone(NEW_YORK).date()
    refused(rosa.do("rest", until=today.isoformat()), "not_ahead", 422)
    began = rosa.do("rest", until=(today + timedelta(days=2)).isoformat()).get_json()["since"]
    rosa.bench.advance(days=1)
    longer = rosa.do("rest").get_json()
    assert (longer["since"], longer["until"]) == (began, None)


def test_whoever_rests_is_helped_as_ever(rosa: Story) -> None:
    rosa.visited()
    rosa.do("rest")

    assert "988" in rosa.do("help").get_json()["crisis_line"]
    assert "988" in rosa.do(f"check-ins/{first(rosa)}/answer", hard_thoughts=True).get_json()["help"]
    assert [told.data["reason"] for told in rosa.bench.published(RedFlagRaised)] == ["help_now", "suicidality"]


def test_her_words_about_a_rest_are_hers(rosa: Story) -> None:
    rosa.do("rest", words="I am at the sea.")
    seen = rosa.bench.as_("therapist").get(f"/clients/{rosa.client}/rest")
    assert seen.status_code == 200
    assert "sea" not in seen.get_data(as_text=True)
    assert rosa.bench.published(WindowOpened) == []
