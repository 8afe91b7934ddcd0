"""`afterglow events parked | waiting | show | retry | skip | discard`: what an operator does when an event stays."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy import Row
from sqlalchemy.orm import Session

from shared.events.language import short_type
from shared.store import parked as store_parked
from shared.store.gaps import gaps, said_at
from shared.store.transaction import Store, Transaction
from shared.web.operating import Gap, ShownEvent, shown
from stack.databases import data_option, open_store
from stack.deciding import by_option, deed, holder, reason_option
from stack.listing import Found, clinic_option, collect, json_option, limit_option, moment, print_table

_SERVICE = click.option("--service", default=None, help="Whose inbox; default: all.")
_EVENT = click.argument("event_id", metavar="ID", type=click.UUID)


@click.command()
@_SERVICE
@clinic_option
@click.option("--all", "decided_too", is_flag=True, help="Those that were skipped or discarded, too, after the others.")
@limit_option
@json_option
@data_option
def parked(service: str | None, clinic: str | None, decided_too: bool, limit: int, as_json: bool, data: Path) -> None:
    """List the events that wait for a person, oldest first: each stops one client at one service."""
    states = ("parked", "skipped", "discarded") if decided_too else ("parked",)

    def read(session: Session, name: str) -> Sequence[Row[Any]]:
        return store_parked.parked_events(session, name, states=states, clinic=clinic, limit=limit + 1)

    found = collect(read, service, limit, data)
    if as_json:
        click.echo(json.dumps([_as_json(name, row) for name, row in found], indent=2))
    elif found:
        _print(found)
    else:
        click.echo("Nothing is parked.")


@click.command()
@_SERVICE
@clinic_option
@limit_option
@json_option
@data_option
def waiting(service: str | None, clinic: str | None, limit: int, as_json: bool, data: Path) -> None:
    """List what waits for events that have not come, longest first: whose, from which publisher, since when.

    `afterglow events replay PUBLISHER --to SERVICE --since ...` brings them, from when the first of them was said.
    """
    found = collect(lambda session, name: gaps(session, name, clinic=clinic, limit=limit + 1), service, limit, data)
    said = _said(found, data)
    if as_json:
        click.echo(json.dumps([_gap_as_json(name, row, said) for name, row in found], indent=2))
    elif found:
        columns = ("service", "waits for", "of", "missing", "said", "behind", "since")
        print_table(columns, [(name, *_gap(row, said)) for name, row in found])
    else:
        click.echo("Nothing waits for an event that has not come.")


_Said = dict[tuple[str, str, int], datetime]


def _said(found: Found, data: Path) -> _Said:
    """When the first missing event of each gap was said, by publisher, stream and place, as the outboxes know."""
    missing: dict[str, list[Row[Any]]] = {}
    for _, row in found:
        missing.setdefault(row.publisher, []).append(row)
    said: _Said = {}
    for publisher, rows in missing.items():
        with open_store(publisher, data) as store, store.carrier() as session:
            said |= {(publisher, *place): at for place, at in said_at(session, rows).items()}
    return said


def _gap_as_json(service: str, row: Row[Any], said: _Said) -> dict[str, Any]:
    at = said.get((row.publisher, row.stream, row.missing_from))
    return {"service": service, **Gap.schema().dump(row), "said_at": at and at.astimezone(UTC).isoformat()}


def _gap(row: Row[Any], said: _Said) -> tuple[str, ...]:
    many = f"#{row.missing_from}" + (f" to #{row.missing_to}" if row.missing_to > row.missing_from else "")
    at = said.get((row.publisher, row.stream, row.missing_from))
    shown_at = moment(at) if at else "not in its outbox"
    return row.publisher, row.stream, many, shown_at, str(row.behind), moment(row.since)


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
@by_option
@data_option
def retry(event_id: UUID, service: str | None, by: str, data: Path) -> None:
    """Have a parked event tried again, with all its attempts; what waits behind it follows in order."""
    _decide(event_id, service, data, by, lambda tx: store_parked.retry(event_id, tx))


@click.command()
@_EVENT
@_SERVICE
@reason_option
@by_option
@data_option
def skip(event_id: UUID, service: str | None, reason: str, by: str, data: Path) -> None:
    """Pass a parked event over, without its effects, and keep it on record; its successors go on."""
    _decide(event_id, service, data, by, lambda tx: store_parked.skip(event_id, reason, tx))


@click.command()
@_EVENT
@_SERVICE
@reason_option
@by_option
@data_option
def discard(event_id: UUID, service: str | None, reason: str, by: str, data: Path) -> None:
    """Pass a parked event over and throw its data away; its successors go on."""
    _decide(event_id, service, data, by, lambda tx: store_parked.discard(event_id, reason, tx))


def _decide(
    event_id: UUID, service: str | None, data: Path, by: str, decision: Callable[[Transaction], Row[Any]]
) -> None:
    with _found(event_id, service, data) as (store, row):
        with deed(store, row.clinic, by) as tx:
            decided = decision(tx)
        click.echo(f"{store.service}: {decided.id} is {decided.state}; {row.behind} wait behind it.")


def _found(event_id: UUID, service: str | None, data: Path) -> AbstractContextManager[tuple[Store, Row[Any]]]:
    nobody = f"No inbox has the event {event_id}: it was handled, or never came."
    return holder(lambda session, name: store_parked.find_event(session, name, event_id), nobody, service, data)


def _as_json(service: str, row: Row[Any]) -> dict[str, Any]:
    return {"service": service, **ShownEvent.schema().dump(shown(row))}


def _print(found: Found) -> None:
    columns = ("service", "clinic", "event", "id", "sequence", "tries", "behind", "state", "error")
    print_table(columns, [(service, *_event(row)) for service, row in found], whole=("id", "state"))


def _event(row: Row[Any]) -> tuple[str, ...]:
    counts = (str(row.sequence), str(row.attempts), str(row.behind))
    return row.clinic, short_type(row.type), str(row.id), *counts, row.state, (row.error or "").partition("\n")[0]
