"""Where a clinic's events and timers stand at one service, counted for a person who asks whether anything is stuck."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from shared.store.tables import inbox_event, outbox, timer

LATE = timedelta(minutes=1)
"""What could have been done for longer than this, and was not, is stuck: loops look several times a second."""


@dataclass(frozen=True)
class Heard:
    """What one publisher has told, as far as it is not handled. `since` is when the oldest that waits came.

    `ready_since` is since when the oldest of those could have been handled; those that failed are not of these.
    """

    publisher: str
    waiting: int = 0
    retrying: int = 0
    parked: int = 0
    since: datetime | None = None
    ready_since: datetime | None = None


@dataclass(frozen=True)
class Said:
    """What this service has told and the broker has not got yet, and when the oldest of it was told."""

    waiting: int
    since: datetime | None


@dataclass(frozen=True)
class Clockwork:
    """Timers that are set: all, those late by more than LATE, those that failed and are tried again; and the parked."""

    set: int
    late: int
    retrying: int
    parked: int
    next_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """One service at one clinic, at one moment."""

    heard: tuple[Heard, ...]
    said: Said
    timers: Clockwork
    now: datetime

    @property
    def parked(self) -> int:
        return sum(each.parked for each in self.heard)

    @property
    def sending_is_late(self) -> bool:
        return self._late(self.said.since)

    @property
    def handling_is_late(self) -> bool:
        return any(self._late(each.ready_since) for each in self.heard)

    def _late(self, since: datetime | None) -> bool:
        return since is not None and self.now - since > LATE


def standing(session: Session, consumer: str, publishers: Iterable[str], now: datetime) -> Standing:
    """Count what the session may see. A publisher of whom nothing waits is there all the same."""
    found = {row.publisher: row._mapping for row in _heard(session, consumer)}
    heard = tuple(
        Heard(**found.get(publisher, {"publisher": publisher})) for publisher in sorted({*publishers, *found})
    )
    told = session.execute(
        select(func.count().label("waiting"), func.min(outbox.c.occurred_at).label("since")).where(
            outbox.c.published_at.is_(None)
        )
    ).one()
    return Standing(heard, Said(**told._mapping), Clockwork(**_timers(session, now)), now)


def _heard(session: Session, consumer: str) -> Iterable[Row[Any]]:
    state, attempts = inbox_event.c.state, inbox_event.c.attempts
    waits, fresh = state.in_(["ready", "waiting"]), (state == "ready") & (attempts == 0)
    query = select(
        inbox_event.c.publisher,
        func.count().filter(waits).label("waiting"),
        func.count().filter((state == "ready") & (attempts > 0)).label("retrying"),
        func.count().filter(state == "parked").label("parked"),
        func.min(inbox_event.c.received_at).filter(waits).label("since"),
        func.min(inbox_event.c.next_attempt_at).filter(fresh).label("ready_since"),
    )
    wanted = inbox_event.c.consumer == consumer, state.in_(["ready", "waiting", "parked"])
    return session.execute(query.where(*wanted).group_by(inbox_event.c.publisher)).all()


def _timers(session: Session, now: datetime) -> Mapping[str, Any]:
    is_set, attempts, due = timer.c.state == "set", timer.c.attempts, timer.c.next_attempt_at
    query = select(
        func.count().filter(is_set).label("set"),
        func.count().filter(is_set & (due < now - LATE)).label("late"),
        func.count().filter(is_set & (attempts > 0)).label("retrying"),
        func.count().filter(timer.c.state == "parked").label("parked"),
        func.min(due).filter(is_set & (due >= now)).label("next_at"),
    )
    return dict(session.execute(query.where(timer.c.state.in_(["set", "parked"]))).one()._mapping)
