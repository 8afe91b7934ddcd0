"""`afterglow timers parked | retry | cancel`: what an operator does about a timer that failed for good."""

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy import Row

from shared.store import parked_timers as store_timers
from shared.store.transaction import Store
from shared.web.operating_timers import ParkedTimer
from stack.databases import data_option
from stack.deciding import by_option, deed, holder, reason_option
from stack.listing import clinic_option, collect, json_option, last_of_ours, limit_option, moment, print_items

_SERVICE = click.option("--service", default=None, help="Whose timers; default: all.")
_TIMER = click.argument("timer_id", metavar="ID", type=click.UUID)


@click.group()
def timers() -> None:
    """What is to happen later, where it failed for good: list it, have it tried again, or let it be."""


@timers.command()
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
        listed = [{"service": name, "clinic": row.clinic, **ParkedTimer.schema().dump(row)} for name, row in found]
        click.echo(json.dumps(listed, indent=2))
    elif found:
        print_items(_timer(name, row) for name, row in found)
    else:
        click.echo("No timer is parked.")


@timers.command()
@_TIMER
@_SERVICE
@by_option
@data_option
def retry(timer_id: UUID, service: str | None, by: str, data: Path) -> None:
    """Have a parked timer fire now, with all its attempts."""
    with _found(timer_id, service, data) as (store, row):
        with deed(store, row.clinic, by) as tx:
            store_timers.retry_timer(timer_id, tx)
        click.echo(f"{store.service}: {timer_id} ({row.kind}) is set again.")


@timers.command()
@_TIMER
@_SERVICE
@reason_option
@by_option
@data_option
def cancel(timer_id: UUID, service: str | None, reason: str, by: str, data: Path) -> None:
    """Let a parked timer never fire; why stays on record."""
    with _found(timer_id, service, data) as (store, row):
        with deed(store, row.clinic, by) as tx:
            store_timers.cancel_timer(timer_id, reason, tx)
        click.echo(f"{store.service}: {timer_id} ({row.kind}) is cancelled.")


def _found(timer_id: UUID, service: str | None, data: Path) -> AbstractContextManager[tuple[Store, Row[Any]]]:
    nobody = f"No service has the timer {timer_id}."
    return holder(lambda session, _: store_timers.find_timer(session, timer_id), nobody, service, data)


def _timer(service: str, row: Row[Any]) -> tuple[str, ...]:
    about = f"{row.clinic}, about {row.subject}"
    return (
        f"{service}: {row.kind}",
        str(row.id),
        about,
        f"due {moment(row.due_at)}; tried {row.attempts} times",
        last_of_ours(row.error),
    )
