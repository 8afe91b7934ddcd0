"""A day of the clinic: rooms and people side by side, their visits as blocks down the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from shared.pictures.drawing import LINE, box, drawn, hatch, link, shortened, straight, together, words, wrapped
from shared.pictures.legend import Entry, legend
from shared.pictures.picture import WIDE, Picture
from shared.pictures.reading import Reader, phrase
from shared.pictures.scales import TimeScale, lanes, time_scale

Sort = Literal["preparation", "medicine", "recovery", "turnover", "other"]

_SORTS: dict[Sort, str] = {
    "preparation": phrase("Preparation"),
    "medicine": phrase("Medicine"),
    "recovery": phrase("Recovery"),
    "turnover": phrase("Turnover"),
    "other": phrase("Other"),
}
_CLOCK, _STRIP, _HEAD, _LEAST = 48.0, 46.0, 44.0, 92.0


@dataclass(frozen=True, slots=True)
class Column:
    """A room or a person."""

    key: str
    name: str
    sort: Literal["room", "person"] = "room"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a visit. Turnover is when the room is made ready again; it occupies the room and nobody else."""

    sort: Sort
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, in the columns (by key) of its room and of the people in it; `note` is its state in words."""

    name: str
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    note: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many of the staff are there and how many are needed in a stretch of time. None is unknown."""

    start: datetime
    end: datetime
    present: int | None
    needed: int

    @property
    def short(self) -> bool:
        """Whether fewer are there than needed, as far as is known."""
        return self.present is not None and self.present < self.needed


@dataclass(frozen=True, slots=True)
class _Block:
    """A visit in one column, with the parts of it that are drawn there."""

    visit: Visit
    column: Column
    parts: tuple[Part, ...]
    first: bool

    @property
    def start(self) -> datetime:
        return min((part.start for part in self.parts), key=lambda at: at.timestamp())

    @property
    def end(self) -> datetime:
        return max((part.end for part in self.parts), key=lambda at: at.timestamp())


def board(
    picture_id: str,
    columns: Sequence[Column],
    visits: Sequence[Visit],
    reader: Reader,
    *,
    start: datetime,
    end: datetime,
    title: str,
    ratios: Sequence[Ratio] = (),
    now: datetime | None = None,
    width: int = WIDE,
    hour: float = 44,
) -> Picture:
    """The day from `start` to `end`, an hour so high; columns that do not fit make it wider, and its container scrolls.

    Heights are real time: a day on which clocks change has an hour more or less, and its labels jump or repeat.
    """
    strip = _STRIP if ratios else 0.0
    left = _CLOCK + strip
    each = max((width - left) / max(len(columns), 1), _LEAST)
    whole = left + each * max(len(columns), 1)
    natural = whole > width + 0.5
    known = {column.key for column in columns}
    length = max(end.timestamp() - start.timestamp(), 3600)
    head, height = legend(_entries(visits, reader), 4, 2, min(whole, width))
    said = _staffing(ratios, reader)
    top = height + (LINE + 6 if said else 0) + _HEAD
    time = time_scale((), (top, top + length / 3600 * hour), first=start, last=end)
    blocks = [block for column in columns for block in _blocks(column, visits, known, time)]
    inside = [head]
    if said:
        kind = "p-strong p-attention" if any(ratio.short for ratio in ratios) else "p-soft"
        inside.append(words(4, height + 12, shortened(said, min(whole, width) - 8), kind))
    inside += [_clock(time, left, whole, now, reader), _strip(time, ratios, reader), _now(time, now, whole, reader)]
    for number, column in enumerate(columns):
        x = left + number * each
        inside.append(_column(column, x, each, time, reader))
        inside.append(_filled(time, [b for b in blocks if b.column == column], x, each, reader))
    description = _description(columns, blocks, said, time, reader)
    linked = any(block.visit.href for block in blocks)
    size = (whole, time.end + 10)
    svg = drawn(picture_id, "board", size, title, description, inside, linked=linked, natural=natural)
    headers = (reader.say("When"), reader.say("Where or who"), reader.say("Visit"), reader.say("Parts"))
    return Picture(svg, title, description, headers, _rows(blocks, ratios, time, reader))


