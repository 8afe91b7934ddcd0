"""Numbers and instants find their places."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.samples import NEW_YORK, English

from shared.pictures.scales import Scale, TimeScale, lanes, round_ends, time_scale, within

ZONES = ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham", "UTC"]
instants = st.integers(631152000, 2840140800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def a_day(year: int, month: int, day: int) -> TimeScale:
    start = datetime(year, month, day, tzinfo=NEW_YORK)
    end = datetime(year, month, day, tzinfo=NEW_YORK) + timedelta(days=1)
    return time_scale((), (0, 2500), first=start, last=end)


def test_on_the_day_that_clocks_go_back_an_hour_comes_twice() -> None:
    day = a_day(2026, 11, 1)

    ticks = day.ticks(English(), 30)

    assert day.seconds == 25 * 3600
    assert [tick.said for tick in ticks][:4] == ["00:00", "01:00", "01:00", "02:00"]
    assert [day.at(tick.at) for tick in ticks][:4] == [0, 100, 200, 300]


def test_on_the_day_that_clocks_go_forward_an_hour_is_missing() -> None:
    day = a_day(2026, 3, 8)

    ticks = day.ticks(English(), 30)

    assert day.seconds == 23 * 3600
    assert [tick.said for tick in ticks][:4] == ["00:00", "01:00", "03:00", "04:00"]
    assert len({round(after - before, 6) for before, after in pairwise(day.at(tick.at) for tick in ticks)}) == 1


def test_the_second_one_oclock_lies_after_the_first() -> None:
    day = a_day(2026, 11, 1)
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)

    assert day.at(first.replace(fold=1)) - day.at(first) == pytest.approx(100)


@given(instants, st.integers(60, 3 * 10**9), st.sampled_from(ZONES), st.integers(2, 12))
def test_ticks_are_few_in_order_and_on_the_scale(start: datetime, seconds: int, zone: str, most: int) -> None:
    end = min(start + timedelta(seconds=seconds), datetime(2100, 1, 1, tzinfo=UTC))
    scale = time_scale((), (0, 700), first=start, last=end)

    ticks = scale.ticks(English(ZoneInfo(zone)), most)

    places = [scale.at(tick.at) for tick in ticks]
    assert len(ticks) <= most
    assert places == sorted(set(places))
    assert all(scale.covers(tick.at) for tick in ticks)


@given(st.lists(instants, min_size=2, max_size=20))
def test_later_instants_lie_further_right(moments: list[datetime]) -> None:
    scale = time_scale(moments, (0, 700))

    places = [scale.at(moment) for moment in sorted(moments)]

    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= 700


def test_without_any_instant_nothing_is_written_on_the_axis() -> None:
    assert time_scale((), (0, 700)).ticks(English(), 8) == ()


@given(st.decimals(-(10**9), 10**9, places=3), st.decimals(-(10**9), 10**9, places=3), st.integers(3, 9))
def test_round_ends_enclose_the_values_and_are_few(one: Decimal, other: Decimal, most: int) -> None:
    low, high = sorted((one, other))

    ticks = round_ends(low, high, most)

    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= most
    assert len({after - before for before, after in pairwise(ticks)}) == 1


def test_ticks_are_numbers_as_people_write_them() -> None:
    assert round_ends(0.1, 0.5, 5) == tuple(Decimal(text) for text in ("0.1", "0.2", "0.3", "0.4", "0.5"))
    assert within(0, 27, 6) == (0, 10, 20)
    assert [str(tick) for tick in round_ends(60, 1000, 6)] == ["0", "200", "400", "600", "800", "1000"]


def test_equal_values_lie_in_the_middle() -> None:
    assert Scale(7, 7, 0, 100).at(7) == 50
    assert round_ends(7, 7, 5) == (5, 6, 7, 8, 9)


def test_labels_that_would_touch_get_lanes_of_their_own_as_long_as_there_are_any() -> None:
    assert lanes([(0, 50), (40, 90), (60, 110), (45, 55)], 2) == (0, 1, 0, None)
