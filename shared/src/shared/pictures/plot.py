"""A plane with time to the right and a number upwards, and what can lie on it: bands, limits, spans, events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from shared.pictures.drawing import LINE, box, breadth, hatch, shortened, straight, together, words, wrapped
from shared.pictures.legend import Entry
from shared.pictures.reading import Reader
from shared.pictures.scales import Number, Scale, TimeScale, lanes, time_scale
from shared.pictures.shapes import diamond, now_line, stone, triangle

Tone = Literal["plain", "attention", "danger"]
_LONGEST = 190
"""The most room that the name of an event takes."""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of values with a name, both ends included; one that begins a `step` above the last closes up to it.

    `step` is how far from each other two values are at least.
    """

    name: str
    low: Number
    high: Number
    tone: Tone = "plain"
    step: Number = 1


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value with a name, across the whole picture."""

    name: str
    value: Number
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at an instant: a medicine session (a stone), a dose, or anything else."""

    at: datetime
    name: str
    sort: Literal["session", "dose", "event"] = "event"


@dataclass(frozen=True, slots=True)
class Span:
    """A time that is hatched, as look-backs that overlap are."""

    start: datetime
    end: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A place in a picture that a mark or a text takes, and that no other text should lie over."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Taken") -> bool:
        """Whether the two have any of their area in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def taken_by(x: float, y: float, said: str) -> Taken:
    """What a line of text takes that stands centred on this baseline, with a little air on both sides."""
    half = breadth(said) / 2 + 2
    return Taken(x - half, y - 11, x + half, y + 2)


@dataclass(frozen=True, slots=True)
class Plot:
    """Where what lies: `top` to `bottom` is the plane itself, above it are `head` lines of legend and of events."""

    width: int
    time: TimeScale
    value: Scale
    top: float
    bottom: float
    events: tuple[Event, ...]
    event_lanes: tuple[int | None, ...]
    lane_top: float

    @property
    def height(self) -> float:
        """Of the whole picture, with the axis of time below the plane."""
        return self.bottom + 24


def laid_out(
    width: int,
    moments: Sequence[datetime],
    first: datetime | None,
    last: datetime | None,
    values: tuple[float, float],
    ticks: Sequence[str],
    events: Sequence[Event],
    *,
    gutter: float,
    head: float,
    depth: float,
) -> Plot:
    """Finds room for the values on the left, the names of bands on the right and the events above."""
    left = max([breadth(tick) for tick in ticks] + [14.0]) + 10
    time = time_scale(moments, (left, width - 10 - gutter), first=first, last=last)
    shown = tuple(sorted((event for event in events if time.covers(event.at)), key=lambda event: event.at.timestamp()))
    stretches = [_stretch(time.at(event.at), event, width) for event in shown]
    found = lanes(stretches, 3 if width < 480 else 2)
    used = max((lane + 1 for lane in found if lane is not None), default=0)
    top = head + used * LINE + (22 if shown else 8)
    value = Scale(values[0], values[1], top + depth, top)
    return Plot(width, time, value, top, top + depth, shown, found, head)


def _stretch(x: float, event: Event, width: int) -> tuple[float, float]:
    """Where a label of an event lies: over its mark, and within the picture."""
    half = min(breadth(event.name), _LONGEST) / 2
    middle = min(max(x, half + 2), width - half - 2)
    return middle - half, middle + half


def axes(plot: Plot, ticks: Sequence[tuple[Number, str]], reader: Reader) -> Markup:
    """The grid, the values on the left and the times below."""
    time, left, right = plot.time, plot.time.start, plot.time.end
    drawn = []
    for value, said in ticks:
        y = plot.value.at(value)
        drawn.append(straight((left, y), (right, y), "p-grid"))
        drawn.append(words(left - 8, y + 4, said, "p-soft p-end"))
    drawn.append(straight((left, plot.bottom), (right, plot.bottom), "p-axis"))
    drawn.append(times(time, plot.bottom, plot.width, reader))
    return together(drawn)


def times(time: TimeScale, y: float, width: int, reader: Reader) -> Markup:
    """Times by the clock or the calendar under an axis, as many as there is room for."""
    drawn = []
    end = 0.0
    for tick in time.ticks(reader, max(int((time.end - time.start) / 54), 2)):
        x, half = time.at(tick.at), breadth(tick.said) / 2
        drawn.append(straight((x, y), (x, y + 4), "p-axis"))
        middle = min(x, width - half - 1)
        if middle - half > end:
            drawn.append(words(middle, y + 18, tick.said, "p-soft p-mid"))
            end = middle + half + 4
    return together(drawn)


def bands(plot: Plot, given: Sequence[Band]) -> Markup:
    """Bands with their names beside them."""
    drawn, names = [], []
    ordered = sorted(given, key=lambda band: band.low)
    left, right = plot.time.start, plot.time.end
    for number, band in enumerate(ordered):
        above = ordered[number + 1].low if number + 1 < len(ordered) else None
        closes = above is not None and 0 < float(above) - float(band.high) <= float(band.step)
        upper = plot.value.at(above if above is not None and closes else band.high)
        lower = plot.value.at(band.low)
        if lower - upper < 0.5:
            continue
        tone = f"p-band-{band.tone}" if band.tone != "plain" else f"p-band-{number % 2}"
        drawn.append(box(left, upper, right - left, lower - upper, tone))
        drawn.append(straight((left, upper), (right, upper), "p-band-edge"))
        lines = wrapped(band.name, plot.width - right - 8, 2 if lower - upper >= 2 * LINE else 1)
        if lower - upper >= 12:
            first = (upper + lower) / 2 + 4 - (len(lines) - 1) * LINE / 2
            names += [words(right + 6, first + n * LINE, said, "p-soft") for n, said in enumerate(lines)]
    return together(drawn + names)


def limits_to_explain(given: Sequence[Threshold], width: int) -> list[Entry]:
    """On a narrow picture the names of limits stand in its legend: on their lines they would lie over the marks."""
    signs = ((straight((0, 0), (16, 0), f"p-limit p-limit-{limit.tone}"), limit.name) for limit in given)
    return [sign for sign in signs if sign[1]] if width < 480 else []


def thresholds(plot: Plot, given: Sequence[Threshold], crowded: Sequence[float]) -> Markup:
    """Limits as dashed lines; on a wide picture with names, at the end less crowded with marks (places in x)."""
    drawn = []
    left, right = plot.time.start, plot.time.end
    for limit in given:
        y = plot.value.at(limit.value)
        drawn.append(straight((left, y), (right, y), f"p-limit p-limit-{limit.tone}"))
        if plot.width < 480:
            continue
        name = shortened(limit.name, right - left)
        over = y - 4 if y - 24 > plot.top else y + 13
        room = breadth(name) + 8
        at_end = sum(x > right - room for x in crowded) < sum(x < left + room for x in crowded)
        x, side = (right - 2, " p-end") if at_end else (left + 4, "")
        drawn.append(words(x, over, name, f"p-halo p-{limit.tone}{side}"))
    return together(drawn)


def spans(plot: Plot, given: Sequence[Span]) -> Markup:
    """Hatched times over the whole height of the plane."""
    drawn = []
    for span in given:
        x, end = plot.time.at(span.start), plot.time.at(span.end)
        drawn.append(box(x, plot.top, end - x, plot.bottom - plot.top, "p-span", hint=span.name))
        drawn.append(hatch(x, plot.top, end - x, plot.bottom - plot.top, "p-hatch"))
    return together(drawn)


def events(plot: Plot, reader: Reader) -> Markup:
    """Marks over the plane, each with a line down to the axis, and its name where there is room."""
    shapes = {"session": stone, "dose": diamond, "event": triangle}
    drawn = []
    y = plot.top - 8
    for event, lane in zip(plot.events, plot.event_lanes, strict=True):
        x = plot.time.at(event.at)
        drawn.append(straight((x, y), (x, plot.bottom), f"p-{event.sort}-line"))
        said = f"{event.name}, {plot.time.when(event.at, reader)}"
        drawn.append(shapes[event.sort](x, y, 7 if event.sort == "session" else 4.5, f"p-{event.sort}", said))
        if lane is not None:
            start, end = _stretch(x, event, plot.width)
            label = y - 10 - lane * LINE
            drawn.append(words((start + end) / 2, label, shortened(event.name, _LONGEST + 2), "p-mid"))
    return together(drawn)


def now(plot: Plot, at: datetime | None, reader: Reader, taken: Sequence[Taken] = ()) -> Markup:
    """The line of now, where it lies in the picture, with its name as near to its upper end as is clear of others."""
    if at is None or not plot.time.covers(at):
        return Markup("")
    x = plot.time.at(at)
    said = reader.say("now")
    half = breadth(said) / 2
    aside = (0, half + 4, -half - 4, 3 * half, -3 * half, 5 * half, -5 * half)
    leftmost = plot.time.start + half - 4  # Further left are the values of the axis.
    middles = [min(max(x + by, leftmost), plot.width - half - 2) for by in aside]
    wanted = [(middle, y) for middle in middles for y in (plot.top + 10, plot.bottom - 5)]
    clear = (place for place in wanted if not any(taken_by(*place, said).meets(one) for one in taken))
    label = words(*next(clear, wanted[0]), said, "p-mid p-halo p-now-label")
    return together((now_line(x, plot.top, plot.bottom), label))


def nothing(plot: Plot, reader: Reader) -> Markup:
    """What an empty plane says."""
    middle = ((plot.time.start + plot.time.end) / 2, (plot.top + plot.bottom) / 2)
    return words(*middle, reader.say("No values yet"), "p-soft p-mid p-halo")
