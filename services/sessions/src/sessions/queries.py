"""What sessions reads."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, select
from sqlalchemy.dialects.postgresql import TSTZRANGE
from sqlalchemy.dialects.postgresql.ranges import Range

from sessions.domain import readiness
from sessions.domain.interval import NOTHING, Elsewhere
from sessions.domain.planning import min_gap
from sessions.domain.readiness import Known, Light, Source
from sessions.domain.statuses import VisitStatus
from sessions.models import Client, Consent, Entry, Occupied, RedFlag, Series, Step, Visit
from shared.clinics import Route
from shared.events.sessions import VisitKind
from shared.store import Transaction

GONE = (VisitStatus.CANCELLED, VisitStatus.DEFERRED, VisitStatus.NO_SHOW)
UNDER_WAY = (VisitStatus.BOOKED, VisitStatus.CHECKED_IN, VisitStatus.HELD, VisitStatus.DOSING)


def what_is_known(client: Client, tx: Transaction) -> Known:
    """What the others have told about a client, as far as readiness and planning care."""
    return _what_is_known_of_all([client], tx)[client.id]


def _what_is_known_of_all(clients: Collection[Client], tx: Transaction) -> dict[UUID, Known]:
    ids = [client.id for client in clients]
    consents: dict[UUID, list[Consent]] = defaultdict(list)
    for consent in tx.all(select(Consent).where(Consent.client_id.in_(ids)).order_by(Consent.withdrawn_at)):
        consents[consent.client_id].append(consent)
    flags: dict[UUID, list[RedFlag]] = defaultdict(list)
    open_flags = select(RedFlag).where(RedFlag.client_id.in_(ids), RedFlag.closed_at.is_(None))
    for flag in tx.all(open_flags.order_by(RedFlag.id)):
        flags[flag.client_id].append(flag)
    return {client.id: _known(client, consents[client.id], flags[client.id]) for client in clients}


def _known(client: Client, consents: Iterable[Consent], flags: Iterable[RedFlag]) -> Known:
    clearance = None
    if client.outcome is not None and client.clearance_source is not None:
        clearance = readiness.Clearance(
            outcome=client.outcome,
            valid_until=client.valid_until,
            routes=frozenset(Route(route) for route in client.cleared_routes or ()),
            source=_source(client.clearance_source),
        )
    return Known(
        clearance=clearance,
        consents={one.kind: _source(one.source) for one in consents if one.withdrawn_at is None},
        taken_back={one.kind: _source(one.source) for one in consents if one.withdrawn_at is not None},
        intention=_source(client.intention_source) if client.intention_source else None,
        open_flags=tuple(_source(flag.source) for flag in flags),
    )


def lights_of(visit: Visit, tx: Transaction) -> list[Light]:
    """The readiness board of a visit as it stands now."""
    return lights_of_all([visit], tx)[visit.id]


def lights_of_all(visits: Collection[Visit], tx: Transaction) -> dict[UUID, list[Light]]:
    """The readiness boards of visits, by visit, with as many questions to the database for many as for one."""
    clients = tx.all(select(Client).where(Client.id.in_({visit.client_id for visit in visits})))
    known = _what_is_known_of_all(clients, tx)
    elsewhere = _elsewhere_of_all(visits, tx)
    decided = _intervals_decided([visit.id for visit in visits], tx)
    return {
        visit.id: readiness.board(
            known[visit.client_id],
            day=day_of(visit, tx),
            route=visit.route,
            escort_at=visit.escort_confirmed_at,
            elsewhere=elsewhere.get(visit.id, NOTHING),
            decided=decided[visit.id],
        )
        for visit in visits
    }


def day_of(visit: Visit, tx: Transaction) -> date:
    """The day on which the visit starts at the clinic."""
    return visit.starts_at.astimezone(tx.clinic.zone).date()


def visits_of(client_id: UUID, tx: Transaction) -> Sequence[Visit]:
    """A client's visits, by time."""
    return tx.all(select(Visit).where(Visit.client_id == client_id).order_by(Visit.starts_at, Visit.id))


