from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from notify.domain.quiet_hours import next_allowed
from shared.clinics import QuietHours

DAYTIME = QuietHours(from_hour=8, to_hour=21)


def allowed(now: str, zone: str, hours: QuietHours = DAYTIME) -> str:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return next_allowed(moment, hours, ZoneInfo(zone)).isoformat()[:16]


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        ("2026-11-02T13:30", "America/New_York", "2026-11-02T13:30"),
        ("2026-11-02T13:30", "America/Los_Angeles", "2026-11-02T16:00"),
        ("2026-11-03T02:00", "America/New_York", "2026-11-03T13:00"),
        ("2026-11-03T01:59", "America/New_York", "2026-11-03T01:59"),
        ("2026-11-02T13:00", "America/New_York", "2026-11-02T13:00"),
        ("2026-11-02T12:59", "America/New_York", "2026-11-02T13:00"),
        ("2026-11-02T18:30", "Asia/Kolkata", "2026-11-03T02:30"),
    ],
)
def test_a_message_waits_for_eight_in_the_morning_where_the_client_lives(now: str, zone: str, expected: str) -> None:
    assert allowed(now, zone) == expected


def test_the_night_in_which_summer_time_begins_ends_at_eight_by_the_new_clock() -> None:
    # 14 March 2027, 02:00 EST becomes 03:00 EDT; the evening before is EST (UTC-5), the morning EDT (UTC-4).
    assert allowed("2027-03-14T03:00", "America/New_York") == "2027-03-14T12:00"


def test_the_night_in_which_summer_time_ends_ends_at_eight_by_the_new_clock() -> None:
    # 1 November 2026, 02:00 EDT becomes 01:00 EST.
    assert allowed("2026-11-01T02:00", "America/New_York") == "2026-11-01T13:00"


def test_a_first_hour_that_summer_time_leaves_out_begins_an_hour_later_by_the_wall_clock() -> None:
    assert allowed("2027-03-14T06:00", "America/New_York", QuietHours(from_hour=2, to_hour=21)) == "2027-03-14T07:00"


def test_hours_from_0_to_24_mean_always() -> None:
    assert allowed("2026-11-02T08:00", "America/New_York", QuietHours(from_hour=0, to_hour=24)) == "2026-11-02T08:00"


def test_hours_may_go_over_midnight() -> None:
    night_shift = QuietHours(from_hour=18, to_hour=4)

    assert allowed("2026-11-02T06:00", "America/New_York", night_shift) == "2026-11-02T06:00"
    assert allowed("2026-11-02T15:00", "America/New_York", night_shift) == "2026-11-02T23:00"
