"""When somebody is invited to a practice: by their own calendar and clock, in the rhythm that they chose."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.practising import by_month, next_invitation

NEW_YORK, LORD_HOWE = ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
ZONES = [
    NEW_YORK,
    LORD_HOWE,
    ZoneInfo("Pacific/Apia"),
    ZoneInfo("Africa/Casablanca"),
    ZoneInfo("America/Santiago"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("UTC"),
]
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
instants = st.integers(1_230_768_000, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""From 2009 to 2040."""
days = st.dates(date(2008, 1, 1), date(2041, 1, 1))


def invitations(zone: ZoneInfo, at: time, after: datetime, count: int, every_days: int = 1) -> list[datetime]:
    """So many, each asked for when the one before has fired."""
    begun, found = after.astimezone(zone).date(), []
    for _ in range(count):
        after = next_invitation(after, begun=begun, every_days=every_days, at=at, zone=zone)
        found.append(after)
    return found


def by_clock(found: list[datetime], zone: ZoneInfo) -> list[str]:
    return [f"{at.astimezone(zone):%d %H:%M %Z}" for at in found]


@pytest.mark.parametrize(
    ("zone", "at", "first_day", "expected"),
    [
        # The clocks go forward from 2:00 to 3:00 on 14 March.
        (NEW_YORK, time(2, 30), date(2027, 3, 13), ["13 02:30 EST", "14 03:30 EDT", "15 02:30 EDT"]),
        # They go back from 2:00 to 1:00 on 7 November: 1:30 comes twice, and she is invited once.
        (NEW_YORK, time(1, 30), date(2027, 11, 6), ["06 01:30 EDT", "07 01:30 EDT", "08 01:30 EST"]),
        # Half an hour is skipped on 3 October, and comes twice on 4 April.
        (LORD_HOWE, time(2, 15), date(2027, 10, 2), ["02 02:15 +1030", "03 02:45 +11", "04 02:15 +11"]),
        (LORD_HOWE, time(1, 45), date(2027, 4, 3), ["03 01:45 +11", "04 01:45 +11", "05 01:45 +1030"]),
    ],
)
def test_a_time_that_is_skipped_is_moved_on_and_one_that_comes_twice_fires_once(
    zone: ZoneInfo, at: time, first_day: date, expected: list[str]
) -> None:
    assert by_clock(invitations(zone, at, datetime.combine(first_day, time(), zone), 3), zone) == expected


def test_a_day_that_a_zone_leaves_out_leaves_out_its_invitation() -> None:
    """Samoa went from 29 to 31 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    found = invitations(apia, time(10), datetime(2011, 12, 28, 12, tzinfo=apia), 3)
    assert by_clock(found, apia) == ["29 10:00 -10", "31 10:00 +14", "01 10:00 +14"]


def test_once_a_week_is_on_the_weekday_on_which_it_was_begun() -> None:
    begun = date(2026, 11, 25)
    at = next_invitation(datetime(2027, 3, 12, tzinfo=UTC), begun=begun, every_days=7, at=time(18, 30), zone=NEW_YORK)
    assert f"{at.astimezone(NEW_YORK):%A %d %b %H:%M}" == "Wednesday 17 Mar 18:30"


def test_the_first_is_on_the_day_itself_where_its_time_is_still_ahead() -> None:
    begun = datetime(2026, 11, 25, 8, tzinfo=NEW_YORK)
    for at, day in ((time(18, 30), 25), (time(7), 28), (time(8), 28)):
        found = next_invitation(begun, begun=begun.date(), every_days=3, at=at, zone=NEW_YORK)
        assert found.astimezone(NEW_YORK).day == day


@given(instants, days, st.integers(1, 366), clocks, st.sampled_from(ZONES))
def test_it_lies_ahead_on_a_day_of_the_rhythm_and_none_is_between(
    after: datetime, begun: date, every_days: int, at: time, zone: ZoneInfo
) -> None:
    found = next_invitation(after, begun=begun, every_days=every_days, at=at, zone=zone)

    local = found.astimezone(zone).replace(tzinfo=None)
    assert found > after
    # Moved on over a gap it may come to lie on the day after, as where a whole day is left out.
    assert any((local.date() - timedelta(days=late) - begun).days % every_days == 0 for late in (0, 1))
    assert local.date() >= begun
    moved = local - datetime.combine(local.date(), at)
    assert moved == timedelta() or found - timedelta(days=2) < _change_before(found, zone)
    reach = timedelta(days=every_days + 2)
    assert found - after <= reach or found.astimezone(zone).date() <= begun + timedelta(days=1)


@given(instants, st.integers(1, 40), clocks, st.sampled_from(ZONES))
def test_each_comes_once_and_about_so_many_days_after_the_one_before(
    after: datetime, every_days: int, at: time, zone: ZoneInfo
) -> None:
    found = invitations(zone, at, after, 6, every_days)

    for one, other in pairwise(found):
        assert timedelta(days=every_days, hours=-26) < other - one < timedelta(days=2 * every_days, hours=26)
    assert len({moment.astimezone(zone).date() for moment in found}) == 6


def _change_before(at: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks of the zone changed last, to the hour, within the last two days; else long ago."""
    for hours in range(48):
        before = at - timedelta(hours=hours)
        if before.astimezone(zone).utcoffset() != (before - timedelta(hours=1)).astimezone(zone).utcoffset():
            return before
    return at - timedelta(days=3)


def test_when_it_was_lived_is_told_by_month_without_any_gap() -> None:
    lived = [datetime(2026, month, day, 2, tzinfo=UTC) for month, day in ((9, 1), (11, 5), (11, 5), (11, 9))]

    # At two in the night of Greenwich it is still the day before in New York.
    assert by_month(lived, NEW_YORK) == [
        (date(2026, 11, 1), [date(2026, 11, 4), date(2026, 11, 8)]),
        (date(2026, 8, 1), [date(2026, 8, 31)]),
    ]
    assert by_month([], NEW_YORK) == []
