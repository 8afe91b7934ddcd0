"""The services as rooms, and the queues between them as pipes: how much flows, how much waits, what was set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

from markupsafe import Markup

from shared.pictures.drawing import LINE, Point, box, breadth, drawn, element, link, shortened, through, together, words
from shared.pictures.legend import Entry, legend
from shared.pictures.picture import WIDE, Picture
from shared.pictures.reading import Reader
from shared.pictures.shapes import dot, triangle

_ROOM = {True: 132.0, False: 190.0}
_STEP, _TALL, _PILE = 136.0, 82.0, 6
_THIN, _THICK = 4.0, 14.0
_ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8)
"""Where along a pipe to try to write, in this order."""


@dataclass(frozen=True, slots=True)
class Room:
    """A service. `well` is None where it is not known, and `note` says why; `parked` are events that were set aside."""

    key: str
    name: str
    well: bool | None
    note: str = ""
    parked: int = 0
    href: str | None = None
    parked_href: str | None = None


@dataclass(frozen=True, slots=True)
class Pipe:
    """The queue from one room to another. None is unknown. `full` is the backlog at which it is drawn full."""

    source: str
    target: str
    rate_per_minute: float | None
    backlog: int | None
    full: int = 1000
    href: str | None = None


def pipes(
    picture_id: str, rooms: Sequence[Room], given: Sequence[Pipe], reader: Reader, *, title: str, width: int = WIDE
) -> Picture:
    """Rooms below each other; what flows downwards runs on the right of them, what flows upwards on the left.

    A pipe is the wider the more flows through it, and filled from its end as far as events wait in it. A pipe to the
    room that it comes from, or to one that is not given, is not drawn; the table has it.
    """
    narrow = width < 480
    across = _ROOM[narrow]
    left = (width - across) / 2
    head, height = legend(_entries(rooms, given, reader), 4, 2, width)
    top = height + 12
    levels = {room.key: top + number * _STEP + _TALL / 2 for number, room in enumerate(rooms)}
    between = [p for p in given if p.source in levels and p.target in levels and p.source != p.target]
    between.sort(key=lambda pipe: -abs(_places(pipe, rooms)))
    most = max([pipe.rate_per_minute or 0 for pipe in between], default=0)
    reach = max([abs(_places(pipe, rooms)) for pipe in between], default=1)
    taken = [(width / 2, level, across / 2, _TALL / 2) for level in levels.values()]
    plan = _Plan(levels, left, across, width, most, reach, taken)
    inside = [head, *(_pipe(pipe, rooms, plan, reader) for pipe in between)]
    labels = [_written(pipe, rooms, plan, reader) for pipe in reversed(between)]
    inside += [_room(room, left, levels[room.key], across, reader) for room in rooms] + labels
    if not rooms:
        inside.append(words(width / 2, top + 30, reader.say("No values yet"), "p-soft p-mid"))
    bottom = top + max(len(rooms) - 1, 0) * _STEP + _TALL + 12
    description = _description(rooms, given, reader)
    linked = any(room.href or (room.parked_href and room.parked) for room in rooms) or any(p.href for p in between)
    svg = drawn(picture_id, "pipes", (width, bottom), title, description, inside, linked=linked)
    headers = (reader.say("What"), reader.say("Per minute"), reader.say("Waiting"), reader.say("State"))
    return Picture(svg, title, description, headers, _rows(rooms, given, reader))


def _places(pipe: Pipe, rooms: Sequence[Room]) -> int:
    """How many rooms further down its target is than its source; negative upwards."""
    keys = [room.key for room in rooms]
    return keys.index(pipe.target) - keys.index(pipe.source)


def _entries(rooms: Sequence[Room], given: Sequence[Pipe], reader: Reader) -> list[Entry]:
    found: list[Entry] = []
    if given:
        found.append((box(0, -5, 16, 10, "p-pipe", round_by=5), reader.say("queue, wider with more events")))
        waits = together((box(0, -5, 16, 10, "p-pipe", round_by=5), box(8, -5, 8, 10, "p-waiting", round_by=5)))
        found.append((waits, reader.say("events that wait")))
    if any(room.parked for room in rooms):
        found.append((dot(8, 0, 4.5, "p-parked"), reader.say("parked events")))
    return found


def _pipe(pipe: Pipe, rooms: Sequence[Room], plan: "_Plan", reader: Reader) -> Markup:
    """The pipe with an arrow at its end, and what it carries written on it where there is room."""
    bend = plan.bend(pipe, _places(pipe, rooms))
    wide = _THIN + (_THICK - _THIN) * sqrt((pipe.rate_per_minute or 0) / plan.most) if plan.most else _THIN
    filled = min((pipe.backlog or 0) / max(pipe.full, 1), 1.0)
    told = f"{_name(pipe, rooms)}: {_per_minute(pipe, reader)}, {_waiting(pipe, reader)}"
    parts = [element("path", d=bend.outline(wide, 0), kind="p-pipe p-target", hint=told)]
    if filled:
        parts.append(element("path", d=bend.outline(wide, 1 - max(filled, 0.05)), kind="p-waiting"))
    parts.append(_arrow(bend))
    return link(pipe.href, *parts, name=told)


def _written(pipe: Pipe, rooms: Sequence[Room], plan: "_Plan", reader: Reader) -> Markup:
    """On the pipe, at the first place along it that no other label has taken."""
    lines = ["?"] if pipe.rate_per_minute is None and pipe.backlog is None else []
    if pipe.rate_per_minute is not None:
        lines.append(f"{reader.number(_short(pipe.rate_per_minute))}/min")
    if pipe.backlog:
        lines.append(reader.say("{n} waiting", n=reader.number(pipe.backlog)))
    if not lines:
        return Markup("")
    half, tall = max(breadth(line) for line in lines) / 2, LINE * len(lines) / 2
    bend = plan.bend(pipe, _places(pipe, rooms))
    for part in _ALONG:
        x, y = bend.at(part)
        x = min(max(x, half + 2), plan.width - half - 2)
        if all(abs(x - a) > half + h or abs(y - b) > tall + t for a, b, h, t in plan.taken):
            break
    plan.taken.append((x, y, half, tall))
    return together(
        words(x, y + 4 + (n - (len(lines) - 1) / 2) * LINE, line, f"p-mid p-halo{' p-strong' if n else ''}")
        for n, line in enumerate(lines)
    )


@dataclass(frozen=True, slots=True)
class _Bend:
    """Half an ellipse from one room's wall to another's, which bulges outwards by `deep` (to the left if negative)."""

    edge: float
    start: float
    end: float
    deep: float

    def at(self, part: float) -> Point:
        """The middle of the pipe, this part of the way along it."""
        turn = pi * part
        return self.edge + self.deep * sin(turn), (self.start + self.end - (self.end - self.start) * cos(turn)) / 2

    def outline(self, wide: float, begin: float) -> str:
        """Its walls, from this part of the way on."""
        outer: list[Point] = []
        inner: list[Point] = []
        for n in range(21):
            part = begin + (1 - begin) * n / 20
            x, y = self.at(part)
            across, along = self.deep * cos(pi * part), (self.end - self.start) / 2 * sin(pi * part)
            length = sqrt(across**2 + along**2) or 1
            aside = (-along / length * wide / 2, across / length * wide / 2)
            outer.append((x + aside[0], y + aside[1]))
            inner.append((x - aside[0], y - aside[1]))
        return through([*outer, *reversed(inner)], closed=True)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where rooms and pipes lie. `taken` are the middles and half sizes of what must not be written over."""

    levels: dict[str, float]
    left: float
    across: float
    width: int
    most: float
    reach: int
    taken: list[tuple[float, float, float, float]]

    def bend(self, pipe: Pipe, jump: int) -> _Bend:
        """The way of a pipe. Nearer rooms are joined further in, and nearer to the corners, so that none crosses."""
        side = 1 if jump > 0 else -1
        further = abs(jump) - 1
        off = side * (_TALL / 2 - 10 - further * min(9.0, (_TALL / 2 - 12) / max(self.reach - 1, 1)))
        deep = (self.left - 36) * (0.45 + 0.55 * further / max(self.reach - 1, 1))
        edge = self.left + self.across if side > 0 else self.left
        return _Bend(edge, self.levels[pipe.source] + off, self.levels[pipe.target] - off, side * deep)


