"""Where in the body something was felt, and when: regions from the head to the feet, week by week, as soft dots.

Texture tells what it was. How often it was felt changes nothing: no dot is larger, darker or better than another.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from shared.pictures.drawing import breadth, drawn, shortened, straight, words
from shared.pictures.figure import PLACES
from shared.pictures.legend import ROW, legend
from shared.pictures.picture import WIDE, Picture
from shared.pictures.reading import Reader
from shared.pictures.textures import SENSATIONS, felt_mark, known

_LANE, _LARGEST = 22.0, 9.0
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Felt:
    """Something felt in a region in the week that begins with this Monday."""

    region: str
    sensation: str
    week: date


def where_when(
    picture_id: str, felt: Sequence[Felt], reader: Reader, *, first: date, weeks: int, title: str, width: int = WIDE
) -> Picture:
    """So many weeks from the one that begins on `first`; what was felt in any other is left out."""
    found = _found(felt, first, weeks)
    named = {region: _named(region, reader) for region in found}
    names = min(max((breadth(name) for name in named.values()), default=0) + 12, width * 0.36)
    step = (width - names - 4) / max(weeks, 1)
    r = min(_LARGEST, step / 2 - 1)
    top, level, inside, rows = 8.0, 8.0, [], []
    for region, kinds in found.items():
        inside.append(straight((0, level), (width, level), "p-grid"))
        middle = level + len(kinds) * _LANE / 2
        inside.append(words(names - 8, middle + 4, shortened(named[region], names - 10), "p-end"))
        for lane, (kind, when) in enumerate(kinds.items()):
            y, said = level + (lane + 0.5) * _LANE, reader.say(SENSATIONS[kind])
            for week in sorted(when):
                x = names + ((week - first).days // 7 + 0.5) * step
                inside.append(felt_mark(kind, x, y, r, f"{named[region]}, {_week(week, reader)}: {said}"))
            rows.append((named[region], said, ", ".join(reader.short_day(week) for week in sorted(when))))
        level += len(kinds) * _LANE
    inside.append(straight((0, level), (width, level), "p-axis"))
    every = max(1, round(58 / step))
    for n in range(0, weeks, every):
        x = names + (n + 0.5) * step
        inside.append(straight((x, top), (x, level + 4), "p-grid"))
        inside.append(_under(x, level + 18, reader.short_day(first + n * _WEEK), width))
    floor = level + 28
    if not found:
        inside.append(words(width / 2, floor + 6, reader.say("Nothing is marked."), "p-soft p-mid"))
        floor += 16
    used = [kind for kind in SENSATIONS if any(kind in kinds for kinds in found.values())]
    signs, height = legend([(felt_mark(kind, 8, 0, 7), reader.say(SENSATIONS[kind])) for kind in used], 4, floor, width)
    inside.append(signs)
    floor += height + (ROW / 2 if used else 0)
    description = "; ".join(f"{where}: {what} ({when})" for where, what, when in rows)
    description = f"{description}." if description else reader.say("Nothing is marked.")
    svg = drawn(picture_id, "where-when", (width, floor), title, description, inside)
    headers = (reader.say("Where"), reader.say("What"), reader.say("In the week of"))
    return Picture(svg, title, description, headers, tuple(rows))


def _found(felt: Sequence[Felt], first: date, weeks: int) -> dict[str, dict[str, set[date]]]:
    """The weeks by region and kind: regions from the head to the feet, then those that the figure does not know."""
    there: dict[str, dict[str, set[date]]] = defaultdict(lambda: defaultdict(set))
    for one in felt:
        if first <= one.week < first + weeks * _WEEK:
            there[_key(one.region)][known(one.sensation)].add(one.week)
    order = [*PLACES, *sorted(set(there) - set(PLACES))]
    kinds = list(SENSATIONS)
    return {
        region: {kind: there[region][kind] for kind in kinds if kind in there[region]}
        for region in order
        if region in there
    }


def _key(region: str) -> str:
    word = " ".join(region.split()).casefold()
    return word if word in PLACES else " ".join(region.split())


def _named(region: str, reader: Reader) -> str:
    return reader.say(PLACES[region].word) if region in PLACES else region


def _week(week: date, reader: Reader) -> str:
    return reader.say("week of {day}", day=reader.short_day(week))


def _under(x: float, y: float, said: str, width: float) -> Markup:
    half = breadth(said) / 2
    return words(min(max(x, half), width - half), y, said, "p-soft p-mid")
