"""Somebody's journey as a river: medicine sessions are stones in it; what they noticed and promised lies along it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from math import pi, sin, sqrt
from typing import TypeVar

from markupsafe import Markup

from shared.pictures.drawing import (
    LINE,
    box,
    breadth,
    drawn,
    element,
    fixed,
    link,
    shortened,
    straight,
    through,
    together,
    words,
)
from shared.pictures.journey import Commitment, Intention, Journey, Passage, Window
from shared.pictures.legend import Entry, legend, sign_of
from shared.pictures.line import Reading, Series
from shared.pictures.picture import WIDE, Picture
from shared.pictures.plot import times
from shared.pictures.reading import Reader
from shared.pictures.scales import Scale, TimeScale, lanes, time_scale
from shared.pictures.shapes import Shape, diamond, dot, now_line, square, stone

_HALF = 10.0
"""Half the width of the river."""
_GLOW = 34.0
_PILED = 4
_LONGEST = 170


@dataclass(frozen=True, slots=True)
class _Course:
    """Where the river flows in the picture."""

    time: TimeScale
    level: float

    def at(self, x: float, above: float = 0) -> float:
        """The height of the middle of the river, or of a line so much above it."""
        return self.level + 5 * sin((x - self.time.start) / (self.time.end - self.time.start) * 5 * pi) - above

    def bed(self, start: float, end: float, half: Callable[[float], float]) -> str:
        """The outline of a stretch of it, at each place half as wide as said for the part of the stretch before it."""
        steps = max(int((end - start) / 12), 1)
        xs = [start + (end - start) * n / steps for n in range(steps + 1)]
        halves = [half(n / steps) for n in range(steps + 1)]
        upper = [(x, self.at(x, wide)) for x, wide in zip(xs, halves, strict=True)]
        lower = [(x, self.at(x, -wide)) for x, wide in zip(xs, halves, strict=True)]
        return through([*upper, *reversed(lower)], closed=True)


_P = TypeVar("_P", Passage, Intention, Commitment, Reading)


def river(
    picture_id: str, journey: Journey, reader: Reader, *, title: str, now: datetime | None = None, width: int = WIDE
) -> Picture:
    """The journey from its start to its end; what lies outside is left out. Before now the river is full."""
    time = time_scale((), (12, width - 12), first=journey.start, last=journey.end)
    shown = _shown(journey, time)
    head, height = legend(_entries(shown, reader), 4, 2, width)
    scores_top = height + 18
    top = scores_top + 72 if shown.scores is not None else height + 6
    intended = lanes([_stretch(time, one, width) for one in shown.intentions], 2)
    named = _rows_under(time, shown.sessions, width)
    over = max((lane + 1 for lane in intended if lane is not None), default=0)
    under = max((lane + 1 for lane in named if lane is not None), default=0)
    course = _Course(time, top + over * LINE + 64)
    floor = course.level + 62 + under * LINE
    inside = [head]
    if shown.scores is not None:
        inside.append(_scores(shown.scores, time, scores_top, reader))
    inside += [_glow(course, window) for window in shown.windows]
    inside += [_water(course, now), straight((time.start, floor), (time.end, floor), "p-axis")]
    inside += [times(time, floor, width, reader)]
    if now is not None and time.covers(now):
        x = time.at(now)
        inside.append(now_line(x, top + over * LINE, floor))
        at = min(max(x, 16), width - 16)
        inside.append(words(at, floor - 5, reader.say("now"), "p-mid p-halo p-now-label"))
    inside += [_intentions(course, shown.intentions, intended, top, width, reader)]
    inside += [_bank(course, shown.moments, 1, reader), _bank(course, shown.commitments, -1, reader)]
    inside += [_sessions(course, shown.sessions, named, width, reader)]
    description = _description(shown, reader)
    svg = drawn(picture_id, "river", (width, floor + 24), title, description, inside, linked=shown.linked)
    headers = (reader.say("When"), reader.say("What"), reader.say("In words"))
    return Picture(svg, title, description, headers, _rows(shown, time, reader))


def _shown(journey: Journey, time: TimeScale) -> Journey:
    """The part of a journey that lies on the scale, in the order of time."""
    readings = _ordered(journey.scores.readings, time) if journey.scores else ()
    return replace(
        journey,
        sessions=_ordered(journey.sessions, time),
        intentions=_ordered(journey.intentions, time),
        moments=_ordered(journey.moments, time),
        commitments=_ordered(journey.commitments, time),
        windows=tuple(window for window in journey.windows if time.meets(window.start, window.end)),
        scores=replace(journey.scores, readings=readings) if journey.scores and readings else None,
    )


def _ordered(given: Sequence[_P], time: TimeScale) -> tuple[_P, ...]:
    return tuple(sorted((one for one in given if time.covers(one.at)), key=lambda one: one.at.timestamp()))


def _entries(shown: Journey, reader: Reader) -> list[Entry]:
    found: list[Entry] = []
    if shown.sessions:
        found.append((sign_of(stone, "p-stone"), reader.say("Medicine session")))
    if shown.windows:
        found.append((box(0, -6, 16, 12, "p-glow", round_by=6), reader.say("Integration window")))
    if shown.intentions:
        found.append((sign_of(diamond, "p-intention"), reader.say("Intention")))
    if shown.moments:
        found.append((sign_of(dot, "p-moment"), reader.say("Moment")))
    if shown.commitments:
        found.append((sign_of(square, "p-commitment"), reader.say("Commitment")))
    if any(commitment.kept for commitment in shown.commitments):
        found.append((sign_of(square, "p-commitment p-kept"), reader.say("Commitment kept")))
    return found


def _stretch(time: TimeScale, passage: Passage, width: int) -> tuple[float, float]:
    half = min(breadth(passage.words), _LONGEST) / 2
    middle = min(max(time.at(passage.at), half + 2), width - half - 2)
    return middle - half, middle + half


def _label(stretch: tuple[float, float], y: float, passage: Passage, kind: str) -> Markup:
    start, end = stretch
    return words((start + end) / 2, y, shortened(passage.words, end - start + 1), f"p-mid {kind}")


def _rows_under(time: TimeScale, sessions: Sequence[Passage], width: int) -> tuple[int | None, ...]:
    """The row of each session's name; None where it would lie over another or over the thread to one."""
    stretches = [_stretch(time, one, width) for one in sessions]
    kept: list[int | None] = []
    for number, row in enumerate(lanes(stretches, 2)):
        nearer = [stretches[n] for n, other in enumerate(kept) if other == 0]
        threads = [time.at(sessions[n].at) for n, other in enumerate(kept) if other == 1]
        (start, end), x = stretches[number], time.at(sessions[number].at)
        over_thread = row == 0 and any(start <= thread <= end for thread in threads)
        under_name = row == 1 and any(left <= x <= right for left, right in nearer)
        kept.append(None if over_thread or under_name else row)
    return tuple(kept)


