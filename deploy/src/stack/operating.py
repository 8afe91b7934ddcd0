"""`afterglow events parked | show | retry | skip | discard`: what an operator does about what failed for good."""

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Row

from shared.clock import uuid7
from shared.errors import NotFound, Problem
from shared.events.language import short_type
from shared.store import parked as store_parked
from shared.store.transaction import Actor, Origin, Store, Transaction
from shared.web.operating import ShownEvent, shown
from stack.databases import addresses, data_option, open_store

_SERVICE = click.option("--service", default=None, help="Whose inbox; default: all.")
_EVENT = click.argument("event_id", metavar="ID", type=click.UUID)
_REASON = click.option("--reason", required=True, help="Why, without personal data; it stays on record.")


@click.command()
@_SERVICE
@click.option("--clinic", default=None, help="Only this clinic's.")
@click.option("--all", "decided_too", is_flag=True, help="Those that were skipped or discarded, too.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@data_option
def parked(service: str | None, clinic: str | None, decided_too: bool, as_json: bool, data: Path) -> None:
    """List the events that wait for a person, oldest first: each stops one client at one service."""
    states = ("parked", "skipped", "discarded") if decided_too else ("parked",)
    found: list[tuple[str, Row[Any]]] = []
    for name in [service] if service else addresses(data):
        with open_store(name, data) as store, store.carrier() as session:
            rows = store_parked.parked_events(session, name, states=states)
            found += [(name, row) for row in rows if clinic in (None, row.clinic)]
    if as_json:
        click.echo(json.dumps([_as_json(name, row) for name, row in found], indent=2))
    elif found:
        _print(found)
    else:
        click.echo("Nothing is parked.")


@click.command()
@_EVENT
@_SERVICE
@data_option
def show(event_id: UUID, service: str | None, data: Path) -> None:
    """Show an event that was not handled: where it stands, its last error, its data but for what is withheld."""
    with _found(event_id, service, data) as (store, row):
        click.echo(json.dumps(_as_json(store.service, row), indent=2, ensure_ascii=False))
        click.echo(row.error or "")


@click.command()
@_EVENT
@_SERVICE
@data_option
def retry(event_id: UUID, service: str | None, data: Path) -> None:
    """Have a parked event tried again, with all its attempts; what waits behind it follows in order."""
    _decide(event_id, service, data, "inbox.retry", lambda tx: store_parked.retry(event_id, tx))


@click.command()
@_EVENT
@_SERVICE
@_REASON
@data_option
def skip(event_id: UUID, service: str | None, reason: str, data: Path) -> None:
    """Pass a parked event over, without its effects, and keep it on record; its successors go on."""
    _decide(event_id, service, data, "inbox.skip", lambda tx: store_parked.skip(event_id, reason, tx))


@click.command()
@_EVENT
@_SERVICE
@_REASON
@data_option
def discard(event_id: UUID, service: str | None, reason: str, data: Path) -> None:
    """Pass a parked event over and throw its data away; its successors go on."""
    _decide(event_id, service, data, "inbox.discard", lambda tx: store_parked.discard(event_id, reason, tx))


def _decide(
    event_id: UUID, service: str | None, data: Path, action: str, decision: Callable[[Transaction], Row[Any]]
) -> None:
    actor = Actor(f"operator:{getpass.getuser()}", frozenset({"operator"}))
    with _found(event_id, service, data) as (store, row):
        deed = str(uuid7(store.clock()))
        origin = Origin(action, deed, deed, subject=row.stream.partition("/")[2])
        try:
            with store.transaction(row.clinic, actor, origin) as tx:
                decided = decision(tx)
        except Problem as problem:
            raise click.ClickException(problem.sentence) from None
        click.echo(f"{store.service}: {decided.id} is {decided.state}; {row.behind} wait behind it.")


@contextmanager
def _found(event_id: UUID, service: str | None, data: Path) -> Iterator[tuple[Store, Row[Any]]]:
    """The store and the row of an event that waits at one service; asks for the service where it waits at several."""
    holders = [name for name in ([service] if service else addresses(data)) if _holds(name, event_id, data)]
    if not holders:
        raise click.ClickException(f"No inbox has the event {event_id}: it was handled, or never came.")
    if len(holders) > 1:
        raise click.UsageError(f"Several services have it: say --service {' or '.join(holders)}.")
    with open_store(holders[0], data) as store:
        with store.carrier() as session:
            row = store_parked.find_event(session, store.service, event_id)
        yield store, row


def _holds(service: str, event_id: UUID, data: Path) -> bool:
    with open_store(service, data) as store, store.carrier() as session:
        try:
            store_parked.find_event(session, service, event_id)
        except NotFound:
            return False
    return True


def _as_json(service: str, row: Row[Any]) -> dict[str, Any]:
    return {"service": service, **ShownEvent.schema().dump(shown(row))}


def _print(found: list[tuple[str, Row[Any]]]) -> None:
    table = Table()
    for column in ("service", "clinic", "event", "id", "sequence", "tries", "behind", "state", "error"):
        table.add_column(column, overflow="fold", no_wrap=column in ("id", "state"))
    for service, row in found:
        error = (row.error or "").partition("\n")[0]
        name = short_type(row.type)
        table.add_row(
            service,
            row.clinic,
            name,
            str(row.id),
            str(row.sequence),
            str(row.attempts),
            str(row.behind),
            row.state,
            error,
        )
    Console().print(table)
