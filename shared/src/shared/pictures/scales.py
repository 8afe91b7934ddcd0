"""From numbers and instants to places in a picture, and which of them to write on its axes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from shared.pictures.reading import Reader

Number = float | int | Decimal
_QUARTER = 900
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 600, 1200)


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers along a line. Equal ends are widened, so that one value lies in the middle."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: Number) -> float:
        """The place of a value; one outside of the scale lies at its end."""
        if self.high <= self.low:
            return (self.start + self.end) / 2
        part = (float(value) - self.low) / (self.high - self.low)
        return self.start + min(max(part, 0.0), 1.0) * (self.end - self.start)


def round_ends(low: Number, high: Number, most: int) -> tuple[Decimal, ...]:
    """Round numbers from at or under `low` to at or over `high`, at most `most` of them and at least two."""
    bottom, top = Decimal(str(low)), Decimal(str(high))
    if top <= bottom:
        bottom, top = bottom - 2, top + 2
    rough = (top - bottom) / max(most - 1, 1)
    size = Decimal(1).scaleb(rough.adjusted())
    for times in (1, 2, 5, 10, 20, 50):
        step = size * times
        first = (bottom / step).to_integral_value(ROUND_FLOOR)
        last = (top / step).to_integral_value(ROUND_CEILING)
        if last - first < most:
            break
    return tuple(_plain((first + n) * step) for n in range(int(last - first) + 1))


def within(low: Number, high: Number, most: int) -> tuple[Decimal, ...]:
    """The round numbers that lie between two ends that are not to be moved."""
    return tuple(tick for tick in round_ends(low, high, most) if low <= tick <= high)


def _plain(value: Decimal) -> Decimal:
    whole = value == value.to_integral_value() and abs(value) < 10**20
    return value.quantize(Decimal(1)) if whole else value.normalize()


@dataclass(frozen=True, slots=True)
class Tick:
    """An instant that is written on an axis, and how."""

    at: datetime
    said: str


@dataclass(frozen=True)
class TimeScale:
    """Instants along a line, evenly: a day of 23 or 25 hours is that much shorter or longer than others.

    It belongs to one picture and so to one reader, and remembers how it has worded an instant, or a day.
    """

    first: datetime
    last: datetime
    start: float
    end: float
    empty: bool = False
    _worded: dict[float | date, str] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def begins(self) -> float:
        """The first instant, in seconds: instants of one zone, compared as they are, would be compared by its clock."""
        return self.first.timestamp()

    @cached_property
    def seconds(self) -> float:
        """How long the scale lasts."""
        return self.last.timestamp() - self.begins

    def at(self, moment: datetime) -> float:
        """The place of an instant; one outside of the scale lies at its end."""
        part = (moment.timestamp() - self.begins) / self.seconds
        return self.start + min(max(part, 0.0), 1.0) * (self.end - self.start)

    def covers(self, moment: datetime) -> bool:
        """Whether the instant lies on the scale."""
        return 0 <= moment.timestamp() - self.begins <= self.seconds

    def meets(self, start: datetime, end: datetime) -> bool:
        """Whether anything of this time lies on the scale."""
        return start.timestamp() - self.begins < self.seconds and end.timestamp() > self.begins

    def when(self, moment: datetime, reader: Reader) -> str:
        """An instant as exactly as the scale is: by the clock within one day, else with its day."""
        if self.seconds > 14 * 86400:
            day = moment.astimezone(reader.zone).date()
            if day not in self._worded:
                self._worded[day] = reader.day(day)
            return self._worded[day]
        at = moment.timestamp()
        if at not in self._worded:
            self._worded[at] = self._say(moment, reader)
        return self._worded[at]

    def _say(self, moment: datetime, reader: Reader) -> str:
        one_day = self.first.astimezone(reader.zone).date() == self.last.astimezone(reader.zone).date()
        return reader.clock(moment) if one_day or self.seconds <= 95040 else reader.moment(moment)

    def ticks(self, reader: Reader, most: int) -> tuple[Tick, ...]:
        """At most so many round times by the reader's clock, in order; in an hour that comes twice, both."""
        if self.empty:
            return ()
        for minutes in _MINUTES:
            if self.seconds / (60 * minutes) <= most:
                found = _by_the_clock(self, reader.zone, minutes)
                if len(found) <= most:
                    days = self.seconds > 93600
                    return tuple(Tick(at, _clock(at, reader, days=days)) for at in found)
        for step in _DAYS:
            if self.seconds / (86400 * step) <= most:
                found = _midnights(self, reader.zone, step)
                if len(found) <= most:
                    return tuple(Tick(at, reader.short_day(at.date())) for at in found)
        for step in _MONTHS:
            if self.seconds / (86400 * 30 * step) <= most or step == _MONTHS[-1]:
                found = _first_days(self, reader.zone, step)
                if len(found) <= most:
                    say = reader.day if step >= 6 else reader.short_day
                    return tuple(Tick(at, say(at.date())) for at in found)
        return ()


