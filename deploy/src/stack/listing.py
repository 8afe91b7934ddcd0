"""How the operator's commands list what they find at one service or at all."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Row
from sqlalchemy.orm import Session

from stack.databases import addresses, open_store

clinic_option = click.option("--clinic", default=None, help="Only this clinic's.")
json_option = click.option("--json", "as_json", is_flag=True, help="For machines.")
limit_option = click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="How many of each service at most; that there are more is said.",
)

Found = list[tuple[str, Row[Any]]]


def collect(read: Callable[[Session, str], Sequence[Row[Any]]], service: str | None, limit: int, data: Path) -> Found:
    """What `read` finds at one service or at all, by service. It is to ask for one more than the limit."""
    found: Found = []
    for name in [service] if service else addresses(data):
        with open_store(name, data) as store, store.carrier() as session:
            rows = read(session, name)
        found += [(name, row) for row in rows[:limit]]
        if len(rows) > limit:
            click.echo(f"{name} has more than these {limit}: ask with a higher --limit.", err=True)
    return found


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, whole: Sequence[str] = ()) -> None:
    """Print a table whose columns fold where they must, but for those that are wanted whole."""
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def moment(at: datetime) -> str:
    """In UTC, as `--since` takes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
