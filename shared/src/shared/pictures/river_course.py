"""Where the river of a journey flows: its bed, its water up to now, and the glow after each session."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import pi, sin, sqrt

from markupsafe import Markup

from shared.pictures.drawing import element, fixed, through, together
from shared.pictures.journey import Thread, Window
from shared.pictures.scales import TimeScale

HALF = 10.0
"""Half the width of the river."""
BANK = HALF + 9
"""How far from the middle of the river what lies next to it lies."""
_GLOW = 34.0
_BEND = 140.0
"""About so long is a bend: a longer river has more of them, and none that is steeper."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where the river flows in the picture."""

    time: TimeScale
    level: float

    def at(self, x: float, above: float = 0) -> float:
        """The height of the middle of the river, or of a line so much above it."""
        length = self.time.end - self.time.start
        bends = max(round(length / _BEND), 2)
        return self.level + 5 * sin((x - self.time.start) / length * bends * pi) - above

    def bed(self, start: float, end: float, half: Callable[[float], float]) -> str:
        """The outline of a stretch of it, at each place half as wide as said for the part of the stretch before it."""
        steps = max(int((end - start) / 12), 12)
        xs = [start + (end - start) * n / steps for n in range(steps + 1)]
        halves = [half(n / steps) for n in range(steps + 1)]
        upper = [(x, self.at(x, wide)) for x, wide in zip(xs, halves, strict=True)]
        lower = [(x, self.at(x, -wide)) for x, wide in zip(xs, halves, strict=True)]
        return through([*upper, *reversed(lower)], closed=True)


def glow(course: Course, window: Window) -> Markup:
    """Widest where the session is, and fading out with the window."""
    start, end = course.time.at(window.start), course.time.at(window.end)
    layers = (course.bed(start, end, partial(_drop, _GLOW * part)) for part in (1.0, 0.75, 0.5))
    return together(element("path", d=layer, kind="p-glow") for layer in layers)


def _drop(half: float, part: float) -> float:
    """A drop that lies on its side: round where it begins, and thin where it ends."""
    return half * min(sqrt(part / 0.08), 1) * sqrt(1 - part)


def _bed(_part: float) -> float:
    return HALF


def water(course: Course, now: datetime | None) -> Markup:
    """The river, full up to now, and only outlined after it."""
    start, end = course.time.start, course.time.end
    here = course.time.at(now) if now is not None else end
    full = element("path", d=course.bed(start, here, _bed), kind="p-water") if here > start else Markup("")
    ahead = element("path", d=course.bed(here, end, _bed), kind="p-ahead") if here < end else Markup("")
    return together((ahead, full))


def threads(course: Course, given: tuple[Thread, ...]) -> Markup:
    """What led to what, from the upper bank across the river to the lower."""
    drawn = []
    for thread in given:
        if course.time.covers(thread.start) and course.time.covers(thread.end):
            x, to = course.time.at(thread.start), course.time.at(thread.end)
            y, below = course.at(x, BANK), course.at(to, -BANK)
            bend = f"M{fixed(x)} {fixed(y)}C{fixed(x)} {fixed(below)} {fixed(to)} {fixed(y)} {fixed(to)} {fixed(below)}"
            drawn.append(element("path", d=bend, kind="p-thread"))
    return together(drawn)
