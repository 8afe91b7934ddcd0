"""What every picture is: a drawing, its name, what it says in a sentence, and the same data as a table."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from markupsafe import Markup

NARROW, WIDE = 340, 720
"""The two widths at which pictures are drawn: a phone held upright, and everything else. Text is 12 high in both."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing to be put into a page as it is. `rows` say in words all that is drawn, in the order of `headers`."""

    svg: Markup
    title: str
    description: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def at_any_width(picture_id: str, draw: Callable[[str, int], Picture]) -> Picture:
    """The picture drawn for a phone and for a wide page; the stylesheet shows the one that fits its container.

    `draw` gets the id and the width to draw with. What is not shown is not read aloud either.
    """
    narrow, wide = draw(f"{picture_id}-narrow", NARROW), draw(f"{picture_id}-wide", WIDE)
    either = Markup(
        '<div class="picture-either"><div class="picture-if-narrow">{}</div><div class="picture-if-wide">{}</div></div>'
    ).format(narrow.svg, wide.svg)
    return replace(wide, svg=either)
