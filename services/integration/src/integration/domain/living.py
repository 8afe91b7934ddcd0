"""When days that matter come again and letters open: days of a client's own calendar, at an hour of their own clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

INVITED_AT = time(10)
"""By the client's own clock."""
FURTHEST = timedelta(days=50 * 366)
"""So far ahead a letter opens at the latest."""


def on_the_day(day: date, zone: ZoneInfo, at: time = INVITED_AT) -> datetime:
    """The instant of that day at which the clock of the zone says so, in UTC.

    Where clocks go forward past it, it is as long after the hour before; where it comes twice, the first time.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def day_by(at: datetime, zone: ZoneInfo) -> date:
    """The day of an instant by the calendar of the zone."""
    return at.astimezone(zone).date()


def anniversary_in(year: int, day: date) -> date:
    """That day in another year; what happened on 29 February is remembered on the 28th where there is none."""
    if (day.month, day.day) == (2, 29):
        return date(year, 3, 1) - timedelta(days=1)
    return day.replace(year=year)


def next_anniversary(day: date, after: date) -> date:
    """The first anniversary that comes after that day; the day itself is none."""
    years = (max(after.year, day.year + 1), max(after.year, day.year) + 1)
    return next(one for year in years if (one := anniversary_in(year, day)) > after)


def is_open(opens_at: datetime, now: datetime) -> bool:
    """Whether a letter may be opened. Until then nobody opens it, and not the client either: that is its point."""
    return opens_at <= now
