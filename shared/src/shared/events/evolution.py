"""What has changed in the language since its snapshot, and which side of each change could no longer read.

Publishers and consumers are upgraded one after the other, and an event may be handled long after it was said (it waits,
is parked, is replayed). So a reader meets events that are newer, and events that are older, than its own release, and
its ingest refuses what does not fit the schema that it knows. Only two things are harmless: a new optional field, which
older readers ignore, and other words. Everything else is a new version, beside the old one.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from shared.events.snapshot import Published

Schema = Mapping[str, Any]


class Side(StrEnum):
    """Who could no longer read, or would read more than was agreed."""

    BEHIND = "readers that do not know the new form yet"
    AHEAD = "readers of the new form, when an event from before reaches them"
    PARTNERS = "partners, by what clients agreed to"


_BOTH = frozenset(Side) - {Side.PARTNERS}
_NOBODY: frozenset[Side] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference, at `path` (as `flags[].level`; empty: the event itself). It is compatible if it breaks nobody.

    `refused`: whoever is broken refuses the event at ingest; otherwise they read it, and miss or mistake something.
    `sensitivities` are those of the field before and now: they decide which partners it concerns.
    """

    type: str
    what: str
    path: str = ""
    breaks: frozenset[Side] = _NOBODY
    refused: bool = False
    sensitivities: frozenset[str] = frozenset()


def compare(before: Mapping[str, Published], now: Mapping[str, Published]) -> list[Change]:
    """Every difference between two languages, by type."""
    changes: list[Change] = []
    for type_ in sorted({*before, *now}):
        if type_ not in before:
            changes.append(_new(now[type_], before))
        elif type_ not in now:
            changes.append(_gone(before[type_]))
        elif before[type_] != now[type_]:
            found = list(_of_event(before[type_], now[type_]))
            changes += found or [Change(type=type_, what="is described in other words")]
    return changes


def _new(event: Published, before: Mapping[str, Published]) -> Change:
    beside = [str(other.version) for other in before.values() if other.name == event.name]
    return Change(type=event.type, what="is new" + (f", beside version {' and '.join(beside)}" if beside else ""))


def _gone(event: Published) -> Change:
    """Whoever heard it must have let go of it in an accepted change of its own, before it may go."""
    if not event.heard_by and not event.partners:
        return Change(type=event.type, what="is gone; nobody heard it any more")
    return Change(type=event.type, what="is gone", breaks=frozenset({Side.BEHIND}))


def _of_event(before: Published, now: Published) -> Iterator[Change]:
    whole = Change(type=now.type, what="")
    if before.about != now.about:
        what = f"is about a {now.about} now, no longer about a {before.about}: it changes its stream"
        yield replace(whole, what=what, breaks=_BOTH)
    for name in sorted({*now.heard_by} - {*before.heard_by}):
        yield replace(whole, what=f"is now heard by {name}")
    for name in sorted({*before.heard_by} - {*now.heard_by}):
        yield replace(whole, what=f"is no longer heard by {name}")
    if now.partners and not before.partners:
        yield replace(whole, what="is now offered to partners")
    if before.partners and not now.partners:
        yield replace(whole, what="is no longer offered to partners", breaks=frozenset({Side.PARTNERS}))
    yield from _of_object(before.schema, now.schema, whole)


def _of_object(before: Schema, now: Schema, at: Change) -> Iterator[Change]:
    old, new = before.get("properties", {}), now.get("properties", {})
    prefix = f"{at.path}." if at.path else ""
    added = {name: schema for name, schema in new.items() if name not in old}
    for name in sorted(old.keys() - new.keys()):
        renamed = next((other for other, schema in added.items() if _same_field(old[name], schema)), None)
        what = "is gone" + (f"; it looks renamed to {renamed}" if renamed else "")
        here = replace(at, path=prefix + name, sensitivities=_marks(old[name]))
        yield replace(here, what=what, breaks=frozenset({Side.BEHIND}), refused=name in before.get("required", ()))
    for name, schema in added.items():
        here = replace(at, path=prefix + name, sensitivities=_marks(schema))
        yield _added(here, schema, required=name in now.get("required", ()))
    for name in sorted(old.keys() & new.keys()):
        here = replace(at, path=prefix + name, sensitivities=_marks(old[name], new[name]))
        needed = (name in before.get("required", ()), name in now.get("required", ()))
        yield from _of_field(old[name], new[name], needed, here)


