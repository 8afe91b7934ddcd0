"""Somebody's journey as a river: medicine sessions are stones in it; what they noticed and promised lies along it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
from shared.pictures.journey import Commitment, Intention, Journey, Mark, Month, Passage
from shared.pictures.legend import Entry, legend, sign_of
from shared.pictures.line import Reading, Series
from shared.pictures.picture import WIDE, Picture
from shared.pictures.plot import times
from shared.pictures.reading import Reader
from shared.pictures.river_banks import Spot, afloat, bank, hint, signs_of_others, spots, ticks
from shared.pictures.river_course import Course, glow, threads, water
from shared.pictures.river_rows import description, rows
from shared.pictures.scales import Scale, TimeScale, lanes, time_scale
from shared.pictures.shapes import diamond, dot, now_line, square, stone, triangle

_LONGEST = 170

_P = TypeVar("_P", Passage, Intention, Commitment, Mark, Reading)


@dataclass(frozen=True, slots=True)
class _Laid:
    """What is shown, and what of it lies where: over the river with a name, and along its banks."""

    shown: Journey
    named: tuple[Passage, ...]
    upper: list[Spot]
    lower: list[Spot]


def river(
    picture_id: str,
    journey: Journey,
    reader: Reader,
    *,
    title: str,
    now: datetime | None = None,
    width: int = WIDE,
    scrolls: bool = False,
) -> Picture:
    """The journey from its start to its end; what lies outside is left out. Before now the river is full.

    One that `scrolls` keeps its size within what scrolls it, and its signs stand outside of that (`river_signs`).
    """
    time = time_scale((), (12, width - 12), first=journey.start, last=journey.end)
    laid = _laid(journey, time)
    shown = laid.shown
    head, height = (Markup(""), 0.0) if scrolls else legend(_entries(shown, reader), 4, 2, width)
    scores_top = height + 18
    top = scores_top + 72 if shown.scores is not None else height + 6
    over_them = lanes([_stretch(time, one, width) for one in laid.named], 2)
    under_them = _rows_under(time, shown.sessions, width)
    over = max((lane + 1 for lane in over_them if lane is not None), default=0)
    under = max((lane + 1 for lane in under_them if lane is not None), default=0)
    course = Course(time, top + over * LINE + 64)
    floor = course.level + 62 + under * LINE
    inside = [head, _months(time, shown.months, top, floor), *(glow(course, window) for window in shown.windows)]
    if shown.scores is not None:
        inside.append(_scores(shown.scores, time, scores_top, reader, at_end=scrolls))
    inside += [water(course, now), straight((time.start, floor), (time.end, floor), "p-axis")]
    inside += [threads(course, shown.threads), ticks(course, shown.of_sort("answer"), floor, reader)]
    inside += [Markup("") if shown.months else times(time, floor, width, reader)]
    if now is not None and time.covers(now):
        x = time.at(now)
        inside.append(now_line(x, top + over * LINE, floor))
        at = min(max(x, 16), width - 16)
        inside.append(words(at, floor - 5, reader.say("now"), "p-mid p-halo p-now-label"))
    inside += [_named(course, laid.named, over_them, top, width, reader)]
    inside += [bank(course, laid.upper, 1, reader), bank(course, laid.lower, -1, reader)]
    inside += [afloat(course, shown.of_sort("visit"), reader)]
    inside += [_sessions(course, shown.sessions, under_them, width, reader)]
    said = description(shown, reader)
    size = (width, floor + 24)
    svg = drawn(picture_id, "river", size, title, said, inside, linked=shown.linked, natural=scrolls)
    headers = (reader.say("When"), reader.say("What"), reader.say("In words"))
    return Picture(svg, title, said, headers, rows(shown, [*laid.upper, *laid.lower], time, reader))


def river_signs(journey: Journey, reader: Reader) -> list[tuple[Markup, str]]:
    """The signs of what there is in the picture, each a small drawing of its own, and what they mean."""
    time = time_scale((), (0, 1), first=journey.start, last=journey.end)
    found = _entries(_shown(journey, time), reader)
    box_of_a_sign = {"kind": "picture picture-sign", "viewBox": "0 -8 16 16", "aria_hidden": "true"}
    return [(element("svg", sign, **box_of_a_sign), meaning) for sign, meaning in found]


def _laid(journey: Journey, time: TimeScale) -> _Laid:
    shown = _shown(journey, time)
    named = _ordered((*shown.intentions, *shown.of_sort("life")), time)
    upper = _ordered((*shown.moments, *shown.of_sort("sensation", "letter")), time)
    lower = _ordered((*shown.commitments, *shown.of_sort("review", "practice", "plan")), time)
    return _Laid(shown, named, spots(time, upper), spots(time, lower))


def _shown(journey: Journey, time: TimeScale) -> Journey:
    """The part of a journey that lies on the scale, in the order of time."""
    readings = _ordered(journey.scores.readings, time) if journey.scores else ()
    return replace(
        journey,
        sessions=_ordered(journey.sessions, time),
        intentions=_ordered(journey.intentions, time),
        moments=_ordered(journey.moments, time),
        commitments=_ordered(journey.commitments, time),
        others=_ordered(journey.others, time),
        windows=tuple(window for window in journey.windows if time.meets(window.start, window.end)),
        months=tuple(month for month in journey.months if time.meets(month.start, month.end)),
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
    return found + signs_of_others({mark.sort for mark in shown.others}, reader)


def _months(time: TimeScale, given: Sequence[Month], top: float, floor: float) -> Markup:
    """Each month from where it begins, with its name under it as far as there is room; the whole of it leads there."""
    parts = []
    reach = 0.0
    for month in given:
        x, end = time.at(month.start), time.at(month.end)
        chosen = " p-chosen" if month.chosen else ""
        mark = [box(x, top, end - x, floor + 22 - top, f"p-month p-target{chosen}", hint=month.words)]
        mark.append(straight((x, floor), (x, floor + 5), "p-axis"))
        said = next((one for one in (month.words, month.short) if breadth(one) + 6 <= end - x), "")
        if not said and month.first and x + breadth(month.short) <= time.end:
            said = month.short
        if said and x + 3 >= reach:
            mark.append(words(x + 3, floor + 18, said, "p-strong" if month.chosen else "p-soft"))
            reach = x + 3 + breadth(said)
        # Whoever goes through by keyboard has the same months as a list.
        parts.append(link(month.href, *mark, name=month.words, again=True))
    return together(parts)


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
        held = [time.at(sessions[n].at) for n, other in enumerate(kept) if other == 1]
        (start, end), x = stretches[number], time.at(sessions[number].at)
        over_thread = row == 0 and any(start <= thread <= end for thread in held)
        under_name = row == 1 and any(left <= x <= right for left, right in nearer)
        kept.append(None if over_thread or under_name else row)
    return tuple(kept)


def _scores(scores: Series, time: TimeScale, top: float, reader: Reader, *, at_end: bool) -> Markup:
    """The line of a measure over the river, on the same times; unknown values are gaps."""
    known = [reading.value for reading in scores.readings if reading.value is not None]
    value = Scale(float(min(known, default=0)), float(max(known, default=0)), top + 44, top + 10)
    parts = [words(time.end if at_end else time.start, top, scores.name, "p-soft p-end" if at_end else "p-soft")]
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


def _named(
    course: Course, given: Sequence[Passage], named: Sequence[int | None], top: float, width: int, reader: Reader
) -> Markup:
    """Over the bank: days that matter; and intentions, each with a thread to the session that it is for."""
    parts = []
    for passage, lane in zip(given, named, strict=True):
        x = course.time.at(passage.at)
        y = course.at(x, 44)
        is_life = isinstance(passage, Mark)
        shape, kind = (triangle, "p-life") if is_life else (diamond, "p-intention")
        mark = [shape(x, y, 4.5, f"{kind} p-target", hint(course.time, passage, reader))]
        if isinstance(passage, Intention) and passage.toward is not None and course.time.covers(passage.toward):
            to = course.time.at(passage.toward)
            bend = f"M{fixed(x)} {fixed(y)}Q{fixed(to)} {fixed(y)} {fixed(to)} {fixed(course.at(to, 8))}"
            parts.append(element("path", d=bend, kind="p-thread"))
        if lane is not None:
            label = top + (lane + 1) * LINE - 2
            mark.append(straight((x, label + 4), (x, y - 7), "p-thread"))
            mark.append(
                _label(_stretch(course.time, passage, width), label, passage, "p-soft" if is_life else "p-inner")
            )
        parts.append(link(passage.href, *mark, name=hint(course.time, passage, reader)))
    return together(parts)


def _sessions(
    course: Course, given: Sequence[Passage], named: Sequence[int | None], width: int, reader: Reader
) -> Markup:
    parts = []
    for session, lane in zip(given, named, strict=True):
        x = course.time.at(session.at)
        mark = [stone(x, course.at(x), 9, "p-stone p-target", hint(course.time, session, reader))]
        if lane is not None:
            y = course.level + 58 + lane * LINE
            mark.append(straight((x, course.at(x, -12)), (x, y - 13), "p-thread"))
            mark.append(_label(_stretch(course.time, session, width), y, session, "p-halo"))
        parts.append(link(session.href, *mark, name=hint(course.time, session, reader)))
    return together(parts)