def visits_between(start: datetime, end: datetime, tx: Transaction) -> Sequence[Visit]:
    """At most 500 visits of the clinic that touch that time, of clients whom the reader may see."""
    query = (
        select(Visit)
        .where(Visit.starts_at < end, Visit.ends_at > start, tx.reach.covers(Visit.client_id, tx.now))
        .order_by(Visit.starts_at, Visit.id)
    )
    return tx.all(query.limit(500))


def names_of(clients: Collection[UUID], tx: Transaction) -> dict[UUID, str | None]:
    """What clients want to be called; None where nobody has told."""
    found = tx.all(select(Client).where(Client.id.in_(clients)))
    return {client.id: client.display_name for client in found}


def treated_now(tx: Transaction) -> Sequence[Visit]:
    """The medicine visits that have begun and are not over, of clients whom the reader may see."""
    begun = (VisitStatus.CHECKED_IN, VisitStatus.HELD, VisitStatus.DOSING)
    query = select(Visit).where(
        Visit.kind == VisitKind.MEDICINE, Visit.status.in_(begun), tx.reach.covers(Visit.client_id, tx.now)
    )
    return tx.all(query.order_by(Visit.starts_at, Visit.id).limit(100))


def record_of(visit_id: UUID, tx: Transaction) -> Sequence[Entry]:
    """The lines of a visit's record in the order in which things happened."""
    return tx.all(select(Entry).where(Entry.visit_id == visit_id).order_by(Entry.at, Entry.position))


def standing(visit_id: UUID, tx: Transaction, *kinds: str) -> list[Entry]:
    """The lines of these kinds as they stand, in the order in which things happened.

    A line that was corrected is left out; its correction stands in its place.
    """
    return _as_they_stand(record_of(visit_id, tx), *kinds)


def _as_they_stand(lines: Sequence[Entry], *kinds: str) -> list[Entry]:
    corrections = {line.correction_of: line for line in lines if line.correction_of}

    def newest(line: Entry) -> Entry:
        while line.id in corrections:
            line = corrections[line.id]
        return line

    return [newest(line) for line in lines if line.kind in kinds and line.correction_of is None]


def doses_of(visit_id: UUID, tx: Transaction) -> list[tuple[Entry, Entry]]:
    """The doses of a visit: for each the line that was written as it was given, and the line as it stands."""
    given = [line for line in record_of(visit_id, tx) if line.kind == "dosed" and line.correction_of is None]
    return list(zip(given, standing(visit_id, tx, "dosed"), strict=True))


def began_at(visit_id: UUID, tx: Transaction) -> datetime:
    """When the client was checked in; asked only of a visit that has begun."""
    return standing(visit_id, tx, "checked_in")[0].at


def steps_of(series_id: UUID, tx: Transaction) -> Sequence[Step]:
    """The steps of a series, in order."""
    return tx.all(select(Step).where(Step.series_id == series_id).order_by(Step.position))


def neighbours(client_id: UUID, start: datetime, end: datetime, gap: timedelta, tx: Transaction) -> Sequence[Visit]:
    """The client's other medicine visits that are nearer than the gap."""
    query = select(Visit).where(
        Visit.client_id == client_id,
        Visit.kind == VisitKind.MEDICINE,
        Visit.status.not_in(GONE),
        Visit.starts_at < end + gap,
        Visit.ends_at > start - gap,
    )
    return tx.all(query.order_by(Visit.starts_at))


def taken(resources: Sequence[str], start: datetime, end: datetime, tx: Transaction) -> list[Any]:
    """What of these is occupied at some moment between, with the times, by start."""
    query = (
        select(Occupied.resource, func.lower(Occupied.during), func.upper(Occupied.during))
        .where(Occupied.resource.in_(resources), func.tstzrange(start, end).op("&&")(Occupied.during))
        .order_by(func.lower(Occupied.during))
    )
    return list(tx.session.execute(query).all())


def gap_of(series: Series | None, tx: Transaction) -> timedelta:
    """The time that this clinic keeps between two medicine visits."""
    return min_gap(tx.clinic.rules.protocols, tx.clinic.rules.protocol(series.protocol) if series else None)