def _blocks(column: Column, visits: Sequence[Visit], known: set[str], time: TimeScale) -> list[_Block]:
    """The visits of a column in time. Only in the first of its columns is a visit a stop for the keyboard."""
    found = []
    for visit in visits:
        if column.key in visit.columns:
            fits = [p for p in visit.parts if time.meets(p.start, p.end) and p.end.timestamp() > p.start.timestamp()]
            parts = [p for p in fits if column.sort == "room" or p.sort != "turnover"]
            if parts:
                first = next(key for key in visit.columns if key in known) == column.key
                ordered = sorted(parts, key=lambda part: part.start.timestamp())
                found.append(_Block(visit, column, tuple(ordered), first))
    return sorted(found, key=lambda block: block.start.timestamp())


def _entries(visits: Sequence[Visit], reader: Reader) -> list[Entry]:
    used = {part.sort for visit in visits for part in visit.parts}
    return [(_texture(sort, 0, -6, 16, 12), reader.say(name)) for sort, name in _SORTS.items() if sort in used]


def _texture(sort: Sort, x: float, y: float, width: float, height: float, hint: str = "") -> Markup:
    """What a part looks like: medicine is full, turnover is hatched, the others are lighter."""
    plain = box(x, y, width, height, f"p-part p-{sort}-part", round_by=2, hint=hint)
    return together((plain, hatch(x, y, width, height, "p-hatch"))) if sort == "turnover" else plain


def _clock(time: TimeScale, left: float, right: float, now: datetime | None, reader: Reader) -> Markup:
    """The hours; one that now would cover is left out."""
    parts = []
    covered = time.at(now) if now is not None and time.covers(now) else -100.0
    for tick in time.ticks(reader, max(int((time.end - time.start) / 36), 2)):
        y = time.at(tick.at)
        parts.append(straight((left, y), (right, y), "p-grid"))
        if abs(y - covered) > 16:
            parts.append(words(_CLOCK - 8, y + 4, tick.said, "p-soft p-end"))
    return together(parts)


def _now(time: TimeScale, now: datetime | None, right: float, reader: Reader) -> Markup:
    """The line of now, to be drawn beneath the blocks so that it crosses out no words, and its time by the hours."""
    if now is None or not time.covers(now):
        return Markup("")
    y = time.at(now)
    plate = box(0, y - 9, _CLOCK - 4, 18, "p-plate", round_by=4)
    said = words((_CLOCK - 4) / 2, y + 4, reader.clock(now), "p-mid p-on")
    return together((straight((_CLOCK - 2, y), (right, y), "p-now"), plate, said))


def _strip(time: TimeScale, ratios: Sequence[Ratio], reader: Reader) -> Markup:
    """Along the clock: who is there out of who is needed, framed and with an exclamation mark where it is too few."""
    parts = []
    if ratios:
        parts.append(words(_CLOCK + _STRIP / 2 - 3, time.start - 10, reader.say("Staff"), "p-soft p-mid"))
    for ratio in ratios:
        if time.meets(ratio.start, ratio.end):
            y, end = time.at(ratio.start), time.at(ratio.end)
            kind = "p-ratio p-short" if ratio.short else "p-ratio"
            parts.append(box(_CLOCK, y + 1, _STRIP - 6, end - y - 2, kind, round_by=3))
            if end - y >= 14:
                strong = " p-strong p-attention" if ratio.short else ""
                said = f"{_of(ratio, reader)}{' !' if ratio.short else ''}"
                parts.append(words(_CLOCK + _STRIP / 2 - 3, min(y + 14, (y + end) / 2 + 4), said, f"p-mid{strong}"))
    return together(parts)


def _of(ratio: Ratio, reader: Reader) -> str:
    return f"{'?' if ratio.present is None else reader.number(ratio.present)}/{reader.number(ratio.needed)}"


def _column(column: Column, x: float, each: float, time: TimeScale, reader: Reader) -> Markup:
    lines = wrapped(column.name, each - 12, 2)
    first = time.start - 10 - (len(lines) - 1) * LINE
    parts = [words(x + 6, first + n * LINE, said, "p-strong") for n, said in enumerate(lines)]
    kind = reader.say("Room") if column.sort == "room" else reader.say("Person")
    if len(lines) < 2:
        parts.insert(0, words(x + 6, time.start - 10 - LINE, kind, "p-soft"))
    edge = "p-edge" if column.sort == "room" else "p-edge p-dashed"
    return together((straight((x, time.start), (x, time.end), edge), *parts))


