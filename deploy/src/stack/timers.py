"""`afterglow timers parked | retry | cancel`: what an operator does about a timer that failed for good."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy import Row

from shared.console import Column, Line, group, json_option, print_json, print_lines, print_table, toned
from shared.store import parked_timers as store_timers
from shared.store.transaction import Store
from shared.web.operating_timers import ParkedTimer
from stack.completing import complete_services
from stack.databases import data_option
from stack.deciding import by_option, deed, holder, reason_option
from stack.listing import clinic_option, collect, last_of_ours, limit_option, moment

_SERVICE = click.option("--service", default=None, shell_complete=complete_services, help="Whose timers; default: all.")
_TIMER = click.argument("timer_id", metavar="ID", type=click.UUID)
_COLUMNS = [
    Column("timer"),
    Column("id"),
    Column("clinic"),
    Column("about"),
    Column("due"),
    Column("tried", numeric=True),
    Column("error", prose=True),
]
_EXAMPLE = "0199d0c4-7c1e-7d43-9f0a-3b1f5a2c8e11"


@group(
    short_help="What is to happen later, where it failed for good",
    examples=[
        ("parked", "what waits for a person"),
        (f"retry {_EXAMPLE}", "have it tried again, now"),
    ],
)
def timers() -> None:
    """What is to happen later, where it failed for good: list it, have it tried again, or let it be."""


@timers.command(
    short_help="The timers that wait for a person",
    examples=[
        ("", "of all services and clinics"),
        ("--service notify --clinic maple", "of one service, at one clinic"),
        ("--json | jq -r '.[].id'", "their ids, for a script"),
    ],
)
@_SERVICE
@clinic_option
@limit_option
@json_option
@data_option
def parked(service: str | None, clinic: str | None, limit: int, as_json: bool, data: Path) -> None:
    """List the timers that wait for a person, those first that were to fire first."""
    found = collect(
        lambda session, _: store_timers.parked_timers(session, clinic=clinic, limit=limit + 1),
        service,
        clinic,
        limit,
        data,
    )
    if as_json:
        print_json([{"service": name, "clinic": row.clinic, **ParkedTimer.schema().dump(row)} for name, row in found])
    elif found:
        print_table(_COLUMNS, (_timer(name, row) for name, row in found))
    else:
        print_lines(["No timer is parked."])


@timers.command(
    short_help="Have a parked timer fire now",
    examples=[
        (_EXAMPLE, "whichever service has it"),
        (f"{_EXAMPLE} --by ana", "in Ana's name, which stays in the audit"),
    ],
)
@_TIMER
@_SERVICE
@by_option
@json_option
@data_option
def retry(timer_id: UUID, service: str | None, by: str, as_json: bool, data: Path) -> None:
    """Have a parked timer fire now, with all its attempts."""
    with _found(timer_id, service, data) as (store, row):
        with deed(store, row.clinic, by) as tx:
            store_timers.retry_timer(timer_id, tx)
        _tell(store, row, "set", "is set again", as_json)


@timers.command(
    short_help="Let a parked timer never fire",
    examples=[
        (f"{_EXAMPLE} --reason 'Told by phone.'", "why stays on record"),
        (f"{_EXAMPLE} --reason 'Told by phone.' --by ana --json", "as a program would"),
    ],
)
@_TIMER
@_SERVICE
@reason_option
@by_option
@json_option
@data_option
def cancel(timer_id: UUID, service: str | None, reason: str, by: str, as_json: bool, data: Path) -> None:
    """Let a parked timer never fire; why stays on record."""
    with _found(timer_id, service, data) as (store, row):
        with deed(store, row.clinic, by) as tx:
            store_timers.cancel_timer(timer_id, reason, tx)
        _tell(store, row, "cancelled", "is cancelled", as_json)


def _tell(store: Store, row: Row[Any], state: str, words: str, as_json: bool) -> None:
    if as_json:
        print_json({"service": store.service, "id": str(row.id), "kind": row.kind, "state": state})
    else:
        print_lines([f"{store.service}: {row.id} ({row.kind}) {words}."])


def _found(timer_id: UUID, service: str | None, data: Path) -> AbstractContextManager[tuple[Store, Row[Any]]]:
    nobody = f"No service has the timer {timer_id}."
    return holder(lambda session, _: store_timers.find_timer(session, timer_id), nobody, service, data)


def _timer(service: str, row: Row[Any]) -> tuple[Line, ...]:
    return (
        toned(f"{service}: {row.kind}", "waits"),
        str(row.id),
        row.clinic,
        str(row.subject),
        moment(row.due_at),
        f"{row.attempts} times",
        last_of_ours(row.error),
    )
