"""Where somebody feels something, and what it is like: marks on a figure from the front and from the back.

What is felt is told by texture. No colour says that one is better than another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from markupsafe import Markup

from shared.pictures.drawing import (
    LINE,
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
from shared.pictures.figure import BACK_LINES, FRONT_LINES, OUTLINE, PLACES, TALL, spots
from shared.pictures.legend import ROW, legend
from shared.pictures.picture import WIDE, Picture
from shared.pictures.reading import Reader, phrase
from shared.pictures.shapes import dot

_VIEWS = {"front": phrase("Front"), "back": phrase("Back")}
_SIDES = {"left": phrase("left"), "right": phrase("right"), "both": phrase("both sides")}
SENSATIONS = {
    "warmth": phrase("warmth"),
    "tears": phrase("tears"),
    "trembling": phrase("trembling"),
    "tightness": phrase("tightness"),
    "ease": phrase("ease"),
    "tingling": phrase("tingling"),
    "heaviness": phrase("heaviness"),
    "other": phrase("something else"),
}
"""What can be felt somewhere, in words."""

_SIZES = {1: 7.0, 2: 11.0, 3: 16.0}
_FIGURE = 168.0


@dataclass(frozen=True, slots=True)
class Region:
    """A place that can be chosen: a word of `figure.PLACES`, a side (left, right, centre) and a view (front, back)."""

    name: str
    side: str
    view: str


@dataclass(frozen=True, slots=True)
class Sensation:
    """What is felt in a region; `extent` is 1 for a spot, 2, or 3 for all of it; `quality` is in their own words."""

    region: str
    side: str
    view: str
    sensation: str
    extent: int = 2
    quality: str | None = None


def body(
    picture_id: str,
    sensations: Sequence[Sensation],
    reader: Reader,
    *,
    title: str,
    choose: Callable[[Region], str] | None = None,
    width: int = WIDE,
) -> Picture:
    """Both views side by side. With `choose` every region leads to the address that it gives.

    A region that the figure does not know is written below it, and in the table like all others.
    """
    narrow = width < 480
    middles = {"front": width / 2 - _FIGURE / 2, "back": width / 2 + _FIGURE / 2}
    top = 28.0
    inside = [_figure(picture_id, view, x, top, reader) for view, x in middles.items()]
    if choose is not None:
        inside += [_choice(region, middles[region.view], top, choose(region), reader) for region in regions()]
    for felt in sensations:
        for x, y in spots(felt.region, felt.side, felt.view):
            middle = middles["front" if felt.view == "front" else "back"]
            mark = _mark(felt.sensation, middle + x, top + y, _SIZES.get(felt.extent, 11.0), _hint(felt, reader))
            inside.append(mark)
    floor = top + TALL + 16
    used = [sensation for sensation in SENSATIONS if sensation in {_known(felt) for felt in sensations}]
    entries = [(_mark(sensation, 8, 0, 7, ""), reader.say(SENSATIONS[sensation])) for sensation in used]
    signs, height = legend(entries, 4 if narrow else middles["front"] - _FIGURE / 2, floor, width)
    inside.append(signs)
    floor += height + (ROW / 2 if entries else 0)
    elsewhere = dict.fromkeys(f.region for f in sensations if not spots(f.region, f.side, f.view))
    if elsewhere:
        said = reader.say("Elsewhere: {places}", places=", ".join(elsewhere))
        inside.append(words(width / 2, floor + 10, shortened(said, width - 8), "p-soft p-mid"))
        floor += LINE + 4
    description = _description(sensations, reader)
    size = (width, floor)
    svg = drawn(picture_id, "body", size, title, description, inside, linked=choose is not None)
    headers = (reader.say("Where"), reader.say("What"), reader.say("In words"))
    rows = tuple((_where(felt, reader), _what(felt, reader), felt.quality or "") for felt in sensations)
    return Picture(svg, title, description, headers, rows)


def regions() -> tuple[Region, ...]:
    """All that can be chosen, from the head to the feet, the front first."""
    found = []
    for view in _VIEWS:
        for word, place in PLACES.items():
            if view in place.views:
                found += [Region(word, side, view) for side in (("left", "right") if place.paired else ("centre",))]
    return tuple(found)


def _figure(picture_id: str, view: str, x: float, top: float, reader: Reader) -> Markup:
    """The outline is written once and used for both views: it is the longest part of the picture."""
    at = f"translate({fixed(x)} {fixed(top)})"
    shape_id = f"{picture_id}-figure"
    if view == "front":
        outline = element("path", id=shape_id, d=OUTLINE, kind="p-body", transform=at)
    else:
        outline = element("use", href=f"#{shape_id}", x=_FIGURE, y=0, kind="p-body")
    lines = element("path", d=FRONT_LINES if view == "front" else BACK_LINES, kind="p-body-line", transform=at)
    left, right = reader.say("left"), reader.say("right")
    sides = (right, left) if view == "front" else (left, right)
    return together(
        (
            outline,
            lines,
            words(x, 14, reader.say(_VIEWS[view]), "p-soft p-mid"),
            words(x - 62, top + 228, sides[0], "p-soft p-mid"),
            words(x + 62, top + 228, sides[1], "p-soft p-mid"),
        )
    )


def _choice(region: Region, middle: float, top: float, href: str, reader: Reader) -> Markup:
    place = PLACES[region.name]
    x, y = spots(region.name, region.side, region.view)[0]
    name = f"{_named(region.name, region.side, reader)}, {reader.say(_VIEWS[region.view])}"
    oval = element(
        "ellipse", cx=middle + x, cy=top + y, rx=place.wide, ry=place.high, kind="p-region p-target", hint=name
    )
    return link(href, oval, name=name)


def _known(felt: Sensation) -> str:
    return felt.sensation if felt.sensation in SENSATIONS else "other"


def _named(region: str, side: str, reader: Reader) -> str:
    known = PLACES.get(region.strip().casefold())
    name = reader.say(known.word) if known else region
    return f"{name}, {reader.say(_SIDES[side])}" if side in _SIDES else name


def _where(felt: Sensation, reader: Reader) -> str:
    view = _VIEWS["front"] if felt.view == "front" else _VIEWS["back"]
    return f"{_named(felt.region, felt.side, reader)} ({reader.say(view)})"


def _what(felt: Sensation, reader: Reader) -> str:
    return reader.say(SENSATIONS[_known(felt)])


def _hint(felt: Sensation, reader: Reader) -> str:
    said = f"{_named(felt.region, felt.side, reader)}: {_what(felt, reader)}"
    return f"{said}, {felt.quality}" if felt.quality else said


def _description(sensations: Sequence[Sensation], reader: Reader) -> str:
    if not sensations:
        return reader.say("Nothing is marked.")
    return "; ".join(f"{_where(felt, reader)}: {_what(felt, reader)}" for felt in sensations) + "."


def _mark(sensation: str, x: float, y: float, r: float, hint: str) -> Markup:
    """A soft disc with the texture of what is felt."""
    texture = _TEXTURES.get(sensation, _other)
    return together((dot(x, y, r, "p-felt", hint), texture(x, y, r * 0.72)))


def _rings(x: float, y: float, r: float) -> Markup:
    return together(dot(x, y, r * part, "p-felt") for part in (0.85, 0.5))


def _drops(x: float, y: float, r: float) -> Markup:
    data = ""
    for dx, dy in ((0, -0.55), (-0.55, 0.35), (0.55, 0.35)):
        a, b, size = x + dx * r, y + dy * r, r * 0.36
        data += f"M{fixed(a)} {fixed(b - size * 1.4)}C{fixed(a + size * 1.5)} {fixed(b + size)} "
        data += f"{fixed(a - size * 1.5)} {fixed(b + size)} {fixed(a)} {fixed(b - size * 1.4)}Z"
    return element("path", d=data, kind="p-texture")


def _zigzag(x: float, y: float, r: float) -> Markup:
    rows = []
    for level in (-0.5, 0.1, 0.7):
        rows.append(through([(x + r * (n / 3 - 1), y + r * (level - (0.32 if n % 2 else 0))) for n in range(7)]))
    return element("path", d="".join(rows), kind="p-texture")


def _spokes(x: float, y: float, r: float) -> Markup:
    turns = [pi * n / 4 for n in range(8)]
    lines = [through(((x + r * cos(a), y + r * sin(a)), (x + r * 0.42 * cos(a), y + r * 0.42 * sin(a)))) for a in turns]
    return element("path", d="".join(lines), kind="p-texture")


def _waves(x: float, y: float, r: float) -> Markup:
    data = ""
    for level in (-0.35, 0.35):
        data += f"M{fixed(x - r)} {fixed(y + level * r)}q{fixed(r / 2)} {fixed(-r * 0.6)} {fixed(r)} 0"
        data += f"t{fixed(r)} 0"
    return element("path", d=data, kind="p-texture")


def _dots(x: float, y: float, r: float) -> Markup:
    turns = [pi * n / 3 for n in range(6)]
    around = [(x, y), *((x + r * 0.75 * cos(a), y + r * 0.75 * sin(a)) for a in turns)]
    return together(dot(a, b, max(r * 0.13, 1), "p-grain") for a, b in around)


def _weights(x: float, y: float, r: float) -> Markup:
    levels = ((-0.55, 0.45), (0.0, 0.7), (0.55, 0.9))
    return together(
        straight((x - r * half, y + r * level), (x + r * half, y + r * level), "p-texture p-thick")
        for level, half in levels
    )


def _other(x: float, y: float, r: float) -> Markup:
    arm = r * 0.6
    return element(
        "path", d=through(((x - arm, y), (x + arm, y))) + through(((x, y - arm), (x, y + arm))), kind="p-texture"
    )


_TEXTURES: dict[str, Callable[[float, float, float], Markup]] = {
    "warmth": _rings,
    "tears": _drops,
    "trembling": _zigzag,
    "tightness": _spokes,
    "ease": _waves,
    "tingling": _dots,
    "heaviness": _weights,
}
