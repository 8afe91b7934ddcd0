"""Where a drill has its own servers, and what it says where they can't be had."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from shared.local.processes import LocalServerError


@contextmanager
def room(drill: str) -> Iterator[Path]:
    """An empty folder, gone afterwards. A server that can't be had ends the drill with the sentence that says why."""
    try:
        with TemporaryDirectory(prefix=f"afterglow {drill} ") as folder:
            yield Path(folder)
    except LocalServerError as error:
        raise click.ClickException(str(error)) from None
