"""Months of a calendar: by them a journey is looked at, and by the zoom one sees how many of them at a time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A month, in the order of time."""

    year: int
    number: int

    @classmethod
    def of(cls, at: datetime, zone: ZoneInfo) -> "Month":
        """The month of an instant by the calendar of the zone."""
        there = at.astimezone(zone)
        return cls(there.year, there.month)

    @classmethod
    def read(cls, written: str) -> "Month | None":
        """`2026-11`; None for anything else, and where a calendar ends."""
        found = _WRITTEN.fullmatch(written)
        return cls(int(found[1]), int(found[2])) if found and 1900 <= int(found[1]) <= 2200 else None

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def later(self, months: int) -> "Month":
        """So many months later; earlier where it is negative."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def until(self, other: "Month") -> int:
        """How many months later the other one is."""
        return (other.year - self.year) * 12 + other.number - self.number

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """Its first instant by the calendar of the zone, in UTC."""
        return datetime(self.year, self.number, 1, tzinfo=zone).astimezone(UTC)

    def ends_at(self, zone: ZoneInfo) -> datetime:
        """The first instant of the next one."""
        return self.later(1).starts_at(zone)


class Zoom(StrEnum):
    """How much of a journey is seen at a time, from near to far."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


_SCREEN = 720
"""So wide is what is seen at a time, in the units of the pictures."""
_DRAWN = {Zoom.MONTH: (3, 0, _SCREEN), Zoom.QUARTER: (9, 1, _SCREEN // 3), Zoom.YEAR: (24, 3, _SCREEN // 12)}
"""How many months are drawn, three screens at the most; how many of them after the chosen one; how wide each is."""
_WIDEST, _FARTHEST = 2160, 24
"""How wide a whole journey is at most, and a month in it."""


@dataclass(frozen=True)
class Drawn:
    """The months that are drawn, both ends included, and how wide the picture is."""

    first: Month
    last: Month
    width: int


def drawn(zoom: Zoom, chosen: Month, first: Month, last: Month) -> Drawn:
    """What is drawn of a journey from its `first` to its `last` month around the chosen one, of which most lies before.

    From far away it is the whole journey, and a month is as wide as there is room for.
    """
    first, last = min(first, chosen), max(last, chosen)
    if zoom is Zoom.ALL:
        months = first.until(last) + 1
        each = max(min(_WIDEST // months, _FARTHEST), 1)
        # A short journey fills one screen.
        return Drawn(first, last, max(months * each, _SCREEN))
    months, after, each = _DRAWN[zoom]
    end = min(chosen.later(after), last)
    # One screen at least, three at most, and nothing from before the journey beyond the first of them.
    begin = max(end.later(1 - months), min(first, end.later(1 - _SCREEN // each)))
    return Drawn(begin, end, (begin.until(end) + 1) * each)
