"""When routine messages may reach a client: in the hours that the clinic allows, by the clock where the client is."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.clinics import QuietHours


def next_allowed(now: datetime, hours: QuietHours, zone: ZoneInfo) -> datetime:
    """Return `now` where messages may go out, else the next moment (UTC) at which they may.

    Hours from 0 to 24 mean always; `from_hour` above `to_hour` means over midnight. A first hour that the change to
    summer time leaves out begins with the hour after it.
    """
    local = now.astimezone(zone)
    if _allowed(local.hour, hours):
        return now
    # Hours over midnight are shut only in the middle of the day, so that their next beginning is always today.
    closed_today = hours.from_hour < hours.to_hour <= local.hour
    day = local.date() + timedelta(days=1) if closed_today else local.date()
    return datetime.combine(day, time(hours.from_hour), tzinfo=zone).astimezone(UTC)


def _allowed(hour: int, hours: QuietHours) -> bool:
    if hours.from_hour < hours.to_hour:
        return hours.from_hour <= hour < hours.to_hour
    return hour >= hours.from_hour or hour < hours.to_hour
