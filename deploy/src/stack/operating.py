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

from shared.console import Column, Line, command, json_option, print_json, print_lines, print_table, toned
from shared.events.language import short_type
from shared.store import parked as store_parked
from shared.store.gaps import gaps, said_at
from shared.store.transaction import Store, Transaction
from shared.web.operating import Gap, ParkedEvent, ShownEvent, shown
from stack.completing import complete_services
from stack.databases import data_option, open_store
from stack.deciding import by_option, deed, holder, reason_option
from stack.listing import Found, clinic_option, collect, last_of_ours, limit_option, moment

_SERVICE = click.option("--service", default=None, shell_complete=complete_services, help="Whose inbox; default: all.")
_EVENT = click.argument("event_id", metavar="ID", type=click.UUID)
_EXAMPLE = "0199d0c4-7c1e-7d43-9f0a-3b1f5a2c8e11"
_PARKED = [
    Column("event"),
    Column("id"),
    Column("line"),
    Column("standing"),
    Column("tried", numeric=True),
    Column("behind", numeric=True),
    Column("error", prose=True),
]
_WAITING = [Column("gap"), Column("line"), Column("missing"), Column("behind", numeric=True), Column("since")]


@command(
    short_help="The events that wait for a person",
    examples=[
        ("", "of all services and clinics"),
        ("--clinic maple --service notify", "of one service, at one clinic"),
        ("--all --limit 50", "with those that were decided on"),
        ("--json | jq -r '.[].id'", "their ids, for a script"),
    ],
)
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

    found = collect(read, service, clinic, limit, data)
    if as_json:
        print_json([{"service": name, **ParkedEvent.schema().dump(row)} for name, row in found])
    elif found:
        print_table(_PARKED, (_event(name, row) for name, row in found))
    else:
        print_lines(["Nothing is parked."])


@command(
    short_help="What waits for events that have not come",
    examples=[
        ("", "of all services and clinics"),
        ("--service sessions", "what sessions waits for"),
        ("--json | jq -r '.[].said_at'", "from when a replay has to begin"),
    ],
)
@_SERVICE
@clinic_option
@limit_option
@json_option
@data_option
def waiting(service: str | None, clinic: str | None, limit: int, as_json: bool, data: Path) -> None:
    """List what waits for events that have not come, longest first: whose, from which publisher, since when.

    `afterglow events replay PUBLISHER --to SERVICE --since ...` brings them, from when the first of them was said.
    """
    found = collect(
        lambda session, name: gaps(session, name, clinic=clinic, limit=limit + 1), service, clinic, limit, data
    )
    said = _said(found, data)
    if as_json:
        print_json([_gap_as_json(name, row, said) for name, row in found])
    elif found:
        print_table(_WAITING, (_gap(name, row, said) for name, row in found))
    else:
        print_lines(["Nothing waits for an event that has not come."])


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


def _gap(service: str, row: Row[Any], said: _Said) -> tuple[Line, ...]:
    many = f"#{row.missing_from}" + (f" to #{row.missing_to}" if row.missing_to > row.missing_from else "")
    at = said.get((row.publisher, row.stream, row.missing_from))
    return (
        toned(f"{service} waits for {many} of {row.publisher}", "waits"),
        row.stream,
        f"said {moment(at)}" if at else f"not in the outbox of {row.publisher} any more",
        str(row.behind),
        moment(row.since),
    )


