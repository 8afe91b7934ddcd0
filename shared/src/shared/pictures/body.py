"""Where somebody feels something, and what it is like: marks on a figure from the front and from the back.

What is felt is told by texture. No colour says that one is better than another.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from shared.pictures.drawing import LINE, Point, drawn, element, fixed, link, shortened, together, words
from shared.pictures.figure import BACK_LINES, FRONT_LINES, OUTLINE, PLACES, TALL, spots
from shared.pictures.legend import ROW, legend
from shared.pictures.picture import WIDE, Picture
from shared.pictures.reading import Reader, phrase
from shared.pictures.textures import SENSATIONS, felt_mark, known

VIEWS = {"front": phrase("Front"), "back": phrase("Back")}
_SIDES = {"left": phrase("left"), "right": phrase("right"), "both": phrase("both sides")}
LAYERS = 5
"""So many weeks lie over each other, each fainter than the one after it."""
FIGURE = 164.0
"""The width of one view with all its marks."""

_SIZES = {1: 7.0, 2: 11.0, 3: 16.0}
_APART = 12.0


@dataclass(frozen=True, slots=True)
class Region:
    """A place that can be chosen: a word of `figure.PLACES`, a side (left, right, centre) and a view (front, back)."""

    name: str
    side: str
    view: str


class Placed(Protocol):
    """Whatever says where something is felt, and what; as a sensation that is drawn, or a row that is kept."""

    @property
    def region(self) -> str: ...

    @property
    def side(self) -> str: ...

    @property
    def view(self) -> str: ...

    @property
    def sensation(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sensation:
    """What is felt in a region; `extent` is 1 for a spot, 2, or 3 for all of it; `quality` is in their own words.

    `weeks_ago` puts it into a layer of its week.
    """

    region: str
    side: str
    view: str
    sensation: str
    extent: int = 2
    quality: str | None = None
    weeks_ago: int = 0


def body(
    picture_id: str,
    sensations: Sequence[Sensation],
    reader: Reader,
    *,
    title: str,
    choose: Callable[[Region], str] | None = None,
    chosen: Region | None = None,
    views: Sequence[str] = tuple(VIEWS),
    week: int = 0,
    signs: bool = True,
    width: float = WIDE,
) -> Picture:
    """The views side by side. With `choose` every region leads to the address that it gives; `chosen` is where it led.

    Seen are the weeks from `week` weeks ago back to the oldest of its `LAYERS`; all others are drawn and hidden, so
    that a script can show them. A region that the figure does not know is written below it, and in the table.
    """
    narrow = width < 480
    sensations = [felt for felt in sensations if _view(felt) in views]
    middles = {view: width / 2 + FIGURE * (n - (len(views) - 1) / 2) for n, view in enumerate(views)}
    top = 28.0
    inside = [
        _figure(picture_id, view, x, top, reader, first=x == min(middles.values())) for view, x in middles.items()
    ]
    inside += _layers(picture_id, sensations, middles, top, week, reader)
    if choose is not None:
        inside += [
            _choice(one, middles[one.view], top, choose(one), reader, now=one == chosen)
            for one in regions()
            if one.view in middles
        ]
    floor = top + TALL + 16
    if signs:
        used = [sensation for sensation in SENSATIONS if sensation in {known(felt.sensation) for felt in sensations}]
        entries = [(felt_mark(sensation, 8, 0, 7), reader.say(SENSATIONS[sensation])) for sensation in used]
        drawn_signs, height = legend(entries, 4 if narrow else min(middles.values()) - FIGURE / 2, floor, width)
        inside.append(drawn_signs)
        floor += height + (ROW / 2 if entries else 0)
    seen = [felt for felt in sensations if week <= felt.weeks_ago < week + LAYERS]
    elsewhere = dict.fromkeys(f.region for f in seen if not spots(f.region, f.side, f.view))
    if elsewhere:
        said = reader.say("Elsewhere: {places}", places=", ".join(elsewhere))
        inside.append(words(width / 2, floor + 10, shortened(said, width - 8), "p-soft p-mid"))
        floor += LINE + 4
    description = _description(seen, reader)
    svg = drawn(picture_id, "body", (width, floor), title, description, inside, linked=choose is not None)
    headers = (reader.say("Where"), reader.say("What"), reader.say("In words"))
    rows = tuple((where_felt(felt, reader), what_felt(felt, reader), felt.quality or "") for felt in seen)
    return Picture(svg, title, description, headers, rows)


def regions() -> tuple[Region, ...]:
    """All that can be chosen, from the head to the feet, the front first."""
    found = []
    for view in VIEWS:
        for word, place in PLACES.items():
            if view in place.views:
                found += [Region(word, side, view) for side in (("left", "right") if place.paired else ("centre",))]
    return tuple(found)


def region_named(region: str, side: str, reader: Reader) -> str:
    """A region and its side in the reader's words; one of the client's own stays as it is."""
    place = PLACES.get(region.strip().casefold())
    name = reader.say(place.word) if place else region
    return f"{name}, {reader.say(_SIDES[side])}" if side in _SIDES else name


def where_felt(felt: Placed, reader: Reader) -> str:
    """`chest, left (Front)`, in the reader's words."""
    return f"{region_named(felt.region, felt.side, reader)} ({reader.say(VIEWS[_view(felt)])})"