def _short(rate: float) -> float:
    return round(rate) if rate >= 10 else round(rate, 1)


def _arrow(bend: _Bend) -> Markup:
    """Where a pipe ends, so that its direction is seen."""
    out = 10 if bend.deep > 0 else -10
    tip = ((bend.edge, bend.end), (bend.edge + out, bend.end - 6), (bend.edge + out, bend.end + 6))
    return element("path", d=through(tip, closed=True), kind="p-arrow")


def _room(room: Room, left: float, level: float, across: float, reader: Reader) -> Markup:
    top = level - _TALL / 2
    state = _state(room, reader)
    kind = {True: "p-well", False: "p-ill", None: "p-unknown"}[room.well]
    sign = triangle(left + 16, top + 41, 5, kind) if room.well is False else dot(left + 16, top + 40, 5, kind)
    walls = box(left, top, across, _TALL, f"p-room-{kind[2:]} p-target", round_by=10)
    pile_room = 48 if room.parked else 10
    inside = [walls, words(left + 10, top + 22, shortened(room.name, across - 20), "p-strong"), sign]
    inside.append(words(left + 27, top + 44, shortened(state, across - 27 - pile_room)))
    if room.well is not None:
        inside.append(words(left + 10, top + 66, shortened(room.note, across - 10 - pile_room), "p-soft"))
    parts = [link(room.href, *inside, name=f"{room.name}: {state}")]
    if room.parked:
        parts.append(_pile(room, left + across - 34, top + _TALL - 12, reader))
    return together(parts)


