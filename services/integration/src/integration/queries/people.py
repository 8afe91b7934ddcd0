"""All whom somebody reaches, at one look: one question of each kind to the database, however many they are."""

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from integration.domain.attention import Group, group_of
from integration.models import BookedVisit, CheckIn, Client, Commitment, CompletedVisit, Reading, RedFlag, Window
from shared.store import Transaction

Row = TypeVar("Row")


@dataclass(frozen=True)
class Person:
    """A client as whoever looks after them meets them in a list. None is unknown, or that there is none.

    `today` are visits of the clinic's present day, and those `over` are among them; `check_in` is the last that came
    due or was answered, `reading` the last measure, `commitments` how many they have in hand.
    """

    client_id: UUID
    name: str | None
    flags: Sequence[RedFlag]
    today: Sequence[BookedVisit]
    over: Set[UUID]
    next_visit: BookedVisit | None
    window: Window | None
    check_in: CheckIn | None
    reading: Reading | None
    commitments: int
    group: Group


def people_reached(tx: Transaction) -> list[Person]:
    """Everybody whom the reader reaches, by name; also who called for help before anybody told us of them."""
    names = {client.id: client.display_name for client in _of_all(select(Client), Client.id, tx)}
    flags = _by_client(
        _of_all(select(RedFlag).where(RedFlag.closed_at.is_(None)).order_by(RedFlag.raised_at), RedFlag.client_id, tx)
    )
    visits, over = _visits_from_today(tx)
    windows = _by_client(
        _of_all(select(Window).where(Window.closes_at > tx.now).order_by(Window.closes_at), Window.client_id, tx)
    )
    asked = _newest(CheckIn, CheckIn.due_at, tx, CheckIn.status != "waiting")
    readings = _newest(Reading, Reading.answered_at, tx)
    commitments = _open_commitments(tx)
    found = []
    for client_id in {*names, *flags}:
        own_visits, window = visits[client_id], next(reversed(windows[client_id]), None)
        today = [visit for visit in own_visits if visit.starts_at.astimezone(tx.clinic.zone).date() == tx.today]
        check_in = asked.get(client_id)
        found.append(
            Person(
                client_id,
                names.get(client_id),
                flags[client_id],
                today,
                over,
                next((visit for visit in own_visits if visit.ends_at > tx.now and visit.id not in over), None),
                window,
                check_in,
                readings.get(client_id),
                commitments.get(client_id, 0),
                group_of(
                    flagged=bool(flags[client_id]),
                    visit_today=bool(today),
                    unanswered=check_in is not None and check_in.status != "completed",
                    closes_at=window.closes_at if window else None,
                    now=tx.now,
                ),
            )
        )
    return sorted(found, key=lambda person: ((person.name or "").casefold(), person.client_id))


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
    return _by_client([row.BookedVisit for row in rows]), {row.over for row in rows if row.over is not None}


def _open_commitments(tx: Transaction) -> dict[UUID, int]:
    """How many each client has in hand."""
    query = select(Commitment.client_id, func.count().label("in_hand")).where(
        Commitment.status == "open", tx.reach.covers(Commitment.client_id, tx.now)
    )
    return {row.client_id: row.in_hand for row in tx.session.execute(query.group_by(Commitment.client_id))}


def _newest(model: type[Row], at: Any, tx: Transaction, *conditions: Any) -> dict[UUID, Row]:
    """The last one of each client."""
    whose = model.client_id  # type: ignore[attr-defined]
    query = select(model).where(*conditions).ext(distinct_on(whose)).order_by(whose, at.desc(), model.id.desc())  # type: ignore[attr-defined]
    return {row.client_id: row for row in _of_all(query, whose, tx)}  # type: ignore[attr-defined]


def _of_all(query: Select[Row], whose: Any, tx: Transaction) -> Sequence[Row]:
    return tx.all(query.where(tx.reach.covers(whose, tx.now)))


def _by_client(rows: Sequence[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.client_id].append(row)
    return found
