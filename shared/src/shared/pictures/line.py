"""Values over time as lines: scores between severity bands, or a pulse through an afternoon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from markupsafe import Markup

from shared.pictures import plot as on
from shared.pictures.drawing import LINE, Point, breadth, drawn, element, through, together, words
from shared.pictures.legend import Entry, legend, sign_of, sign_of_hatching
from shared.pictures.picture import WIDE, Picture
from shared.pictures.plot import Band, Event, Plot, Span, Taken, Threshold
from shared.pictures.reading import Reader
from shared.pictures.scales import Number, round_ends, within
from shared.pictures.shapes import SERIES, dot, due

_MANY = 200
"""More points than this are drawn as a line without marks: the eye sees the shape, and the table has each value."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value at an instant. None is unknown: the line has a gap there. A note, as `Response`, is written beside it."""

    at: datetime
    value: Number | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Readings of one thing, with its unit, and when the next ones are due."""

    name: str
    readings: tuple[Reading, ...]
    unit: str = ""
    due: tuple[datetime, ...] = ()


def line(
    picture_id: str,
    series: Sequence[Series],
    reader: Reader,
    *,
    title: str,
    bands: Sequence[Band] = (),
    thresholds: Sequence[Threshold] = (),
    events: Sequence[Event] = (),
    spans: Sequence[Span] = (),
    lowest: Number | None = None,
    highest: Number | None = None,
    first: datetime | None = None,
    last: datetime | None = None,
    now: datetime | None = None,
    width: int = WIDE,
    faint: bool = False,
) -> Picture:
    """Each series as a line through its readings, in time; what lies outside of `first` to `last` is left out.

    Without `lowest` and `highest` the values, bands and thresholds say how far the picture reaches. `faint` is for many
    series beside each other: they look alike, and none is named or ranked; the table says whose is whose.
    """
    known = [r.value for one in series for r in one.readings if r.value is not None]
    reach = [*known, *(band.low for band in bands), *(band.high for band in bands), *(t.value for t in thresholds)]
    low = lowest if lowest is not None else min(reach, default=0)
    high = highest if highest is not None else max(reach, default=10)
    narrow = width < 480
    if lowest is None and highest is None and not bands:
        ticks = round_ends(low, high, 5)
        low, high = ticks[0], ticks[-1]
    else:
        ticks = within(low, high, 6)
    said = [(tick, reader.number(tick)) for tick in ticks]
    entries = _entries([] if faint else series, spans, reader) + on.limits_to_explain(thresholds, width)
    head, head_height = legend(entries, 4, 2, width)
    gutter = min(max((breadth(band.name) + 8 for band in bands), default=0), 84 if narrow else 158)
    plane = on.laid_out(
        width,
        _moments(series, events, spans, now),
        first,
        last,
        (float(low), float(high)),
        [label for _, label in said],
        events,
        gutter=gutter,
        head=head_height,
        depth=176 if narrow else 208,
    )
    covered = [span for span in spans if plane.time.meets(span.start, span.end)]
    crowded = [plane.time.at(r.at) for one in series for r in one.readings]
    inside = [head, on.bands(plane, bands), on.spans(plane, covered), on.axes(plane, said, reader)]
    marks = [
        (plane.time.at(r.at), plane.value.at(r.value)) for one in series for r in one.readings if r.value is not None
    ]
    taken = [Taken(x - 5, y - 5, x + 5, y + 5) for x, y in marks]
    inside += [on.thresholds(plane, thresholds, crowded), on.events(plane, reader), on.now(plane, now, reader, taken)]
    if faint:
        inside += [_drawn_faintly(plane, one, reader) for one in series]
    else:
        inside += [_drawn_series(plane, number, one, len(series), now, reader) for number, one in enumerate(series)]
    if not known:
        inside.append(on.nothing(plane, reader))
    if faint:
        description = reader.say("Lines beside each other: {n}. The table says the same by name.", n=len(series))
    else:
        description = _description(plane, series, bands, reader)
    svg = drawn(picture_id, "line", (width, plane.height), title, description, inside)
    headers = (reader.say("When"), reader.say("What"), reader.say("Value"))
    return Picture(svg, title, description, headers, _rows(plane, series, bands, covered, title, now, reader))


def _moments(
    series: Sequence[Series], events: Iterable[Event], spans: Iterable[Span], now: datetime | None
) -> list[datetime]:
    found = [r.at for one in series for r in one.readings] + [at for one in series for at in one.due]
    found += [event.at for event in events] + [end for span in spans for end in (span.start, span.end)]
    return found + ([now] if now is not None and found else [])


def _entries(series: Sequence[Series], spans: Sequence[Span], reader: Reader) -> list[Entry]:
    found = []
    if len(series) > 1:
        for number, one in enumerate(series):
            kind = f"p-s{number % 4}"
            unit = f" ({one.unit})" if one.unit else ""
            found.append((sign_of(SERIES[number % 4], f"p-dot {kind}", f"p-line {kind}"), f"{one.name}{unit}"))
    if any(one.due for one in series):
        found.append((sign_of(dot, "p-due"), reader.say("due")))
    return found + [(sign_of_hatching(), name) for name in dict.fromkeys(span.name for span in spans)]


def _covered(plane: Plot, one: Series) -> list[Reading]:
    return sorted((r for r in one.readings if plane.time.covers(r.at)), key=lambda r: r.at.timestamp())


def _drawn_series(plane: Plot, number: int, one: Series, of: int, now: datetime | None, reader: Reader) -> Markup:
    readings = _covered(plane, one)
    kind = f"p-s{number % 4}"
    parts = []
    marks: list[tuple[Point, Reading]] = []
    for known, group in groupby(readings, key=lambda r: r.value is not None):
        if known:
            stretch = [((plane.time.at(r.at), plane.value.at(r.value or 0)), r) for r in group]
            marks += stretch
            if len(stretch) > 1:
                points = [point for point, _ in stretch]
                path = through(points if len(points) <= _MANY else _thinned(points))
                parts.append(element("path", d=path, kind=f"p-line {kind}"))
    if len(marks) <= _MANY:
        shape = SERIES[number % 4]
        for (x, y), r in marks:
            parts.append(shape(x, y, 4, f"p-dot {kind}", f"{plane.time.when(r.at, reader)}: {_value(r, one, reader)}"))
        parts += _written(plane, marks, of, reader)
    level = marks[-1][0][1] if marks else (plane.top + plane.bottom) / 2
    for at in one.due:
        if plane.time.covers(at):
            late = now is not None and at.timestamp() < now.timestamp()
            parts.append(due(plane.time.at(at), level, late=late, hint=f"{one.name}, {plane.time.when(at, reader)}"))
    return together(parts)


def _drawn_faintly(plane: Plot, one: Series, reader: Reader) -> Markup:
    """A line of many, the same as all others; whose it is shows where a pointer is over a mark."""
    marks = [((plane.time.at(r.at), plane.value.at(r.value)), r) for r in _covered(plane, one) if r.value is not None]
    parts = []
    if len(marks) > 1:
        parts.append(element("path", d=through([point for point, _ in marks]), kind="p-line p-s0 p-faint"))
    for (x, y), r in marks:
        hint = f"{one.name}, {plane.time.when(r.at, reader)}: {_value(r, one, reader)}"
        parts.append(dot(x, y, 3, "p-dot p-s0 p-faint", hint))
    return together(parts)


def _written(plane: Plot, marks: Sequence[tuple[Point, Reading]], of: int, reader: Reader) -> list[Markup]:
    """The notes, each at a ring and with its value, then as many other values as have room, the last one first."""
    taken: list[tuple[float, float, float]] = []
    parts = []
    if of > 1:
        marks = [(point, r) for point, r in marks if r.note]
    for number in sorted(range(len(marks)), key=lambda n: (not marks[n][1].note, n != len(marks) - 1, n)):
        (x, y), r = marks[number]
        said = " · ".join(part for part in (reader.number(r.value or 0), r.note) if part)
        half = breadth(said) / 2
        falls = number and marks[number - 1][0][1] < y
        wanted = x + (half - 6 if r.note and falls else 0)
        middle = min(max(wanted, plane.time.start + half), plane.time.end - half)
        over = y - 12 if y - 24 > plane.top else y + 22
        if r.note and middle < wanted - 8 and y + 26 < plane.bottom:
            over = y + 22  # At the right end there is no room beside the falling line, but under it.
        free = all(abs(over - line) >= LINE - 2 or abs(middle - at) >= half + room + 3 for at, line, room in taken)
        if free:
            taken.append((middle, over, half))
            strong = " p-strong" if r.note or number == len(marks) - 1 else ""
            parts.append(words(middle, over, said, f"p-mid p-halo{strong}"))
        if r.note:
            parts.append(dot(x, y, 8, "p-ring"))
    return parts


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Of all points over the same two units the first, lowest, highest and last: the line looks the same."""
    kept: list[Point] = []
    for _, group in groupby(points, key=lambda point: int(point[0] / 2)):
        column = list(group)
        heights = [y for _, y in column]
        chosen = {0, heights.index(min(heights)), heights.index(max(heights)), len(column) - 1}
        kept += [column[n] for n in sorted(chosen)]
    return kept


