"""What the marks of a picture mean, in lines above or below it."""

from collections.abc import Sequence

from markupsafe import Markup

from shared.pictures.drawing import box, breadth, element, fixed, hatch, shortened, straight, together, words
from shared.pictures.shapes import Shape

ROW = 18.0
_SIGN = 22.0

Entry = tuple[Markup, str]
"""A sign, drawn around (0, 0) to (16, 10) within a group of its own, and its meaning."""


def sign_of(shape: Shape, kind: str, line: str = "") -> Markup:
    """The sign of a mark, on a piece of its line if it has one."""
    through_it = straight((0, 0), (16, 0), line) if line else Markup("")
    return together((through_it, shape(8, 0, 4, kind, "")))


def sign_of_hatching() -> Markup:
    """The sign of a hatched time."""
    return together((box(0, -6, 16, 12, "p-span"), hatch(0, -6, 16, 12, "p-hatch", 5)))


def legend(entries: Sequence[Entry], left: float, top: float, width: float) -> tuple[Markup, float]:
    """The entries in as many rows as they need, and how high that is; nothing for none."""
    drawn, x, row = [], left, 0
    for sign, meaning in entries:
        said = shortened(meaning, width - left - _SIGN - 4)
        room = _SIGN + breadth(said) + 14
        if x > left and x + room - 14 > width:
            x, row = left, row + 1
        y = top + row * ROW + 8
        drawn.append(element("g", sign, transform=f"translate({fixed(x)} {fixed(y)})"))
        drawn.append(words(x + _SIGN, y + 4, said))
        x += room
    return together(drawn), (row + 1) * ROW if entries else 0.0
