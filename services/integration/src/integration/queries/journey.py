"""The journey: its lines, how many of them a month has, and what is drawn of it. One question for each kind."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import defer

from integration.domain.journey import BELONGS_TO, TO_THE_CARE_TEAM, TO_THE_CLIENT, Line
from integration.domain.months import Month
from integration.models import Intention, Moment
from integration.queries.clients import is_client
from integration.queries.sources import Source, sources_for
from shared.store import Transaction

_HEAVY = {Moment: (Moment.drawing,), Intention: (Intention.drawing,)}
"""What takes much room is not read where it is only said to be there."""


def timeline_of(
    client_id: UUID,
    tx: Transaction,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    kinds: Collection[str] = (),
    drawings: bool = False,
) -> list[Line]:
    """A client's journey from `start` to before `end` in one order, as far as the actor may see it.

    Its lines say that something is, no more: what was written is opened by whoever looks at it. Only with `drawings`
    these are read as well.
    """
    say = TO_THE_CLIENT if is_client(client_id, tx) else TO_THE_CARE_TEAM
    lines: list[Line] = []
    for source in sources_for(client_id, tx, kinds):
        query = source.rows(source.model, source.at.label("at"), start=start, end=end)
        heavy = () if drawings else _HEAVY.get(source.model, ())
        query = query.options(*(defer(getattr(source.model, one.column)) for one in heavy))
        lines += [_line(source.kind, thing, at, say) for thing, at in tx.session.execute(query)]
    return sorted(lines, key=lambda line: line.at)


def counts_of(client_id: UUID, zone: ZoneInfo, tx: Transaction) -> Mapping[Month, Counter[str]]:
    """How many things each month has, of each kind, as far as the actor may see them; months without any are not there.

    Months are those of the zone's calendar.
    """
    found: dict[Month, Counter[str]] = defaultdict(Counter)
    query = union_all(*(_counting(one, zone) for one in sources_for(client_id, tx)))
    for kind, month, number in tx.session.execute(query):
        found[Month(month.year, month.month)][BELONGS_TO.get(kind, kind)] += number
    return found


def places_of(
    client_id: UUID, start: datetime, end: datetime, tx: Transaction, kinds: Collection[str] = ()
) -> Mapping[str, Sequence[Any]]:
    """What is drawn between the two, by kind of line: when each is, and what tells one mark from another; no words.

    Intentions and days that matter are whole, since their words may be drawn: they are few.
    """
    return {
        source.kind: tx.session.execute(source.rows(*_drawn(source), start=start, end=end)).all()
        for source in sources_for(client_id, tx, kinds)
    }


def drawings_among(lines: Sequence[Line], tx: Transaction) -> set[UUID]:
    """Which of these moments and intentions have a drawing."""
    found: set[UUID] = set()
    model: Any
    for model, (drawing,) in _HEAVY.items():
        ids = [line.thing.id for line in lines if isinstance(line.thing, model)]
        if ids:
            has_one = getattr(model, drawing.column).is_not(None)
            found |= set(tx.session.scalars(select(model.id).where(model.id.in_(ids), has_one)))
    return found


def _drawn(source: Source) -> tuple[Any, ...]:
    at = source.at.label("at")
    model = source.model
    match source.kind:
        case "intention" | "life_event":
            return model, at
        case "moment":
            return at, model.kind
        case "commitment":
            return at, model.status
        case "visit":
            return at, model.kind
        case "window":
            return at, model.closes_at
        case "measure":
            return model, at
    return (at,)


def _counting(source: Source, zone: ZoneInfo) -> Any:
    month = func.date_trunc("month", func.timezone(zone.key, source.at))
    rows = source.rows(source.at.label("at")).order_by(None)
    return rows.with_only_columns(literal(source.kind), month.label("month"), func.count()).group_by("month")


def _line(kind: str, thing: Any, at: datetime, say: Mapping[str, str]) -> Line:
    match kind:
        case "moment":
            return Line(at, kind, say[kind], thing, {"kind": thing.kind})
        case "review":
            return Line(at, kind, say[thing.outcome], thing)
        case "visit":
            return Line(at, kind, say[thing.kind], thing)
        case "plan":
            # A visit and a plan may both be of integration.
            return Line(at, kind, say[f"plan_{thing.kind}"], thing)
        case "check_in":
            return Line(at, kind, say[kind], thing, {"hours": thing.hours_after})
        case "measure":
            score = "–" if thing.score is None else str(thing.shown)
            words = say["measure_by_clinic" if thing.by_clinic else kind]
            return Line(at, kind, words, thing, {"instrument": thing.instrument.upper(), "score": score})
        case "sensation":
            return Line(at, kind, say[kind], thing, {"sensation": thing.sensation, "region": thing.region})
    return Line(at, kind, say[kind], thing)