def _glow(course: _Course, window: Window) -> Markup:
    """Widest where the session is, and fading out with the window."""
    start, end = course.time.at(window.start), course.time.at(window.end)
    layers = (course.bed(start, end, partial(_drop, _GLOW * part)) for part in (1.0, 0.75, 0.5))
    return together(element("path", d=layer, kind="p-glow") for layer in layers)


def _drop(half: float, part: float) -> float:
    """A drop that lies on its side: round where it begins, and thin where it ends."""
    return half * min(sqrt(part / 0.08), 1) * sqrt(1 - part)


def _bed(_part: float) -> float:
    return _HALF


def _water(course: _Course, now: datetime | None) -> Markup:
    start, end = course.time.start, course.time.end
    here = course.time.at(now) if now is not None else end
    full = element("path", d=course.bed(start, here, _bed), kind="p-water") if here > start else Markup("")
    ahead = element("path", d=course.bed(here, end, _bed), kind="p-ahead") if here < end else Markup("")
    return together((ahead, full))


def _scores(scores: Series, time: TimeScale, top: float, reader: Reader) -> Markup:
    """The line of a measure over the river, on the same times; unknown values are gaps."""
    known = [reading.value for reading in scores.readings if reading.value is not None]
    value = Scale(float(min(known, default=0)), float(max(known, default=0)), top + 44, top + 10)
    parts = [words(time.start, top, scores.name, "p-soft")]
    points: list[tuple[float, float]] = []
    for reading in scores.readings:
        if reading.value is None:
            parts.append(_piece(points))
            points = []
        else:
            points.append((time.at(reading.at), value.at(reading.value)))
    parts.append(_piece(points))
    reach = -1.0
    for reading in scores.readings:
        if reading.value is not None:
            x, y, said = time.at(reading.at), value.at(reading.value), reader.number(reading.value)
            parts.append(dot(x, y, 3.5, "p-dot p-s0", f"{time.when(reading.at, reader)}: {said}"))
            if x - breadth(said) / 2 > reach:
                parts.append(words(x, y + 17, said, "p-mid p-halo"))
                reach = x + breadth(said) / 2 + 6
    return together(parts)


def _piece(points: Sequence[tuple[float, float]]) -> Markup:
    return element("path", d=through(points), kind="p-line p-s0") if len(points) > 1 else Markup("")