def _added(here: Change, schema: Schema, *, required: bool) -> Change:
    if required:
        return replace(
            here, what="is new and required: events from before lack it", breaks=frozenset({Side.AHEAD}), refused=True
        )
    return replace(here, what=f"is a new optional field ({schema.get('x-sensitivity', 'unmarked')})")


def _of_field(before: Schema, now: Schema, needed: tuple[bool, bool], here: Change) -> Iterator[Change]:
    match needed:
        case (False, True):
            yield _refused(here, "is now required", Side.AHEAD)
        case (True, False):
            yield _refused(here, "may now be left out", Side.BEHIND)
        case (False, False) if before.get("default") != now.get("default"):
            what = f"means {now.get('default')!r} where it is left out, and meant {before.get('default')!r}"
            yield replace(here, what=what, breaks=_BOTH)
    mark, marked = before.get("x-sensitivity"), now.get("x-sensitivity")
    if mark != marked:
        yield replace(here, what=f"was {mark} and is now {marked}", breaks=frozenset({Side.PARTNERS}))
    yield from _of_value(before, now, here)


def _of_value(before: Schema, now: Schema, here: Change) -> Iterator[Change]:
    """What a value may be, at this place and inside of it."""
    yield from _of_choices(_kinds(before), _kinds(now), "be of type", here)
    yield from _of_choices(before.get("enum"), now.get("enum"), "be", here)
    for keyword in sorted((before.keys() | now.keys()) - _LOOKED_AT_ELSEWHERE):
        yield from _of_keyword(keyword, before.get(keyword), now.get(keyword), here)
    yield from _of_object(before, now, here)
    for keyword, suffix in (("items", "[]"), ("additionalProperties", ".*")):
        old, new = before.get(keyword), now.get(keyword)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _of_value(old, new, replace(here, path=here.path + suffix))
        elif old != new:
            yield replace(here, what=f"{keyword} changed", breaks=_BOTH, refused=True)


_WORDS = frozenset({"$schema", "$id", "title", "description", "examples"})
_LOOKED_AT_ELSEWHERE = _WORDS | {
    "additionalProperties",
    "default",
    "enum",
    "items",
    "properties",
    "required",
    "type",
    "x-sensitivity",
}
_LOWER_BOUNDS = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER_BOUNDS = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})


def _kinds(schema: Schema) -> Collection[Any] | None:
    kinds = schema.get("type")
    if kinds is None:
        return None
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _of_choices(
    before: Collection[Any] | None, now: Collection[Any] | None, may: str, here: Change
) -> Iterator[Change]:
    """A set of values or of types that grew or shrank; None is no limit."""
    if before == now:
        return
    more = "anything" if now is None else _listed(value for value in now if before is None or value not in before)
    less = "anything" if before is None else _listed(value for value in before if now is None or value not in now)
    if more and before is not None:
        yield _refused(here, f"may now also {may} {more}", Side.BEHIND)
    if less and now is not None:
        yield _refused(here, f"may no longer {may} {less}", Side.AHEAD)


def _of_keyword(keyword: str, before: Any, now: Any, here: Change) -> Iterator[Change]:
    if before == now:
        return
    what = f"has {keyword} {'none' if now is None else now}, and had {'none' if before is None else before}"
    if before is None:
        yield _refused(here, what, Side.AHEAD)
    elif now is None:
        yield _refused(here, what, Side.BEHIND)
    elif keyword in _LOWER_BOUNDS | _UPPER_BOUNDS:
        tighter = (now > before) == (keyword in _LOWER_BOUNDS)
        yield _refused(here, what, Side.AHEAD if tighter else Side.BEHIND)
    else:
        yield _refused(here, what, *_BOTH)


def _refused(here: Change, what: str, *sides: Side) -> Change:
    return replace(here, what=what, breaks=frozenset(sides), refused=True)


def _same_field(one: Schema, other: Schema) -> bool:
    return any(one.get(keyword) == other.get(keyword) for keyword in ("description", "examples"))


def _marks(*schemas: Schema) -> frozenset[str]:
    return frozenset(schema["x-sensitivity"] for schema in schemas if "x-sensitivity" in schema)


def _listed(values: Iterator[Any]) -> str:
    return ", ".join(sorted("null" if value is None else str(value) for value in values))
