"""What lies along a river: each thing on its bank; where there are too many to tell apart, a pile and its number."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from markupsafe import Markup

from shared.pictures.drawing import element, link, straight, together, words
from shared.pictures.journey import Commitment, Mark, Passage, Sort
from shared.pictures.legend import Entry, sign_of
from shared.pictures.reading import Reader
from shared.pictures.river_course import BANK, Course
from shared.pictures.scales import TimeScale, lanes
from shared.pictures.shapes import Shape, diamond, dot, square, triangle

MOST_SINGLE = 120
"""Of so many things each is drawn by itself; of more on one bank, those of about the same time are one pile."""
_PILED = 4
_SLOT = 22.0
"""How much room a pile has: within it things are of about the same time."""

_LOOKS: dict[Sort, tuple[Shape, str]] = {
    "visit": (dot, "p-visit"),
    "letter": (square, "p-letter"),
    "sensation": (dot, "p-sensation"),
    "review": (dot, "p-review"),
    "practice": (triangle, "p-practice"),
    "plan": (diamond, "p-plan"),
    "life": (triangle, "p-life"),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a bank with what lies there, in the order of time; with more than one it is a pile."""

    x: float
    row: int
    passages: tuple[Passage, ...]


def spots(time: TimeScale, given: Sequence[Passage]) -> list[Spot]:
    """Where what is given, in the order of time, lies along a bank: further out where there are several at a time."""
    if len(given) > MOST_SINGLE:
        return list(_piles(time, given))
    places = [time.at(one.at) for one in given]
    rows = lanes([(x - 4, x + 4) for x in places], _PILED, 2)
    return [
        Spot(x, _PILED - 1 if row is None else row, (one,)) for x, row, one in zip(places, rows, given, strict=True)
    ]


def _piles(time: TimeScale, given: Sequence[Passage]) -> Iterator[Spot]:
    slots: dict[int, list[Passage]] = defaultdict(list)
    for one in given:
        slots[int((time.at(one.at) - time.start) // _SLOT)].append(one)
    for slot, together_there in slots.items():
        middle = min(time.start + (slot + 0.5) * _SLOT, time.end)
        x = middle if len(together_there) > 1 else time.at(together_there[0].at)
        yield Spot(x, 0, tuple(together_there))


def bank(course: Course, given: Sequence[Spot], side: int, reader: Reader) -> Markup:
    """All that lies along a bank (1 the upper, -1 the lower)."""
    kind = "p-moment" if side == 1 else "p-commitment"
    return together(
        _single(course, spot, side, reader) if len(spot.passages) == 1 else _pile(course, spot, side, kind, reader)
        for spot in given
    )


def _single(course: Course, spot: Spot, side: int, reader: Reader) -> Markup:
    [passage] = spot.passages
    shape, kind = look_of(passage)
    said = hint(course.time, passage, reader)
    drawn = shape(spot.x, course.at(spot.x, side * (BANK + 8.5 * spot.row)), 4, f"{kind} p-target", said)
    return link(passage.href, drawn, name=said) if passage.href else drawn


def _pile(course: Course, spot: Spot, side: int, kind: str, reader: Reader) -> Markup:
    """Wider the more there are, but not by much: it says their number."""
    number = len(spot.passages)
    radius = 8.0 if number < 10 else 9.5 if number < 100 else 12.0
    y = course.at(spot.x, side * (BANK + 7))
    said = f"{between(course.time, spot.passages, reader)}: {reader.number(number)}"
    return together((dot(spot.x, y, radius, f"p-pile {kind}", said), words(spot.x, y + 4, str(number), "p-mid p-on")))


def ticks(course: Course, given: Sequence[Mark], floor: float, reader: Reader) -> Markup:
    """What was answered, as ticks over the axis; of several at one place one."""
    drawn: dict[int, Markup] = {}
    for mark in given:
        x = course.time.at(mark.at)
        tick = straight((x, floor - 7), (x, floor), "p-answer")
        drawn.setdefault(round(x / 3), element("g", tick, hint=hint(course.time, mark, reader)))
    return together(drawn.values())


def afloat(course: Course, given: Sequence[Mark], reader: Reader) -> Markup:
    """What lies in the river itself, beside its stones."""
    places = [(mark, course.time.at(mark.at)) for mark in given]
    return together(dot(x, course.at(x), 5, "p-visit p-target", hint(course.time, mark, reader)) for mark, x in places)


def look_of(passage: Passage) -> tuple[Shape, str]:
    """The mark of something that lies along the river, and its class."""
    match passage:
        case Commitment():
            return square, "p-commitment p-kept" if passage.kept else "p-commitment"
        case Mark():
            return _LOOKS[passage.sort]
    return dot, "p-moment"


def hint(time: TimeScale, passage: Passage, reader: Reader) -> str:
    """What a pointer over it shows."""
    return f"{time.when(passage.at, reader)}: {passage.words}"


def between(time: TimeScale, passages: Sequence[Passage], reader: Reader) -> str:
    """From when to when they are."""
    first, last = time.when(passages[0].at, reader), time.when(passages[-1].at, reader)
    return first if first == last else f"{first} – {last}"


def names_of_others(reader: Reader) -> dict[Sort, str]:
    """What the other sorts of things are called, in the order in which they are explained."""
    return {
        "visit": reader.say("Other visit"),
        "sensation": reader.say("In the body"),
        "letter": reader.say("Letter to oneself"),
        "review": reader.say("Looked back"),
        "practice": reader.say("Practice"),
        "plan": reader.say("Plan agreed"),
        "life": reader.say("A day that matters"),
        "answer": reader.say("Questions answered"),
    }


def signs_of_others(present: Set[Sort], reader: Reader) -> list[Entry]:
    """The signs of these sorts of things with what they mean."""
    return [(_sign(sort), name) for sort, name in names_of_others(reader).items() if sort in present]


def _sign(sort: Sort) -> Markup:
    return straight((8, -4), (8, 4), "p-answer") if sort == "answer" else sign_of(*_LOOKS[sort])
