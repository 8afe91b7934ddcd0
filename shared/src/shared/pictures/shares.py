"""Parts of groups of people as level bars: those counted, the others, and always those of whom it is not known.

Each bar is as long as all of its people are; a line over it is how far chance alone could have moved the part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.pictures.drawing import box, breadth, drawn, hatch, shortened, straight, together, words
from shared.pictures.legend import Entry, legend, sign_of_hatching
from shared.pictures.picture import WIDE, Picture
from shared.pictures.reading import Reader, phrase
from shared.pictures.scales import Number

_THICK = 14.0
_ROW = {True: 62.0, False: 34.0}
TOO_FEW = phrase("too few to tell")


@dataclass(frozen=True, slots=True)
class Portion:
    """How many of some people were counted, and of how many of them it is not known. None is not told.

    `percent`, `low` and `high` are the part of those of whom it is known, and its interval. Where `unknown` is None
    they are of all, and the rest is those not counted and the unknown together.
    """

    name: str
    people: int | None
    count: int | None = None
    unknown: int | None = None
    percent: Number | None = None
    low: Number | None = None
    high: Number | None = None


def shares(
    picture_id: str,
    given: Sequence[Portion],
    reader: Reader,
    *,
    title: str,
    counted: str,
    others: str,
    always_known: bool = False,
    width: int = WIDE,
) -> Picture:
    """A bar for each, in the order given. `counted` and `others` are what the two parts are called.

    Of what is `always_known` nothing is said of an unknown.
    """
    narrow = width < 480
    head, top = legend(_entries(given, counted, others, reader, always_known), 2, 2, width)
    said = [_said(portion, reader, always_known) for portion in given]
    names = 0.0 if narrow else min(max((breadth(one.name) for one in given), default=0) + 14, width * 0.38)
    room = 0.0 if narrow else min(max((breadth(text) for text in said), default=0) + 16, width * 0.4)
    start, end = names + 2, width - max(room, 8)
    inside = [head]
    for number, (portion, text) in enumerate(zip(given, said, strict=True)):
        above = top + 6 + number * _ROW[narrow]
        level = above + (18 if narrow else 8)
        kind = "p-soft" if portion.count is None else "p-strong"
        if narrow:
            inside.append(words(2, above + 12, shortened(portion.name, width - 4)))
            inside.append(words(2, level + _THICK + 14, shortened(text, width - 4), kind))
        else:
            inside.append(words(names - 8, level + 11, shortened(portion.name, names - 10), "p-end"))
            inside.append(words(end + 10, level + 11, shortened(text, width - end - 10), kind))
        inside.append(_bar(portion, start, end, level, f"{portion.name}: {text}"))
    height = top + 12 + max(len(given), 1) * _ROW[narrow]
    if not given:
        inside.append(words(width / 2, height / 2 + 4, reader.say("No values yet"), "p-soft p-mid"))
    described = "; ".join(f"{one.name}: {text}" for one, text in zip(given, said, strict=True))
    description = f"{described}." if described else reader.say("No values yet")
    svg = drawn(picture_id, "shares", (width, height), title, description, inside)
    headers = (
        reader.say("What"),
        reader.say("People"),
        reader.say("Counted"),
        reader.say("Not known"),
        reader.say("Share"),
        reader.say("95 % interval"),
    )
    return Picture(svg, title, description, headers, tuple(_row(portion, reader) for portion in given))


def _entries(given: Sequence[Portion], counted: str, others: str, reader: Reader, always_known: bool) -> list[Entry]:
    told = [one for one in given if one.count is not None]
    found: list[Entry] = []
    if told:
        found.append((box(0, -6, 16, 12, "p-bar", round_by=2), counted))
    if any(one.unknown is not None for one in told):
        found.append((box(0.5, -5.5, 15, 11, "p-rest"), others))
    if any(one.unknown is None for one in told):
        mixed = together((box(0.5, -5.5, 15, 11, "p-rest"), hatch(0, -6, 16, 12, "p-hatch", 5)))
        found.append((mixed, reader.say("{others}, or not known", others=others)))
    if not always_known and any(one.unknown is not None for one in told):
        found.append((sign_of_hatching(), reader.say("not known")))
    if told:
        found.append((_whisker(0, 16, 0), reader.say("95 % interval")))
    return found


def _bar(portion: Portion, start: float, end: float, level: float, hint: str) -> Markup:
    whole = end - start
    if portion.count is None or not portion.people:
        return together((box(start, level, whole, _THICK, "p-span", hint=hint), _edge(start, level, whole)))
    one = whole / portion.people
    counted, unknown = portion.count * one, (portion.unknown or 0) * one
    rest = whole - counted - unknown
    parts = [
        box(start, level, counted, _THICK, "p-bar", hint=hint),
        box(start + counted, level, rest, _THICK, "p-rest"),
    ]
    if portion.unknown is None:
        parts.append(hatch(start + counted, level, rest, _THICK, "p-hatch"))
    elif unknown:
        left = end - unknown
        parts += [box(left, level, unknown, _THICK, "p-span"), hatch(left, level, unknown, _THICK, "p-hatch")]
    parts.append(_edge(start, level, whole))
    if portion.low is not None and portion.high is not None:
        known = (whole - unknown) / 100
        low, high = start + float(portion.low) * known, start + float(portion.high) * known
        parts.append(_whisker(low, high, level + _THICK / 2))
    return together(parts)


def _edge(start: float, level: float, whole: float) -> Markup:
    return box(start, level, whole, _THICK, "p-frame")


def _whisker(low: float, high: float, y: float) -> Markup:
    ends = (straight((x, y - 4), (x, y + 4), "p-whisker") for x in (low, high))
    return together((straight((low, y), (high, y), "p-whisker"), *ends))


def _said(portion: Portion, reader: Reader, always_known: bool) -> str:
    if portion.count is None or portion.people is None:
        return reader.say(TOO_FEW)
    of = portion.people - (portion.unknown or 0)
    parts = []
    if portion.percent is not None:
        parts.append(f"{reader.number(portion.percent)} %")
    parts.append(reader.say("{n} of {all}", n=reader.number(portion.count), all=reader.number(of)))
    if portion.unknown is not None and not always_known:
        parts.append(reader.say("not known: {n}", n=reader.number(portion.unknown)))
    return " · ".join(parts)


def _row(portion: Portion, reader: Reader) -> tuple[str, ...]:
    few = reader.say(TOO_FEW)
    numbers = (
        few if number is None else reader.number(number) for number in (portion.people, portion.count, portion.unknown)
    )
    share = few if portion.percent is None else f"{reader.number(portion.percent)} %"
    known = portion.low is not None and portion.high is not None
    interval = f"{reader.number(portion.low or 0)}–{reader.number(portion.high or 0)} %" if known else few
    return (portion.name, *numbers, share, interval)
