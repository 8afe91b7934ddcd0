"""How a picture is written as SVG: escaped, with at most one decimal, and with classes where others put colours.

A page forbids styles within it, so how anything looks is said in the stylesheet (`pictures.css`), by class.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import east_asian_width

from markupsafe import Markup, escape

Point = tuple[float, float]
LINE = 15.0
"""From one line of text to the next."""

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPEECH = Markup('<title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>')
_NARROWEST, _NARROW_LETTERS, _WIDE_LETTERS = " .,:;|'!", "fijlrtI()[]-/", "mwMW@%"


def fixed(value: float) -> str:
    """A length as SVG writes it, to one decimal."""
    written = f"{value:.1f}"
    if written.endswith(".0"):
        written = written[:-2]
        return "0" if written == "-0" else written
    return written


def element(
    tag: str, *inside: Markup | str, kind: str = "", hint: str = "", **attributes: str | float | None
) -> Markup:
    """One element. `kind` is its class, `hint` what a pointer over it shows; `_` in a name is written `-`.

    Text is escaped; what already is markup is not. An attribute that is None is left out.
    """
    written = f' class="{kind}"' if kind else ""
    for name, value in attributes.items():
        if value is not None:
            said = escape(clean(value)) if isinstance(value, str) else fixed(value)
            written += f' {name.replace("_", "-")}="{said}"'
    content = f"<title>{escape(clean(hint))}</title>" if hint else ""
    content += "".join(part if isinstance(part, Markup) else escape(clean(part)) for part in inside)
    whole = f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"
    return Markup(whole)  # nosec B704 # all that is said in it is escaped above.


def clean(words: str) -> str:
    """Text without the characters that no XML can hold, which somebody may have typed or pasted."""
    return _UNWRITABLE.sub("", words)


def together(parts: Iterable[Markup]) -> Markup:
    """Several elements, one after the other."""
    return Markup("").join(parts)


def words(x: float, y: float, said: str, kind: str = "") -> Markup:
    """One line of text, on its baseline."""
    return element("text", said, x=x, y=y, kind=kind)


def straight(start: Point, end: Point, kind: str) -> Markup:
    """A straight line."""
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], kind=kind)


def box(
    x: float, y: float, width: float, height: float, kind: str, *, round_by: float | None = None, hint: str = ""
) -> Markup:
    """A rectangle, never of negative size."""
    return element("rect", x=x, y=y, width=max(width, 0), height=max(height, 0), rx=round_by, kind=kind, hint=hint)


def through(points: Iterable[Point], *, closed: bool = False) -> str:
    """The data of a path along these points."""
    steps = "L".join(f"{fixed(x)} {fixed(y)}" for x, y in points)
    return f"M{steps}{'Z' if closed else ''}"


def hatch(x: float, y: float, width: float, height: float, kind: str, gap: float = 7) -> Markup:
    """Slanting lines in a rectangle: a texture that survives printing and a page without colours."""
    steps: list[str] = []
    offset = gap / 2
    while offset < width + height:
        start = (x + min(offset, width), y + max(offset - width, 0))
        end = (x + max(offset - height, 0), y + min(offset, height))
        steps.append(through((start, end)))
        offset += gap
    return element("path", d="".join(steps), kind=kind) if steps else Markup("")


def link(href: str | None, *inside: Markup, name: str, again: bool = False, current: bool = False) -> Markup:
    """A link around what is drawn, with a name for those who do not see it; without an address, a plain group.

    `again` is for a second way to the same place: it can be clicked but is left out when people go through by keyboard.
    `current` is where the reader is already.
    """
    if href is None:
        return element("g", *inside)
    at, order = "true" if current else None, "-1" if again else None
    return element("a", *inside, href=href, aria_label=name, aria_current=at, kind="p-link", tabindex=order)


def drawn(
    picture_id: str,
    kind: str,
    size: tuple[float, float],
    title: str,
    description: str,
    inside: Iterable[Markup],
    *,
    linked: bool = False,
    natural: bool = False,
) -> Markup:
    """The whole SVG. With links in it (`linked`) it is a group; without, one image to those who do not see it.

    `natural` is for what must not shrink: it keeps its size, and its container scrolls.
    """
    width, height = size
    sort = "picture-natural" if natural else "picture-narrow" if width < 480 else "picture-wide"
    return element(
        "svg",
        _SPEECH.format(id=clean(picture_id), title=clean(title), description=clean(description)),
        *inside,
        kind=f"picture picture-{kind} {sort}",
        viewBox=f"0 0 {fixed(width)} {fixed(height)}",
        width=width if natural else None,
        height=height if natural else None,
        role="group" if linked else "img",
        aria_labelledby=f"{picture_id}-title {picture_id}-desc",
    )


@lru_cache(maxsize=2048)
def breadth(said: str) -> float:
    """About how much room a line of text takes: fonts differ, so rather too much than too little."""
    return sum(_letter(letter) for letter in said)


def _letter(letter: str) -> float:
    if letter in _NARROWEST:
        return 4.0
    if letter in _NARROW_LETTERS:
        return 4.8
    if letter in _WIDE_LETTERS:
        return 11.0
    if letter.isupper():
        return 8.4
    return 13.0 if east_asian_width(letter) in "WF" else 7.2


def shortened(said: str, room: float) -> str:
    """The text, cut with `…` where it would take more than the room; nothing where not even two letters fit."""
    said = " ".join(said.split())
    if breadth(said) <= room:
        return said
    kept, used = "", breadth("…")
    for letter in said:
        used += _letter(letter)
        if used > room:
            break
        kept += letter
    return f"{kept.rstrip()}…" if len(kept) > 1 else ""


def wrapped(said: str, room: float, most: int) -> tuple[str, ...]:
    """The text in at most so many lines; the last one is cut where more would follow."""
    lines: list[str] = []
    waiting = said.split()
    while waiting and len(lines) < most - 1:
        line = waiting.pop(0)
        while waiting and breadth(f"{line} {waiting[0]}") <= room:
            line += f" {waiting.pop(0)}"
        lines.append(shortened(line, room))
    if waiting:
        lines.append(shortened(" ".join(waiting), room))
    return tuple(line for line in lines if line)