def _intentions(
    course: _Course, given: Sequence[Intention], named: Sequence[int | None], top: float, width: int, reader: Reader
) -> Markup:
    """Over the bank, each with a thread to the session that it is for."""
    parts = []
    for intention, lane in zip(given, named, strict=True):
        x = course.time.at(intention.at)
        y = course.at(x, 44)
        mark = [diamond(x, y, 4.5, "p-intention p-target", _hint(course.time, intention, reader))]
        if intention.toward is not None and course.time.covers(intention.toward):
            to = course.time.at(intention.toward)
            bend = f"M{fixed(x)} {fixed(y)}Q{fixed(to)} {fixed(y)} {fixed(to)} {fixed(course.at(to, 8))}"
            parts.append(element("path", d=bend, kind="p-thread"))
        if lane is not None:
            label = top + (lane + 1) * LINE - 2
            mark.append(straight((x, label + 4), (x, y - 7), "p-thread"))
            mark.append(_label(_stretch(course.time, intention, width), label, intention, "p-inner"))
        parts.append(link(intention.href, *mark, name=_hint(course.time, intention, reader)))
    return together(parts)


def _bank(course: _Course, given: Sequence[Passage], side: int, reader: Reader) -> Markup:
    """Along a bank (1 the upper, -1 the lower), further out where there are several at about the same time."""
    places = [course.time.at(one.at) for one in given]
    rows = lanes([(x - 4, x + 4) for x in places], _PILED, 2)
    parts = []
    for x, row, passage in zip(places, rows, given, strict=True):
        y = course.at(x, side * (_HALF + 9 + 8.5 * (_PILED - 1 if row is None else row)))
        shape: Shape = square if isinstance(passage, Commitment) else dot
        kind = "p-commitment" if isinstance(passage, Commitment) else "p-moment"
        kept = " p-kept" if isinstance(passage, Commitment) and passage.kept else ""
        said = _hint(course.time, passage, reader)
        parts.append(link(passage.href, shape(x, y, 4, f"{kind}{kept} p-target", said), name=said))
    return together(parts)


def _sessions(
    course: _Course, given: Sequence[Passage], named: Sequence[int | None], width: int, reader: Reader
) -> Markup:
    parts = []
    for session, lane in zip(given, named, strict=True):
        x = course.time.at(session.at)
        mark = [stone(x, course.at(x), 9, "p-stone p-target", _hint(course.time, session, reader))]
        if lane is not None:
            y = course.level + 58 + lane * LINE
            mark.append(straight((x, course.at(x, -12)), (x, y - 13), "p-thread"))
            mark.append(_label(_stretch(course.time, session, width), y, session, "p-halo"))
        parts.append(link(session.href, *mark, name=_hint(course.time, session, reader)))
    return together(parts)


def _hint(time: TimeScale, passage: Passage, reader: Reader) -> str:
    return f"{time.when(passage.at, reader)}: {passage.words}"


def _description(shown: Journey, reader: Reader) -> str:
    days = (shown.start.astimezone(reader.zone).date(), shown.end.astimezone(reader.zone).date())
    return reader.say(
        "From {start} to {end}. Medicine sessions: {sessions}; intentions: {intentions}; moments: {moments}; "
        "commitments: {commitments}.",
        start=reader.day(days[0]),
        end=reader.day(days[1]),
        sessions=reader.number(len(shown.sessions)),
        intentions=reader.number(len(shown.intentions)),
        moments=reader.number(len(shown.moments)),
        commitments=reader.number(len(shown.commitments)),
    )


def _rows(shown: Journey, time: TimeScale, reader: Reader) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[float, str, str, str]] = []
    for name, passages in (
        (reader.say("Medicine session"), shown.sessions),
        (reader.say("Intention"), shown.intentions),
        (reader.say("Moment"), shown.moments),
    ):
        rows += [(one.at.timestamp(), time.when(one.at, reader), name, one.words) for one in passages]
    for one in shown.commitments:
        name = reader.say("Commitment kept") if one.kept else reader.say("Commitment")
        rows.append((one.at.timestamp(), time.when(one.at, reader), name, one.words))
    for window in shown.windows:
        between = f"{time.when(window.start, reader)} – {time.when(window.end, reader)}"
        rows.append((window.start.timestamp(), between, reader.say("Integration window"), ""))
    if shown.scores is not None:
        for reading in shown.scores.readings:
            value = reader.say("not known") if reading.value is None else reader.number(reading.value)
            rows.append((reading.at.timestamp(), time.when(reading.at, reader), shown.scores.name, value))
    return tuple((when, what, said) for _, when, what, said in sorted(rows, key=lambda row: row[0]))