def what_felt(felt: Placed, reader: Reader) -> str:
    """`warmth`, in the reader's words."""
    return reader.say(SENSATIONS[known(felt.sensation)])


def _view(felt: Placed) -> str:
    return "front" if felt.view == "front" else "back"


def _figure(picture_id: str, view: str, x: float, top: float, reader: Reader, *, first: bool) -> Markup:
    """The outline is written once and used for both views: it is the longest part of the picture."""
    at = f"translate({fixed(x)} {fixed(top)})"
    shape_id = f"{picture_id}-figure"
    if first:
        outline = element("path", id=shape_id, d=OUTLINE, kind="p-body", transform=at)
    else:
        outline = element("use", href=f"#{shape_id}", x=FIGURE, y=0, kind="p-body")
    lines = element("path", d=FRONT_LINES if view == "front" else BACK_LINES, kind="p-body-line", transform=at)
    left, right = reader.say("left"), reader.say("right")
    sides = (right, left) if view == "front" else (left, right)
    return together(
        (
            outline,
            lines,
            words(x, 14, reader.say(VIEWS[view]), "p-soft p-mid"),
            words(x - 62, top + 228, sides[0], "p-soft p-mid"),
            words(x + 62, top + 228, sides[1], "p-soft p-mid"),
        )
    )


def _layers(
    picture_id: str, sensations: Sequence[Sensation], middles: dict[str, float], top: float, week: int, reader: Reader
) -> list[Markup]:
    """A group for each week, the oldest below. Its id ends with how many weeks ago that was."""
    by_week: dict[int, list[Sensation]] = defaultdict(list)
    for felt in sensations:
        by_week[felt.weeks_ago].append(felt)
    layers = []
    for ago in sorted(by_week, reverse=True):
        marks = []
        for x, y, felt in _placed(by_week[ago]):
            size = _SIZES.get(felt.extent, 11.0)
            marks.append(felt_mark(felt.sensation, middles[_view(felt)] + x, top + y, size, _hint(felt, reader)))
        shade = f"p-faded-{ago - week}" if week <= ago < week + LAYERS else "p-unshown"
        layers.append(element("g", *marks, id=f"{picture_id}-week-{ago}", kind=f"p-layer {shade}"))
    return layers


def _placed(sensations: Sequence[Sensation]) -> list[tuple[float, float, Sensation]]:
    """Where each of a week is marked; several in the same place stand beside each other."""
    there: dict[tuple[str, Point], list[Sensation]] = defaultdict(list)
    for felt in sensations:
        for spot in spots(felt.region, felt.side, felt.view):
            there[_view(felt), spot].append(felt)
    found = []
    for (_, (x, y)), together_there in there.items():
        room = min(PLACES[felt.region.strip().casefold()].wide for felt in together_there)
        apart = min(_APART, room / len(together_there))
        for n, felt in enumerate(together_there):
            found.append((x + apart * (n - (len(together_there) - 1) / 2), y, felt))
    return found


def _choice(region: Region, middle: float, top: float, href: str, reader: Reader, *, now: bool) -> Markup:
    place = PLACES[region.name]
    x, y = spots(region.name, region.side, region.view)[0]
    name = f"{region_named(region.name, region.side, reader)}, {reader.say(VIEWS[region.view])}"
    oval = element(
        "ellipse", cx=middle + x, cy=top + y, rx=place.wide, ry=place.high, kind="p-region p-target", hint=name
    )
    return link(href, oval, name=name, current=now)


def _hint(felt: Sensation, reader: Reader) -> str:
    said = f"{region_named(felt.region, felt.side, reader)}: {what_felt(felt, reader)}"
    return f"{said}, {felt.quality}" if felt.quality else said


def _description(sensations: Sequence[Sensation], reader: Reader) -> str:
    if not sensations:
        return reader.say("Nothing is marked.")
    return "; ".join(f"{where_felt(felt, reader)}: {what_felt(felt, reader)}" for felt in sensations) + "."
