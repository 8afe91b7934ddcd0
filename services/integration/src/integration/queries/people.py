"""All whom somebody reaches, at one look: one question of each kind to the database, however many they are."""

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from integration.domain.attention import Group, Situation, group_of
from integration.domain.checkins import SETTLED, CheckInStatus
from integration.models import BookedVisit, CheckIn, Client, CompletedVisit, PleaseRead, RedFlag, Rest, Window
from shared.store import Transaction
from shared.web.policy import Role

Row = TypeVar("Row")


@dataclass(frozen=True)
class Person:
    """A client as whoever looks after them meets them in a list. None is unknown, or that there is none.

    `to_read` is how many words of theirs a person is asked to read. `today` are visits of the clinic's present day, and
    those `over` are among them; `check_in` is the last that waits for no answer any more. `rest` is one that they chose
    and that goes on.
    """

    client_id: UUID
    name: str | None
    flags: Sequence[RedFlag]
    to_read: int
    today: Sequence[BookedVisit]
    over: Set[UUID]
    next_visit: BookedVisit | None
    window: Window | None
    check_in: CheckIn | None
    rest: Rest | None
    group: Group


def people_reached(tx: Transaction) -> list[Person]:
    """Everybody whom the reader reaches, in the order of their desk: who needs somebody first.

    Of one group, who is met today stands by the time of the visit, and all others by name. Who called for help before
    anybody told us of them is there too.
    """
    names = {client.id: client.display_name for client in of_all(select(Client), Client.id, tx)}
    flags = by_client(
        of_all(select(RedFlag).where(RedFlag.closed_at.is_(None)).order_by(RedFlag.raised_at), RedFlag.client_id, tx)
    )
    to_read = _to_read(tx)
    visits, over = _visits_from_today(tx)
    windows = by_client(
        of_all(select(Window).where(Window.closes_at > tx.now).order_by(Window.closes_at), Window.client_id, tx)
    )
    asked = newest(CheckIn, CheckIn.due_at, tx, CheckIn.status.in_(SETTLED))
    rests = newest(Rest, Rest.begun_at, tx, Rest.ended_at.is_(None), or_(Rest.until.is_(None), Rest.until > tx.now))
    found = []
    for client_id in {*names, *flags}:
        own_visits, window = visits[client_id], next(reversed(windows[client_id]), None)
        today = [visit for visit in own_visits if visit.starts_at.astimezone(tx.clinic.zone).date() == tx.today]
        check_in, rest = asked.get(client_id), rests.get(client_id)
        situation = Situation(
            flagged=bool(flags[client_id]),
            to_read=bool(to_read.get(client_id)),
            visit_today=bool(today),
            rests=rest is not None,
            missed=check_in is not None and check_in.status == CheckInStatus.MISSED,
            closes_at=window.closes_at if window else None,
        )
        found.append(
            Person(
                client_id,
                names.get(client_id),
                flags[client_id],
                to_read.get(client_id, 0),
                today,
                over,
                next((visit for visit in own_visits if visit.ends_at > tx.now and visit.id not in over), None),
                window,
                check_in,
                rest,
                group_of(situation, tx.now),
            )
        )
    return sorted(found, key=_place)


def beside(client_id: UUID, tx: Transaction) -> tuple[UUID | None, UUID | None]:
    """Who stands before and after somebody in the order of the reader's desk."""
    order = [person.client_id for person in people_reached(tx)]
    if client_id not in order:
        return None, None
    at = order.index(client_id)
    return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)


def newest(model: type[Row], at: Any, tx: Transaction, *conditions: Any) -> dict[UUID, Row]:
    """The last one of each client."""
    whose = model.client_id  # type: ignore[attr-defined]
    query = select(model).where(*conditions).ext(distinct_on(whose)).order_by(whose, at.desc(), model.id.desc())  # type: ignore[attr-defined]
    return {row.client_id: row for row in of_all(query, whose, tx)}  # type: ignore[attr-defined]


def of_all(query: Select[Row], whose: Any, tx: Transaction) -> Sequence[Row]:
    """Of all whom the reader reaches."""
    return tx.all(query.where(tx.reach.covers(whose, tx.now)))


def by_client(rows: Sequence[Any]) -> dict[UUID, list[Any]]:
    """The rows of each client, in the order in which they came."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.client_id].append(row)
    return found


def _place(person: Person) -> tuple[int, datetime, str, UUID]:
    """Where somebody stands on the desk."""
    met = person.today[0].starts_at if person.group is Group.TODAY else datetime.min.replace(tzinfo=UTC)
    return list(Group).index(person.group), met, (person.name or "").casefold(), person.client_id


def _to_read(tx: Transaction) -> dict[UUID, int]:
    """How many words of each client a person is asked to read; that is a therapist."""
    if not tx.actor.has(Role.THERAPIST):
        return {}
    query = select(PleaseRead.client_id, func.count().label("waiting")).where(
        PleaseRead.read_at.is_(None), tx.reach.covers(PleaseRead.client_id, tx.now)
    )
    return {row.client_id: row.waiting for row in tx.session.execute(query.group_by(PleaseRead.client_id))}


def _visits_from_today(tx: Transaction) -> tuple[dict[UUID, list[BookedVisit]], Set[UUID]]:
    """The visits from the first moment of the clinic's day on, by client, and which of them are over."""
    midnight = datetime.combine(tx.today, time(), tx.clinic.zone).astimezone(UTC)
    query = (
        select(BookedVisit, CompletedVisit.id.label("over"))
        .outerjoin(CompletedVisit, CompletedVisit.id == BookedVisit.id)
        .where(
            BookedVisit.ends_at > midnight,
            BookedVisit.cancelled.is_(False),
            tx.reach.covers(BookedVisit.client_id, tx.now),
        )
        .order_by(BookedVisit.starts_at, BookedVisit.id)
    )
    rows = tx.session.execute(query).all()
    return by_client([row.BookedVisit for row in rows]), {row.over for row in rows if row.over is not None}
