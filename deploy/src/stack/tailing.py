"""`afterglow events tail`: what is said, as it is said, by all services; never what it is about, unless asked."""

import fnmatch
import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy import Row, text

from shared.events.envelope import Envelope
from shared.events.language import short_type
from shared.store.transaction import Store
from stack.databases import addresses, data_option, open_store

_PAUSE_SECONDS = 0.5
# A transaction may commit long after the moment that it gave its events: so far back is looked again.
_LATE = timedelta(seconds=40)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

_SAID = text("""
    select id, body, occurred_at from outbox
    where occurred_at >= :since
      and (cast(:clinic as text) is null or clinic = :clinic)
      and (cast(:stream as text) is null or stream like :stream)
    order by occurred_at, position limit 10000
""")


@dataclass
class Wanted:
    """Which events to show."""

    since: datetime
    clinic: str | None = None
    client: UUID | None = None
    type: str = "*"

    def values(self, since: datetime) -> dict[str, Any]:
        stream = f"%/client/{self.client}" if self.client else None
        return {"since": since, "clinic": self.clinic, "stream": stream}

    def takes(self, envelope: Envelope) -> bool:
        return fnmatch.fnmatchcase(short_type(envelope.type), self.type)


@dataclass
class Tail:
    """Follows the outboxes of some services. It reads as anybody else, and keeps nobody from anything."""

    stores: list[Store]
    wanted: Wanted
    _shown: dict[UUID, datetime] = field(default_factory=dict)

    def look(self) -> list[Envelope]:
        """What was said since the last look, in order of time."""
        rows = [row for store in self.stores for row in self._read(store)]
        since = max([self.wanted.since, *(row.occurred_at for row in rows)]) - _LATE
        new = [row for row in rows if row.id not in self._shown]
        self._shown |= {row.id: row.occurred_at for row in new}
        self._shown = {event: at for event, at in self._shown.items() if at >= since}
        self.wanted.since = max(self.wanted.since, since)
        envelopes = [Envelope.from_bytes(bytes(row.body)) for row in new]
        return sorted(filter(self.wanted.takes, envelopes), key=lambda envelope: envelope.time)

    def _read(self, store: Store) -> list[Row[Any]]:
        with store.carrier() as session:
            return list(session.execute(_SAID, self.wanted.values(self.wanted.since)).all())


class _Age(click.ParamType[timedelta]):
    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        given = re.fullmatch(r"(\d+)([smhd])", str(value))
        if not given:
            self.fail("Say it as 30s, 10m, 2h or 7d.", param, ctx)
        return timedelta(seconds=int(given[1]) * _UNITS[given[2]])


@click.command()
@click.option("--clinic", default=None, help="Only this clinic's.")
@click.option("--client", type=click.UUID, default=None, help="Only those about this client.")
@click.option("--type", "type_", default="*", help="Only such, as 'intake.*' or '*.clearance.decided.v1'.")
@click.option("--service", default=None, help="Only what this service says; default: all.")
@click.option("--since", type=_Age(), default="1m", show_default=True, help="How far back to begin: 30s, 10m, 2h, 7d.")
@click.option("--follow/--no-follow", default=True, show_default=True, help="Go on until Ctrl-C.")
@click.option("--open-data", is_flag=True, help="With the fields that any subscriber may read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@data_option
def tail(
    clinic: str | None,
    client: UUID | None,
    type_: str,
    service: str | None,
    since: timedelta,
    follow: bool,
    open_data: bool,
    as_json: bool,
    data: Path,
) -> None:
    """Show events as they are said: when, at which clinic, what, about whom, its place, and what it goes back to."""
    with ExitStack() as stack:
        stores = [stack.enter_context(open_store(name, data)) for name in ([service] if service else addresses(data))]
        watched = Tail(stores, Wanted(stores[0].clock() - since, clinic, client, type_))
        try:
            for envelope in _said(watched, follow):
                click.echo(_line(envelope, open_data, as_json))
        except KeyboardInterrupt:
            return


def _said(watched: Tail, follow: bool) -> Iterator[Envelope]:
    yield from watched.look()
    while follow:
        time.sleep(_PAUSE_SECONDS)
        yield from watched.look()


def _line(envelope: Envelope, open_data: bool, as_json: bool) -> str:
    facts: dict[str, Any] = {
        "time": envelope.time.isoformat(timespec="milliseconds"),
        "clinic": envelope.clinic,
        "type": short_type(envelope.type),
        "about": f"{envelope.about}/{envelope.subject}",
        "sequence": envelope.sequence,
        "id": str(envelope.id),
        "correlation": envelope.correlation_id,
    }
    if open_data:
        facts["data"] = envelope.open_data()
    if as_json:
        return json.dumps(facts, ensure_ascii=False)
    shown = "{time}  {clinic:<12} {type:<38} {about} #{sequence}  from {correlation}".format(**facts)
    return f"{shown}  {json.dumps(facts['data'], ensure_ascii=False)}" if open_data else shown
