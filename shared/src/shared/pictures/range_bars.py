"""Blood pressure as upright bars from diastolic to systolic, by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from shared.pictures import plot as on
from shared.pictures.drawing import breadth, drawn, element, straight, through, together, words
from shared.pictures.legend import Entry, legend, sign_of
from shared.pictures.picture import WIDE, Picture
from shared.pictures.plot import Event, Plot, Taken, Threshold, Tone
from shared.pictures.reading import Reader
from shared.pictures.scales import round_ends
from shared.pictures.shapes import dot, due, triangle

_AIR = 8
"""In mmHg, over the highest and under the lowest value, so that they can be written there."""


@dataclass(frozen=True, slots=True)
class Pressure:
    """One reading in mmHg. None is unknown: where only one value is known, only that is drawn."""

    at: datetime
    systolic: int | None
    diastolic: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A pressure that is reached where either value is at or above it."""

    name: str
    systolic: int
    diastolic: int
    tone: Tone = "attention"

    def reached_by(self, pressure: Pressure) -> bool:
        """Whether a known value reaches it; what is unknown reaches nothing."""
        above = pressure.systolic is not None and pressure.systolic >= self.systolic
        return above or (pressure.diastolic is not None and pressure.diastolic >= self.diastolic)


@dataclass(frozen=True, slots=True)
class _Label:
    """A value as it is written, centred on its place."""

    x: float
    y: float
    said: str
    kind: str

    @property
    def taken(self) -> Taken:
        return on.taken_by(self.x, self.y, self.said)

    def drawn(self) -> Markup:
        return words(self.x, self.y, self.said, self.kind)


@dataclass(frozen=True, slots=True)
class _Bar:
    """A reading of which at least one value is known, as it lies in the picture."""

    of: Pressure
    x: float
    high: float
    low: float
    reached: bool

    @property
    def taken(self) -> Taken:
        """What the bar takes, with the triangle over it if it has one."""
        return Taken(self.x - 5, self.high - (15 if self.reached else 1), self.x + 5, self.low + 1)

    def labels(self, width: int, reader: Reader, *, strong: bool) -> list[_Label]:
        """The systolic value over it and the diastolic one under it, as far as they are known."""
        kind = f"p-mid p-halo{' p-strong' if strong or self.reached else ''}"
        pairs = ((self.of.systolic, self.high - (18 if self.reached else 6)), (self.of.diastolic, self.low + 15))
        known = [(reader.number(value), y) for value, y in pairs if value is not None]
        return [_Label(min(self.x, width - breadth(said) / 2 - 2), y, said, kind) for said, y in known]


def range_bars(
    picture_id: str,
    pressures: Sequence[Pressure],
    reader: Reader,
    *,
    title: str,
    limits: Sequence[Limit] = (),
    events: Sequence[Event] = (),
    due_at: Sequence[datetime] = (),
    first: datetime | None = None,
    last: datetime | None = None,
    now: datetime | None = None,
    width: int = WIDE,
) -> Picture:
    """A bar for each reading, with a triangle over one that reaches a limit, and hollow dots for those still due."""
    values = [value for p in pressures for value in (p.systolic, p.diastolic) if value is not None]
    reach = values + [value for limit in limits for value in (limit.systolic, limit.diastolic)]
    ticks = round_ends(min(reach, default=60) - _AIR, max(reach, default=160) + _AIR, 6)
    said = [(tick, reader.number(tick)) for tick in ticks]
    lines = [Threshold(_named(limit, reader), limit.systolic, limit.tone) for limit in limits]
    entries = _entries(limits, due_at, reader) + on.limits_to_explain(lines, width)
    head, head_height = legend(entries, 4, 2, width)
    moments = [p.at for p in pressures] + list(due_at) + [event.at for event in events]
    plane = on.laid_out(
        width,
        moments + ([now] if now is not None and moments else []),
        first,
        last,
        (float(ticks[0]), float(ticks[-1])),
        [text for _, text in said],
        events,
        gutter=0,
        head=head_height,
        depth=190 if width < 480 else 220,
    )
    taken = sorted((p for p in pressures if plane.time.covers(p.at)), key=lambda p: p.at.timestamp())
    ahead = sorted((at for at in due_at if plane.time.covers(at)), key=lambda at: at.timestamp())
    lines += [Threshold("", limit.diastolic, limit.tone) for limit in limits]
    inside = [
        head,
        on.axes(plane, said, reader),
        on.thresholds(plane, lines, [plane.time.at(p.at) for p in taken]),
        on.events(plane, reader),
    ]
    bars = _drawn(plane, taken, limits)
    labelled = _labelled(plane, bars, reader)
    full = [bar.taken for bar in bars] + [label.taken for label in labelled]
    inside += [on.now(plane, now, reader, full), _bars(plane, bars, reader), *(label.drawn() for label in labelled)]
    inside.append(_due(plane, taken, ahead, now, reader))
    if not values:
        inside.append(on.nothing(plane, reader))
    description = _description(plane, taken, limits, reader)
    svg = drawn(picture_id, "pressure", (width, plane.height), title, description, inside)
    headers = (reader.say("When"), reader.say("What"), reader.say("Value"))
    return Picture(svg, title, description, headers, _rows(plane, taken, ahead, limits, title, now, reader))


