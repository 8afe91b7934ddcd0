"""`afterglow events tail`: what is said, as it is said, by all services; never what it is about, unless asked."""

import fnmatch
import heapq
import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy import Row, text

from shared.console import Ending, command, print_lines
from shared.console.completion import complete_event_types
from shared.events.envelope import Envelope
from shared.events.language import short_type
from shared.store.bodies import open_outbox
from shared.store.transaction import Store
from stack.completing import complete_clinics, complete_services
from stack.databases import addresses, data_option, open_store, require_clinic

_PAUSE_SECONDS = 0.5
# A transaction may commit long after the moment that it gave its events: so far back is looked again.
_LATE = timedelta(seconds=40)
_PAGE = 1000
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

_PLACES = text("""
    select id, occurred_at, position from outbox
    where occurred_at >= :at and (occurred_at, position) > (:at, :position)
      and (cast(:clinic as text) is null or clinic = :clinic)
      and (cast(:stream as text) is null or stream like :stream)
    order by occurred_at, position limit :page
""")
_BODIES = text("""
    select id, clinic, body, sealed from outbox
    where occurred_at between :first and :last and position = any(cast(:positions as bigint[]))
    order by occurred_at, position
""")


@dataclass(frozen=True)
class Wanted:
    """Which events to show."""

    since: datetime
    clinic: str | None = None
    client: UUID | None = None
    type: str = "*"

    def values(self) -> dict[str, Any]:
        stream = f"%/client/{self.client}" if self.client else None
        return {"clinic": self.clinic, "stream": stream, "page": _PAGE}

    def takes(self, envelope: Envelope) -> bool:
        return fnmatch.fnmatchcase(short_type(envelope.type), self.type)


class Ear:
    """Reads one service's outbox, each event once. It reads as anybody else, and keeps nobody from anything.

    An event may be laid in the outbox before another one and be seen after it, because its transaction took longer. So
    each look begins where nothing can come any more and passes over what was read, of which only the ids are asked for.
    """

    def __init__(self, store: Store, wanted: Wanted) -> None:
        self._store = store
        self._wanted = wanted
        self._settled = wanted.since
        self._read: dict[UUID, datetime] = {}

    def look(self) -> Iterator[Envelope]:
        """What was said since the last look, in order of time. It is read to the end before the next look begins."""
        began = self._store.clock()
        at, position = self._settled, -1
        while True:
            places, bodies = self._page(at, position)
            yield from filter(self._wanted.takes, map(Envelope.from_bytes, bodies))
            if places:
                at, position = places[-1].occurred_at, places[-1].position
                # Their clock may be behind ours, which is why the newest event counts too.
                self._settle(min(began, at) - _LATE)
            if len(places) < _PAGE:
                return

    def _page(self, at: datetime, position: int) -> tuple[Sequence[Row[Any]], list[bytes]]:
        with self._store.carrier() as session:
            places = session.execute(_PLACES, {**self._wanted.values(), "at": at, "position": position}).all()
            new = [place for place in places if place.id not in self._read]
            bodies = []
            if new:
                values = {"first": new[0].occurred_at, "last": new[-1].occurred_at}
                rows = session.execute(_BODIES, {**values, "positions": [place.position for place in new]})
                bodies = [open_outbox(self._store.keyring, row) for row in rows]
        self._read |= {place.id: place.occurred_at for place in new}
        return places, bodies

    def _settle(self, until: datetime) -> None:
        if until <= self._settled:
            return
        self._settled = until
        self._read = {event: at for event, at in self._read.items() if at >= self._settled}


class Tail:
    """Follows the outboxes of some services."""

    def __init__(self, stores: Sequence[Store], wanted: Wanted) -> None:
        self._ears = [Ear(store, wanted) for store in stores]

    def look(self) -> Iterator[Envelope]:
        """What was said since the last look, in order of time, however much it is."""
        return heapq.merge(*(ear.look() for ear in self._ears), key=lambda envelope: envelope.time)


class _Age(click.ParamType[timedelta]):
    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        given = re.fullmatch(r"(\d+)([smhd])", str(value))
        if not given:
            self.fail("Say it as 30s, 10m, 2h or 7d.", param, ctx)
        return timedelta(seconds=int(given[1]) * _UNITS[given[2]])


@command(
    short_help="What is said, as it is said",
    examples=[
        ("", "everything, from a minute ago on"),
        ("--clinic maple --type 'intake.*'", "what one service says at one clinic"),
        ("--client 0199d0c4-7c1e-7d43-9f0a-3b1f5a2c8e11 --since 7d --no-follow", "one client's last week"),
        ("--since 1h --no-follow --json | jq -r .type | sort | uniq -c", "an object a line, for programs"),
    ],
)
@click.option("--clinic", default=None, shell_complete=complete_clinics, help="Only this clinic's.")
@click.option("--client", type=click.UUID, default=None, help="Only those about this client.")
@click.option(
    "--type",
    "type_",
    default="*",
    shell_complete=complete_event_types,
    help="Only such, as 'intake.*' or '*.clearance.decided.v1'.",
)
@click.option(
    "--service", default=None, shell_complete=complete_services, help="Only what this service says; default: all."
)
@click.option("--since", type=_Age(), default="1m", show_default=True, help="How far back to begin: 30s, 10m, 2h, 7d.")
@click.option("--follow/--no-follow", default=True, show_default=True, help="Go on until Ctrl-C.")
@click.option("--open-data", is_flag=True, help="With the fields that any subscriber may read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
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
    require_clinic(clinic, data)
    with ExitStack() as stack:
        stores = [stack.enter_context(open_store(name, data)) for name in ([service] if service else addresses(data))]
        watched = Tail(stores, Wanted(stores[0].clock() - since, clinic, client, type_))
        try:
            for envelope in _said(watched, follow):
                print_lines([_line(envelope, open_data, as_json)])
        except KeyboardInterrupt:
            # Whoever follows ends it so: that is nothing to be told of.
            raise click.exceptions.Exit(Ending.INTERRUPTED) from None


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
