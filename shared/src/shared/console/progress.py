"""How far long work has come: a bar on stderr where somebody looks, a line now and then where nobody does."""

import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from shared.console.output import on_stderr, print_note

EVERY_SECONDS = 10.0
"""So often is a log told that the work goes on."""


class Progress(ABC):
    """How far it is, as the work itself says."""

    @abstractmethod
    def advance(self, done: int = 1) -> None:
        """So much more is done."""

    @abstractmethod
    def note(self, line: str) -> None:
        """Something to remember happened on the way."""


class _OnTerminal(Progress):
    def __init__(self, bar: Bar, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def advance(self, done: int = 1) -> None:
        self._bar.advance(self._task, done)

    def note(self, line: str) -> None:
        self._bar.console.print(line)


class _InLog(Progress):
    def __init__(self, label: str, total: int) -> None:
        self._label = label
        self._total = total
        self._done = 0
        self._told_at = time.monotonic()

    def advance(self, done: int = 1) -> None:
        self._done += done
        if time.monotonic() - self._told_at >= EVERY_SECONDS:
            self._told_at = time.monotonic()
            print_note(f"{self._label}: {self._done} of {self._total}")

    def note(self, line: str) -> None:
        print_note(line)


@contextmanager
def progress(label: str, total: int) -> Iterator[Progress]:
    """Tell how far work of `total` steps has come. The bar is gone when the block ends, however it ends."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield _InLog(label, total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=on_stderr(), transient=True) as bar:
        yield _OnTerminal(bar, bar.add_task(label, total=total))