def _value(r: Reading, one: Series, reader: Reader) -> str:
    if r.value is None:
        return reader.say("not known")
    return f"{reader.number(r.value)} {one.unit}".rstrip()


def _description(plane: Plot, series: Sequence[Series], bands: Sequence[Band], reader: Reader) -> str:
    said = []
    for one in series:
        values = [r for r in _covered(plane, one) if r.value is not None]
        if not values:
            said.append(reader.say("{name}: no values.", name=one.name))
            continue
        numbers = [r.value for r in values if r.value is not None]
        said.append(
            reader.say(
                "{name}: from {first} ({start}) to {last} ({end}), lowest {low}, highest {high}.",
                name=one.name,
                first=_value(values[0], one, reader),
                start=plane.time.when(values[0].at, reader),
                last=_value(values[-1], one, reader),
                end=plane.time.when(values[-1].at, reader),
                low=reader.number(min(numbers)),
                high=reader.number(max(numbers)),
            )
        )
    said += [f"{band.name}: {reader.number(band.low)}–{reader.number(band.high)}." for band in bands]
    return " ".join(said)


def _rows(
    plane: Plot,
    series: Sequence[Series],
    bands: Sequence[Band],
    spans: Sequence[Span],
    title: str,
    now: datetime | None,
    reader: Reader,
) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[float, tuple[str, ...]]] = []
    for one in series:
        name = one.name or title
        for r in _covered(plane, one):
            band = next((b.name for b in bands if r.value is not None and b.low <= r.value <= b.high), "")
            said = " · ".join(part for part in (_value(r, one, reader), band, r.note) if part)
            rows.append((r.at.timestamp(), (plane.time.when(r.at, reader), name, said)))
        for at in one.due:
            if plane.time.covers(at):
                late = now is not None and at.timestamp() < now.timestamp()
                said = reader.say("overdue") if late else reader.say("due")
                rows.append((at.timestamp(), (plane.time.when(at, reader), name, said)))
    rows += [(event.at.timestamp(), (plane.time.when(event.at, reader), event.name, "")) for event in plane.events]
    for span in spans:
        between = f"{plane.time.when(span.start, reader)} – {plane.time.when(span.end, reader)}"
        rows.append((span.start.timestamp(), (between, span.name, "")))
    return tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))
