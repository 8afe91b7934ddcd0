"""The marks of the pictures. Each is told from the others by its shape; colour only repeats that."""

from collections.abc import Callable

from markupsafe import Markup

from shared.pictures.drawing import element, fixed, straight, through, together, words

Shape = Callable[[float, float, float, str, str], Markup]
"""Draws a mark around (x, y) with about this radius, of this kind, with this hint."""


def dot(x: float, y: float, r: float, kind: str, hint: str = "") -> Markup:
    """A disc; hollow where its kind says so."""
    return element("circle", cx=x, cy=y, r=r, kind=kind, hint=hint)


def square(x: float, y: float, r: float, kind: str, hint: str = "") -> Markup:
    """A square on its side."""
    side = r * 0.9
    return element("rect", x=x - side, y=y - side, width=2 * side, height=2 * side, kind=kind, hint=hint)


def diamond(x: float, y: float, r: float, kind: str, hint: str = "") -> Markup:
    """A square on its corner."""
    tall = r * 1.25
    corners = ((x, y - tall), (x + tall, y), (x, y + tall), (x - tall, y))
    return element("path", d=through(corners, closed=True), kind=kind, hint=hint)


def triangle(x: float, y: float, r: float, kind: str, hint: str = "") -> Markup:
    """A triangle that points up."""
    corners = ((x, y - r * 1.2), (x + r * 1.15, y + r * 0.9), (x - r * 1.15, y + r * 0.9))
    return element("path", d=through(corners, closed=True), kind=kind, hint=hint)


def stone(x: float, y: float, r: float, kind: str = "p-stone", hint: str = "") -> Markup:
    """A pebble, wider than it is high and a little uneven: a medicine session."""
    wide, high = r * 1.35, r
    steps = (
        ("M", (-wide, 0.15 * high)),
        ("C", (-wide, -0.75 * high, -0.45 * wide, -high, 0.1 * wide, -high)),
        ("C", (0.8 * wide, -high, wide, -0.45 * high, wide, 0.1 * high)),
        ("C", (wide, 0.75 * high, 0.55 * wide, high, -0.1 * wide, high)),
        ("C", (-0.7 * wide, high, -wide, 0.7 * high, -wide, 0.15 * high)),
    )
    data = ""
    for letter, values in steps:
        data += letter + " ".join(fixed((y if n % 2 else x) + value) for n, value in enumerate(values))
    return element("path", d=f"{data}Z", kind=kind, hint=hint)


def due(x: float, y: float, *, late: bool, hint: str = "") -> Markup:
    """What is still to be taken: a hollow dot, and an exclamation mark over it once it is late."""
    if not late:
        return dot(x, y, 4.5, "p-due", hint)
    return together((dot(x, y, 4.5, "p-due p-late", hint), words(x, y - 8, "!", "p-mid p-strong p-attention")))


def now_line(x: float, top: float, bottom: float) -> Markup:
    """Where time is now, from top to bottom."""
    return straight((x, top), (x, bottom), "p-now")


SERIES: tuple[Shape, ...] = (dot, square, diamond, triangle)
"""The marks of several series, in their order."""