@command(
    short_help="One event that was not handled",
    examples=[
        (_EXAMPLE, "where it stands, and why"),
        (f"{_EXAMPLE} --json | jq .error", "its traceback alone"),
    ],
)
@_EVENT
@_SERVICE
@json_option
@data_option
def show(event_id: UUID, service: str | None, as_json: bool, data: Path) -> None:
    """Show an event that was not handled: where it stands, its last error, its data but for what is withheld."""
    with _found(event_id, service, data) as (store, row):
        whole = {"service": store.service, **ShownEvent.schema().dump(shown(row, store.keyring))}
    if as_json:
        print_json(whole)
        return
    decided = f"by {row.decided_by} at {moment(row.decided_at)}: {row.reason or row.state}" if row.decided_by else ""
    columns = [*_PARKED[:-1], Column("came"), Column("decided", prose=True)]
    print_table(columns, [(*_event(store.service, row)[:-1], moment(row.received_at), decided)])
    print_lines([json.dumps(whole["data"], indent=2, ensure_ascii=False), row.error or "No error is known."])


@command(
    short_help="Have a parked event tried again",
    examples=[
        (_EXAMPLE, "what waits behind it follows in order"),
        (f"{_EXAMPLE} --by ana", "in Ana's name, which stays in the audit"),
    ],
)
@_EVENT
@_SERVICE
@by_option
@json_option
@data_option
def retry(event_id: UUID, service: str | None, by: str, as_json: bool, data: Path) -> None:
    """Have a parked event tried again, with all its attempts; what waits behind it follows in order."""
    _decide(event_id, service, data, by, as_json, lambda tx: store_parked.retry(event_id, tx))


@command(
    short_help="Pass a parked event over, and keep it on record",
    examples=[
        (f"{_EXAMPLE} --reason 'Merged by hand.'", "ask the clinic first"),
        (f"{_EXAMPLE} --reason 'Merged by hand.' --service notify --json", "as a program would"),
    ],
)
@_EVENT
@_SERVICE
@reason_option
@by_option
@json_option
@data_option
def skip(event_id: UUID, service: str | None, reason: str, by: str, as_json: bool, data: Path) -> None:
    """Pass a parked event over, without its effects, and keep it on record; its successors go on."""
    _decide(event_id, service, data, by, as_json, lambda tx: store_parked.skip(event_id, reason, tx))


@command(
    short_help="Pass a parked event over, and throw its data away",
    examples=[
        (f"{_EXAMPLE} --reason 'Sent by mistake.'", "ask the clinic first: this cannot be undone"),
        (f"{_EXAMPLE} --reason 'Sent by mistake.' --by ana", "in Ana's name, which stays in the audit"),
    ],
)
@_EVENT
@_SERVICE
@reason_option
@by_option
@json_option
@data_option
def discard(event_id: UUID, service: str | None, reason: str, by: str, as_json: bool, data: Path) -> None:
    """Pass a parked event over and throw its data away; its successors go on."""
    _decide(event_id, service, data, by, as_json, lambda tx: store_parked.discard(event_id, reason, tx))


def _decide(
    event_id: UUID,
    service: str | None,
    data: Path,
    by: str,
    as_json: bool,
    decision: Callable[[Transaction], Row[Any]],
) -> None:
    with _found(event_id, service, data) as (store, row), deed(store, row.clinic, by) as tx:
        decided = decision(tx)
    if as_json:
        outcome = {"id": str(decided.id), "state": decided.state, "behind": row.behind}
        print_json({"service": store.service, **outcome})
    else:
        print_lines([f"{store.service}: {decided.id} is {decided.state}; {row.behind} wait behind it."])


def _found(event_id: UUID, service: str | None, data: Path) -> AbstractContextManager[tuple[Store, Row[Any]]]:
    nobody = f"No inbox has the event {event_id}: it was handled, or never came."
    return holder(lambda session, name: store_parked.find_event(session, name, event_id), nobody, service, data)


def _event(service: str, row: Row[Any]) -> tuple[Line, ...]:
    standing = f"{row.state} since {moment(row.decided_at or row.next_attempt_at)}" if row.state != "ready" else "ready"
    return (
        toned(f"{service}: {short_type(row.type)} #{row.sequence}", "waits" if row.state == "parked" else "quiet"),
        str(row.id),
        row.stream,
        standing,
        f"{row.attempts} times",
        str(row.behind),
        last_of_ours(row.error),
    )
