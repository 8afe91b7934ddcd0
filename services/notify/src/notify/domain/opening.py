"""When a task reaches the staff: while the clinic is open, by its own clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.clinics import OpeningHours, Weekday

_DAYS = tuple(Weekday)


def next_open(now: datetime, hours: Sequence[OpeningHours], zone: ZoneInfo) -> datetime:
    """`now` while the clinic is open, else the next moment (UTC) at which it opens.

    A clinic that has not said when it is open is told at once. A time that the clocks leave out is as much later as
    they go forward.
    """
    today = now.astimezone(zone).date()
    ahead: list[datetime] = []
    for days in range(8):
        day = today + timedelta(days=days)
        for one in hours:
            if one.weekday != _DAYS[day.weekday()]:
                continue
            opens, closes = (
                datetime.combine(day, time.fromisoformat(at), zone).astimezone(UTC) for at in (one.opens, one.closes)
            )
            if opens <= now < closes:
                return now
            ahead.append(opens)
    return min((opens for opens in ahead if opens > now), default=now)