def _entries(limits: Sequence[Limit], due_at: Sequence[datetime], reader: Reader) -> list[Entry]:
    found: list[Entry] = [(_sign(), reader.say("systolic to diastolic, mmHg"))]
    if limits:
        found.append((sign_of(triangle, "p-reached"), reader.say("reaches a limit")))
    if due_at:
        found.append((sign_of(dot, "p-due"), reader.say("due")))
    return found


def _sign() -> Markup:
    caps = (straight((4, -6), (12, -6), "p-cap"), straight((4, 6), (12, 6), "p-cap"))
    return together((straight((8, -6), (8, 6), "p-range"), *caps))


def _named(limit: Limit, reader: Reader) -> str:
    return f"{limit.name} {reader.number(limit.systolic)}/{reader.number(limit.diastolic)}"


def _drawn(plane: Plot, taken: Sequence[Pressure], limits: Sequence[Limit]) -> list[_Bar]:
    found = []
    for p in taken:
        known = [value for value in (p.systolic, p.diastolic) if value is not None]
        if known:
            high, low = plane.value.at(max(known)), plane.value.at(min(known))
            found.append(_Bar(p, plane.time.at(p.at), high, low, any(limit.reached_by(p) for limit in limits)))
    return found


def _bars(plane: Plot, bars: Sequence[_Bar], reader: Reader) -> Markup:
    parts = []
    for bar in bars:
        x, high, low = bar.x, bar.high, bar.low
        caps = through(((x - 4, high), (x + 4, high)))
        upright = through(((x, high), (x, low))) + through(((x - 4, low), (x + 4, low)))
        path = caps if None in (bar.of.systolic, bar.of.diastolic) else f"{upright}{caps}"
        hint = f"{plane.time.when(bar.of.at, reader)}: {_value(bar.of, reader)}"
        parts.append(element("path", d=path, kind="p-range", hint=hint))
        if bar.reached:
            parts.append(triangle(x, high - 9, 4.5, "p-reached"))
    return together(parts)


def _labelled(plane: Plot, bars: Sequence[_Bar], reader: Reader) -> list[_Label]:
    """The values to write: always those of the newest reading, others where they lie over no bar and no other value.

    What reaches a limit comes first, then what is later.
    """
    newest = len(bars) - 1
    chosen: list[_Label] = []
    for number in sorted(range(len(bars)), key=lambda n: (n != newest, not bars[n].reached, -n)):
        others = [bar.taken for n, bar in enumerate(bars) if n != number]
        for label in bars[number].labels(plane.width, reader, strong=number == newest):
            taken = others + [one.taken for one in chosen]
            if number == newest or not any(label.taken.meets(one) for one in taken):
                chosen.append(label)
    return chosen


def _due(
    plane: Plot, taken: Sequence[Pressure], ahead: Sequence[datetime], now: datetime | None, reader: Reader
) -> Markup:
    """At the height of the last known reading, as if it would stay."""
    levels = [plane.value.at(v) for p in taken[-1:] for v in (p.systolic, p.diastolic) if v is not None]
    level = sum(levels) / len(levels) if levels else (plane.top + plane.bottom) / 2
    return together(
        due(plane.time.at(at), level, late=_late(at, now), hint=plane.time.when(at, reader)) for at in ahead
    )


def _late(at: datetime, now: datetime | None) -> bool:
    return now is not None and at.timestamp() < now.timestamp()


def _value(p: Pressure, reader: Reader) -> str:
    if p.systolic is None and p.diastolic is None:
        return reader.say("not known")
    pair = "/".join("–" if value is None else reader.number(value) for value in (p.systolic, p.diastolic))
    return f"{pair} mmHg"


def _description(plane: Plot, taken: Sequence[Pressure], limits: Sequence[Limit], reader: Reader) -> str:
    known = [p for p in taken if p.systolic is not None or p.diastolic is not None]
    if not known:
        return reader.say("No reading yet.")
    said = [
        reader.say(
            "Readings: {n}. The last at {when}: {value}.",
            n=reader.number(len(known)),
            when=plane.time.when(known[-1].at, reader),
            value=_value(known[-1], reader),
        )
    ]
    for limit in limits:
        reached = sum(limit.reached_by(p) for p in known)
        said.append(
            reader.say("{limit}: readings that reach it: {n}.", limit=_named(limit, reader), n=reader.number(reached))
        )
    return " ".join(said)


def _rows(
    plane: Plot,
    taken: Sequence[Pressure],
    ahead: Sequence[datetime],
    limits: Sequence[Limit],
    title: str,
    now: datetime | None,
    reader: Reader,
) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[float, tuple[str, ...]]] = []
    for p in taken:
        reached = [limit.name for limit in limits if limit.reached_by(p)]
        said = " · ".join(part for part in (_value(p, reader), *reached, p.note) if part)
        rows.append((p.at.timestamp(), (plane.time.when(p.at, reader), title, said)))
    for at in ahead:
        said = reader.say("overdue") if _late(at, now) else reader.say("due")
        rows.append((at.timestamp(), (plane.time.when(at, reader), title, said)))
    rows += [(event.at.timestamp(), (plane.time.when(event.at, reader), event.name, "")) for event in plane.events]
    return tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))