def _clock(at: datetime, reader: Reader, *, days: bool) -> str:
    return reader.short_day(at.date()) if days and not (at.hour or at.minute) else reader.clock(at)


def _by_the_clock(scale: TimeScale, zone: ZoneInfo, minutes: int) -> list[datetime]:
    """Walks in real time and asks the clock, so that no hour is invented and none is lost when clocks change."""
    stride = min(minutes * 60, _QUARTER)
    at = -(-int(scale.first.timestamp()) // stride) * stride
    found = []
    while at <= scale.last.timestamp():
        local = datetime.fromtimestamp(at, zone)
        if (local.hour * 60 + local.minute) % minutes == 0 and scale.first.timestamp() <= at:
            found.append(local)
        at += stride
    return found


def _midnights(scale: TimeScale, zone: ZoneInfo, step: int) -> list[datetime]:
    """Every so many days; weeks begin on Monday."""
    day = scale.first.astimezone(zone).date()
    last = scale.last.astimezone(zone).date()
    day -= timedelta(days=day.weekday() if step >= 7 else 0)
    found = []
    while day <= last:
        found.append(datetime(day.year, day.month, day.day, tzinfo=zone))
        day += timedelta(days=step)
    return [at for at in found if scale.covers(at)]


def _first_days(scale: TimeScale, zone: ZoneInfo, step: int) -> list[datetime]:
    first, last = scale.first.astimezone(zone).date(), scale.last.astimezone(zone).date()
    begins = first.year * 12 + first.month - 1
    months = range(begins - begins % step, last.year * 12 + last.month, step)
    days = (date(month // 12, month % 12 + 1, 1) for month in months if month >= 12)
    found = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in days)
    return [at for at in found if scale.covers(at)]


def time_scale(
    moments: Iterable[datetime],
    ends: tuple[float, float],
    *,
    first: datetime | None = None,
    last: datetime | None = None,
) -> TimeScale:
    """A scale that covers these instants with a little air, or exactly from `first` to `last` where those are given.

    One instant alone lies in the middle of a day. Without any, and without ends, there is nothing to write on the axis.
    """
    known = sorted(moment.timestamp() for moment in moments)
    low, high = (known[0], known[-1]) if known else (0.0, 3600.0)
    air = (high - low) * 0.03 or 43200.0
    begin = first or datetime.fromtimestamp(low - air, UTC)
    end = last or datetime.fromtimestamp(high + air, UTC)
    if end.timestamp() <= begin.timestamp():
        end = datetime.fromtimestamp(begin.timestamp() + 3600, UTC)
    return TimeScale(begin, end, *ends, empty=not known and first is None and last is None)


def lanes(wanted: Sequence[tuple[float, float]], most: int, gap: float = 6) -> tuple[int | None, ...]:
    """For each stretch (start, end), in any order, the first of `most` lanes where it touches no other, or None."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(most)]
    chosen: list[int | None] = []
    for start, end in wanted:
        free = (
            number
            for number, lane in enumerate(taken)
            if all(end + gap <= begin or start >= finish + gap for begin, finish in lane)
        )
        lane = next(free, None)
        chosen.append(lane)
        if lane is not None:
            taken[lane].append((start, end))
    return tuple(chosen)