def _filled(time: TimeScale, blocks: Sequence[_Block], x: float, each: float, reader: Reader) -> Markup:
    """Blocks that overlap share the column; what touches end to end does not overlap."""
    stretches = [(time.at(block.start), time.at(block.end)) for block in blocks]
    found = lanes(stretches, max(len(blocks), 1), 0)
    side = max((lane + 1 for lane in found if lane is not None), default=1)
    room = (each - 6) / side
    return together(
        _drawn_block(time, block, x + 3 + (lane or 0) * room, room - 2, reader)
        for block, lane in zip(blocks, found, strict=True)
    )


def _drawn_block(time: TimeScale, block: _Block, x: float, width: float, reader: Reader) -> Markup:
    y, end = time.at(block.start), time.at(block.end)
    inside = [box(x, y + 1, width, end - y - 1, "p-ground", round_by=4)]
    for part in block.parts:
        start, stop = time.at(part.start), time.at(part.end)
        hint = f"{reader.say(_SORTS[part.sort])}, {_between(part.start, part.end, time, reader)}"
        inside.append(_texture(part.sort, x, start + 1, width, stop - start - 1, hint))
    own = [part for part in block.parts if part.sort != "turnover"]
    frame_end = max((time.at(part.end) for part in own), default=end)
    inside.append(box(x, y + 1, width, frame_end - y - 1, "p-frame p-target", round_by=4))
    lines = [*wrapped(block.visit.name, width - 10, 2 if frame_end - y > 44 else 1)]
    clock = shortened(_between(own[0].start, own[-1].end, time, reader), width - 8) if own else ""
    texts = [(said, "p-strong") for said in lines] + [
        (clock, "p-soft"),
        (shortened(block.visit.note, width - 10), "p-soft"),
    ]
    written = [pair for pair in texts if pair[0]][: int((frame_end - y - 4) / LINE)]
    inside += [words(x + 6, y + 14 + n * LINE, said, kind) for n, (said, kind) in enumerate(written)]
    taken = y + 4 + len(written) * LINE
    for part in block.parts[1:]:
        start, stop = time.at(part.start), time.at(part.end)
        if start >= taken and stop - start >= LINE + 2:
            inside.append(words(x + 6, start + 14, shortened(reader.say(_SORTS[part.sort]), width - 10), "p-soft"))
    name = f"{block.visit.name}, {_between(block.start, block.end, time, reader)}, {block.column.name}"
    said = f"{name}. {block.visit.note}".rstrip(". ")
    return link(block.visit.href, *inside, name=said, again=not block.first)


def _between(start: datetime, end: datetime, time: TimeScale, reader: Reader) -> str:
    return f"{time.when(start, reader)}–{time.when(end, reader)}"


def _staffing(ratios: Sequence[Ratio], reader: Reader) -> str:
    """In a line over the board, so that nobody has to look for it: when there are too few, or that there are enough."""
    if not ratios:
        return ""
    short = [ratio for ratio in sorted(ratios, key=lambda ratio: ratio.start.timestamp()) if ratio.short]
    if short:
        when = ", ".join(f"{reader.clock(ratio.start)}–{reader.clock(ratio.end)}" for ratio in short)
        return reader.say("Too few staff: {when}", when=when)
    if any(ratio.present is None for ratio in ratios):
        return reader.say("It is not known for all of the day who is there")
    return reader.say("Enough staff all day")


def _description(
    columns: Sequence[Column], blocks: Sequence[_Block], said: str, time: TimeScale, reader: Reader
) -> str:
    names = {block.visit for block in blocks}
    told = reader.say(
        "Visits: {visits}. Rooms and people: {columns}.",
        visits=reader.number(len(names)),
        columns=reader.number(len(columns)),
    )
    return " ".join([told, f"{said}."] if said else [told])


def _rows(
    blocks: Sequence[_Block], ratios: Sequence[Ratio], time: TimeScale, reader: Reader
) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[float, tuple[str, ...]]] = []
    for block in blocks:
        parts = ", ".join(
            f"{reader.say(_SORTS[part.sort])} {_between(part.start, part.end, time, reader)}" for part in block.parts
        )
        when = _between(block.start, block.end, time, reader)
        name = " · ".join(part for part in (block.visit.name, block.visit.note) if part)
        rows.append((block.start.timestamp(), (when, block.column.name, name, parts)))
    for ratio in ratios:
        if time.meets(ratio.start, ratio.end):
            when = _between(ratio.start, ratio.end, time, reader)
            rows.append((ratio.start.timestamp(), (when, reader.say("Staff"), "", _of(ratio, reader))))
    return tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))