def elsewhere_of(visit: Visit, tx: Transaction) -> Elsewhere:
    """What stands in the way of a medicine visit that is not over, of what other clinics do with the same person.

    Nothing is asked for any other visit: what is given elsewhere is nobody's to know without need.
    """
    return _elsewhere_of_all([visit], tx).get(visit.id, NOTHING)


def _elsewhere_of_all(visits: Iterable[Visit], tx: Transaction) -> dict[UUID, Elsewhere]:
    """By visit; a visit for which nothing is asked is left out. One question for each gap that the clinic keeps."""
    asked = [visit for visit in visits if visit.kind == VisitKind.MEDICINE and visit.status in UNDER_WAY]
    named = {visit.series_id for visit in asked if visit.series_id}
    series = {one.id: one for one in tx.all(select(Series).where(Series.id.in_(named)))} if named else {}
    by_gap: dict[timedelta, list[UUID]] = defaultdict(list)
    for visit in asked:
        by_gap[gap_of(series[visit.series_id] if visit.series_id else None, tx)].append(visit.id)
    now = literal(tx.now, Visit.starts_at.type)
    begins = case((Visit.status == VisitStatus.BOOKED, Visit.starts_at), else_=now)
    during = func.tstzrange(begins, func.greatest(Visit.ends_at, begins + timedelta(minutes=1)))
    found = {}
    for gap, ids in by_gap.items():
        query = select(
            Visit.id,
            begins,
            func.medicine_waits_until(Visit.client_id, gap),
            func.medicine_is_planned_near(Visit.client_id, during, gap, now),
        ).where(Visit.id.in_(ids))
        for visit_id, at, waits_until, planned in tx.session.execute(query):
            found[visit_id] = Elsewhere.at(at, waits_until, planned)
    return found


def elsewhere(client_id: UUID, during: Range[datetime], gap: timedelta, tx: Transaction) -> Elsewhere:
    """What of other clinics stands in the way of medicine in that time, as far as it may cross."""
    assert during.lower is not None  # nosec B101 # a visit has a beginning.
    query = select(
        func.medicine_waits_until(client_id, gap),
        func.medicine_is_planned_near(client_id, literal(during, TSTZRANGE), gap, tx.now),
    )
    waits_until, planned = tx.session.execute(query).one()
    return Elsewhere.at(during.lower, waits_until, planned)


def interval_decided(visit_id: UUID, tx: Transaction) -> Elsewhere:
    """What prescribers knew of other clinics when they went on with this visit all the same."""
    return _intervals_decided([visit_id], tx)[visit_id]


def _intervals_decided(visits: Collection[UUID], tx: Transaction) -> dict[UUID, Elsewhere]:
    query = select(Entry).where(Entry.visit_id.in_(visits), Entry.kind == "interval_decided")
    lines: dict[UUID, list[Entry]] = defaultdict(list)
    for line in tx.all(query.order_by(Entry.at, Entry.position)):
        lines[line.visit_id].append(line)
    return {visit_id: _knew(_as_they_stand(lines[visit_id], "interval_decided")) for visit_id in visits}


def _knew(decisions: Iterable[Entry]) -> Elsewhere:
    lines = [line.data for line in decisions]
    until = [datetime.fromisoformat(line["waits_until"]) for line in lines if line["waits_until"]]
    return Elsewhere(max(until, default=None), any(line["planned"] for line in lines))


def busy_times(staff: str, start: datetime, end: datetime, tx: Transaction) -> list[tuple[datetime, datetime]]:
    """When somebody of this clinic's people is taken between, at whatever clinic; in order, and nothing more."""
    busy = func.busy_times(staff, func.tstzrange(start, end)).column_valued("busy")
    found = tx.session.execute(select(func.lower(busy), func.upper(busy)).order_by(func.lower(busy)))
    return [(begins, ends) for begins, ends in found]


def _source(told: dict[str, Any]) -> Source:
    return Source(UUID(told["event_id"]), told["type"], datetime.fromisoformat(told["at"]))
