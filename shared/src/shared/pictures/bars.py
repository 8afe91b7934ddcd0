"""Counts by category as level bars, each with its value written; no colour says that more is better or worse."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.pictures.drawing import box, breadth, drawn, shortened, straight, words
from shared.pictures.picture import WIDE, Picture
from shared.pictures.reading import Reader
from shared.pictures.scales import Number, Scale

_ROW = {True: 44.0, False: 30.0}
_THICK = 14.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A category and its value. None is unknown and has no bar, which is not the same as zero."""

    name: str
    value: Number | None
    note: str = ""


def bars(
    picture_id: str, given: Sequence[Bar], reader: Reader, *, title: str, unit: str = "", width: int = WIDE
) -> Picture:
    """One bar for each category, in the order given; on narrow pictures the names stand over their bars."""
    narrow = width < 480
    values = [float(bar.value) for bar in given if bar.value is not None]
    said = [_said(bar, unit, reader) for bar in given]
    room = max((breadth(words) for words in said), default=0) + 12
    names = 0.0 if narrow else min(max((breadth(bar.name) for bar in given), default=0) + 14, width * 0.4)
    scale = Scale(min([0.0, *values]), max([0.0, *values]), names + 2, max(width - min(room, width * 0.4), names + 40))
    zero = scale.at(0) if values else scale.start
    if not any(values):
        zero = scale.start
    inside = []
    for number, (bar, value) in enumerate(zip(given, said, strict=True)):
        top = 6 + number * _ROW[narrow]
        level = top + (18 if narrow else 4)
        if narrow:
            inside.append(words(2, top + 12, shortened(bar.name, width - 4)))
        else:
            inside.append(words(names - 8, level + 11, shortened(bar.name, names - 10), "p-end"))
        end = zero if bar.value is None else scale.at(bar.value) if any(values) else zero
        if bar.value is not None:
            inside.append(
                box(min(zero, end), level, abs(end - zero), _THICK, "p-bar", round_by=2, hint=f"{bar.name}: {value}")
            )
        kind = "p-soft" if bar.value is None else "p-strong"
        inside.append(words(max(end, zero) + 6, level + 11, shortened(value, width - max(end, zero) - 6), kind))
    height = 12 + max(len(given), 1) * _ROW[narrow]
    inside.append(straight((zero, 4), (zero, height - 6), "p-axis"))
    if not given:
        inside.append(words(width / 2, height / 2 + 4, reader.say("No values yet"), "p-soft p-mid"))
    description = "; ".join(f"{bar.name}: {value}" for bar, value in zip(given, said, strict=True))
    description = f"{description}." if description else reader.say("No values yet")
    svg = drawn(picture_id, "bars", (width, height), title, description, inside)
    rows = tuple((bar.name, value) for bar, value in zip(given, said, strict=True))
    return Picture(svg, title, description, (reader.say("What"), reader.say("Value")), rows)


def _said(bar: Bar, unit: str, reader: Reader) -> str:
    value = reader.say("not known") if bar.value is None else f"{reader.number(bar.value)} {unit}".rstrip()
    return f"{value} · {bar.note}" if bar.note else value