def _pile(room: Room, x: float, bottom: float, reader: Reader) -> Markup:
    """Up to six stones on each other, and how many there are."""
    places = ((-11, 0), (0, 0), (11, 0), (-5.5, -9), (5.5, -9), (0, -18))[: min(room.parked, _PILE)]
    said = reader.say("{room}, parked events: {n}", room=room.name, n=reader.number(room.parked))
    stones = [
        dot(x + dx, bottom + dy, 5, "p-parked p-target", said if n == 0 else "") for n, (dx, dy) in enumerate(places)
    ]
    over = bottom - (28 if room.parked > 5 else 19 if room.parked > 3 else 10)
    return link(room.parked_href, *stones, words(x, over, reader.number(room.parked), "p-mid p-strong"), name=said)


def _state(room: Room, reader: Reader) -> str:
    if room.well is None:
        return room.note or reader.say("not known")
    return reader.say("well") if room.well else reader.say("not well")


def _name(pipe: Pipe, rooms: Sequence[Room]) -> str:
    names = {room.key: room.name for room in rooms}
    return f"{names.get(pipe.source, pipe.source)} → {names.get(pipe.target, pipe.target)}"


def _per_minute(pipe: Pipe, reader: Reader) -> str:
    if pipe.rate_per_minute is None:
        return reader.say("not known")
    return reader.say("{n} per minute", n=reader.number(_short(pipe.rate_per_minute)))


def _waiting(pipe: Pipe, reader: Reader) -> str:
    return reader.say("not known") if pipe.backlog is None else reader.say("{n} waiting", n=reader.number(pipe.backlog))


def _description(rooms: Sequence[Room], given: Sequence[Pipe], reader: Reader) -> str:
    ill = [room.name for room in rooms if room.well is False]
    waiting = sum(pipe.backlog or 0 for pipe in given)
    parked = sum(room.parked for room in rooms)
    told = reader.say(
        "Services: {rooms}. Events waiting: {waiting}; parked: {parked}.",
        rooms=reader.number(len(rooms)),
        waiting=reader.number(waiting),
        parked=reader.number(parked),
    )
    return f"{told} {reader.say('Not well: {names}.', names=', '.join(ill))}" if ill else told


def _rows(rooms: Sequence[Room], given: Sequence[Pipe], reader: Reader) -> tuple[tuple[str, ...], ...]:
    rows = []
    for room in rooms:
        parked = reader.say("{n} parked", n=reader.number(room.parked)) if room.parked else ""
        note = "" if room.well is None else room.note
        state = " · ".join(part for part in (_state(room, reader), note, parked) if part)
        rows.append((room.name, "", "", state))
    for pipe in given:
        unknown = reader.say("not known")
        rate = unknown if pipe.rate_per_minute is None else reader.number(_short(pipe.rate_per_minute))
        backlog = unknown if pipe.backlog is None else reader.number(pipe.backlog)
        rows.append((_name(pipe, rooms), rate, backlog, ""))
    return tuple(rows)
