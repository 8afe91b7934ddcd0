"""How the operator's commands list what they find at one service or at all."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Row
from sqlalchemy.orm import Session

from shared.console import print_note
from stack.completing import complete_clinics
from stack.databases import addresses, open_store, require_clinic

clinic_option = click.option("--clinic", default=None, shell_complete=complete_clinics, help="Only this clinic's.")
limit_option = click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="How many of each service at most; that there are more is said.",
)

Found = list[tuple[str, Row[Any]]]


def collect(
    read: Callable[[Session, str], Sequence[Row[Any]]], service: str | None, clinic: str | None, limit: int, data: Path
) -> Found:
    """What `read` finds at one service or at all, by service. It is to ask for one more than the limit."""
    require_clinic(clinic, data)
    found: Found = []
    for name in [service] if service else addresses(data):
        with open_store(name, data) as store, store.carrier() as session:
            rows = read(session, name)
        found += [(name, row) for row in rows[:limit]]
        if len(rows) > limit:
            print_note(f"{name} has more than these {limit}: ask with a higher --limit.")
    return found


def moment(at: datetime) -> str:
    """In UTC, as `--since` takes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def last_of_ours(error: str | None) -> str:
    """An error's kind, and the last line of our own code that was on its way."""
    kind, *frames = (error or "no error").split("\n")
    ours = [frame.strip() for frame in frames if not frame.strip().startswith(("sqlalchemy/", "psycopg/", "/"))]
    return f"{kind} at {ours[-1]}" if ours else kind
