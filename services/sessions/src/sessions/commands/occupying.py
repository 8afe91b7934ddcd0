"""Rooms, people and clients are taken for the time of a visit: rooms at their clinic, humans wherever they are."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql.ranges import Range
from sqlalchemy.exc import IntegrityError

from sessions import queries
from sessions.commands.turns import take_turns
from sessions.domain import planning as rules
from sessions.models import Occupied, Visit
from shared.errors import Refused, RefusedElsewhere
from shared.languages import phrase
from shared.store import Transaction
from shared.web.problems import is_conflict

_AHEAD = timedelta(days=14)


def occupy(visit: Visit, person: UUID | None, tx: Transaction) -> None:
    """Take room, people and client for the visit's time; the database's exclusion constraints decide who gets them.

    `person` is the human who the client is, whose turn it is already; None while nobody has told.
    """
    wanted = _places(visit, person, tx)
    take_turns({everywhere or f"{tx.clinic_id}/{resource}" for resource, everywhere in wanted.items()}, tx)
    try:
        with tx.session.begin_nested():
            for resource, everywhere in wanted.items():
                tx.add(
                    Occupied(
                        visit_id=visit.id,
                        resource=resource,
                        clinic=tx.clinic_id,
                        client_id=visit.client_id,
                        everywhere=everywhere,
                        during=Range(visit.starts_at, visit.ends_at),
                    )
                )
            tx.session.flush()
    except IntegrityError as error:
        if not (is_conflict(error, "occupied_once") or is_conflict(error, "occupied_once_everywhere")):
            raise
        # What is taken here is told with its name; of what is taken elsewhere only that it is.
        refusal = _taken_here(visit, wanted, tx) or _taken_elsewhere(visit, wanted, tx)
        raise refusal from None


def follow_staff(tx: Transaction) -> None:
    """Have the times that people are booked for be compared with other clinics', or not, as the clinic says by now.

    Where somebody is taken elsewhere at such a time already, both bookings stay, for people to see to.
    """
    elsewhere = [resource.id for resource in tx.clinic.resources if resource.elsewhere]
    take_turns(map(_staff_name, elsewhere), tx)
    no_more = update(Occupied).where(Occupied.everywhere.like(_staff_name("%")), Occupied.resource.not_in(elsewhere))
    tx.session.execute(no_more.values(everywhere=None))
    ahead = (
        select(Occupied)
        .where(Occupied.resource.in_(elsewhere), Occupied.everywhere.is_(None), func.upper(Occupied.during) > tx.now)
        .order_by(func.lower(Occupied.during), Occupied.visit_id)
    )
    for place in tx.all(ahead):
        try:
            with tx.session.begin_nested():
                place.everywhere = _staff_name(place.resource)
        except IntegrityError as error:
            if not is_conflict(error, "occupied_once_everywhere"):
                raise


def _places(visit: Visit, person: UUID | None, tx: Transaction) -> dict[str, str | None]:
    """What the visit takes, in a steady order, and by what name a human is the same at every clinic.

    One of the staff has such a name only at clinics that say so: nobody claims whom another clinic has not shared.
    """
    client = f"client:{visit.client_id}"
    places: dict[str, str | None] = {client: f"person:{person}" if person else None}
    for resource_id in visit.resources:
        resource = tx.clinic.resource(resource_id)
        places[resource_id] = _staff_name(resource_id) if resource is not None and resource.elsewhere else None
    return dict(sorted(places.items()))


def _taken_here(visit: Visit, wanted: Mapping[str, str | None], tx: Transaction) -> Refused | None:
    clashes = queries.taken(list(wanted), visit.starts_at, visit.ends_at, tx)
    if not clashes:
        return None
    names = {clash[0] for clash in clashes}
    people = {resource.id: resource.name for resource in tx.clinic.resources}
    taken = sorted(people.get(name, "the client") for name in names)
    free = _next_free(visit, wanted, tx)
    return Refused(
        "already_taken",
        phrase("Already taken at that time: {what}.", what=", ".join(taken)),
        facts={"resources": sorted(name for name in names if name in people), "alternatives": [free.isoformat()]},
    )


def _taken_elsewhere(visit: Visit, wanted: Mapping[str, str | None], tx: Transaction) -> RefusedElsewhere:
    busy = [one for one in _staff(wanted) if queries.busy_times(one, visit.starts_at, visit.ends_at, tx)]
    names = {resource.id: resource.name for resource in tx.clinic.resources}
    taken = ", ".join(sorted(names[one] for one in busy)) or "the client"
    return RefusedElsewhere(
        "resource_busy",
        phrase("Taken at that time, though not here: {what}. Choose another time, or somebody else.", what=taken),
        facts={"resources": sorted(busy)},
    )


def _next_free(visit: Visit, wanted: Mapping[str, str | None], tx: Transaction) -> datetime:
    """When all of these have that long at once, as far as may be known here: a client's time elsewhere may not."""
    start, end = visit.starts_at, visit.starts_at + _AHEAD
    busy = [(begins, ends) for _, begins, ends in queries.taken(list(wanted), start, end, tx)]
    for one in _staff(wanted):
        busy += queries.busy_times(one, start, end, tx)
    return rules.next_free(start, visit.ends_at - start, sorted(busy))


def _staff(wanted: Mapping[str, str | None]) -> list[str]:
    return [resource for resource, everywhere in wanted.items() if everywhere == _staff_name(resource)]


def _staff_name(resource_id: str) -> str:
    return f"staff:{resource_id}"
