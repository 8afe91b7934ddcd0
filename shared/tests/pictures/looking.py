"""How a test looks at a drawing: as a tree, by class, and by where things lie."""

import re
from collections.abc import Iterator
from itertools import combinations
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from shared.pictures import Picture
from shared.pictures.drawing import breadth

_STEP = re.compile(r"([MLCQV])([^MLCQVZqt]*)")


def tree(picture: Picture) -> Element:
    return ElementTree.fromstring(str(picture.svg))


def of_kind(picture: Picture, *kinds: str) -> list[Element]:
    """The elements that have all of these classes."""
    return [element for element in tree(picture).iter() if set(kinds) <= set(element.get("class", "").split())]


def texts(picture: Picture) -> list[str]:
    return [element.text or "" for element in tree(picture).iter("text")]


def hint(element: Element) -> str:
    return element.findtext("title") or ""


def number(element: Element, name: str) -> float:
    return float(element.get(name, "nan"))


def frame(svg: Element) -> tuple[float, float]:
    _, _, width, height = (float(part) for part in svg.get("viewBox", "").split())
    return width, height


def places(element: Element, dx: float = 0, dy: float = 0) -> Iterator[tuple[str, float, float]]:
    """Every place that is drawn at: corners, ends, outermost points of discs, and where texts stand."""
    moved = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
    if moved:
        dx, dy = dx + float(moved[1]), dy + float(moved[2])
    tag = element.tag
    if tag == "circle":
        x, y, r = (number(element, name) for name in ("cx", "cy", "r"))
        yield from ((tag, x + dx + a, y + dy + b) for a, b in ((r, 0), (-r, 0), (0, r), (0, -r)))
    elif tag == "rect":
        x, y, wide, high = (number(element, name) for name in ("x", "y", "width", "height"))
        yield from ((tag, x + dx, y + dy), (tag, x + dx + wide, y + dy + high))
    elif tag == "line":
        yield tag, number(element, "x1") + dx, number(element, "y1") + dy
        yield tag, number(element, "x2") + dx, number(element, "y2") + dy
    elif tag == "text":
        yield tag, number(element, "x") + dx, number(element, "y") + dy
    elif tag == "path":
        for letter, written in _STEP.findall(element.get("d", "")):
            values = [float(value) for value in re.findall(r"-?[\d.]+", written)]
            if letter != "V":
                yield from ((tag, x + dx, y + dy) for x, y in zip(values[::2], values[1::2], strict=True))
    for child in element:
        yield from places(child, dx, dy)


def over_each_other(picture: Picture) -> list[tuple[str, str]]:
    """The texts that lie over each other, of those that are centred on their place, by about how wide they are."""
    said = [text for text in of_kind(picture, "p-mid") if text.tag == "text"]
    return [
        (one.text or "", other.text or "")
        for one, other in combinations(said, 2)
        if abs(number(one, "x") - number(other, "x")) < (breadth(one.text or "") + breadth(other.text or "")) / 2
        and abs(number(one, "y") - number(other, "y")) < 12
    ]


def outside(picture: Picture) -> list[tuple[str, float, float]]:
    """What lies outside of the picture's frame, by more than the half of a line's width."""
    svg = tree(picture)
    width, height = frame(svg)
    return [place for place in places(svg) if not (-2 <= place[1] <= width + 2 and -2 <= place[2] <= height + 2)]
