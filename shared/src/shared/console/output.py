"""What commands print: one JSON document for programs, or lines for people, in colour only where somebody looks."""

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import click
from rich.console import Console
from rich.text import Text

Line = str | Text

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs.")

_TONES = {"good": "green", "bad": "bold red", "waits": "yellow", "quiet": "dim"}


def toned(words: str, tone: str) -> Text:
    """Words in the colour of what they mean (good, bad, waits, quiet). They say it without the colour, too."""
    return Text(words, style=_TONES[tone])


def on_stdout() -> Console:
    """The console of results. It is made anew each time, because tests and pipes give stdout another end."""
    return _console(sys.stdout)


def on_stderr() -> Console:
    """The console of remarks: progress, notes and errors never stand among the results."""
    return _console(sys.stderr)


def print_json(document: Any) -> None:
    """Print the one document that a command with `--json` has to say."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def print_lines(lines: Iterable[Line]) -> None:
    """Print results as they are: no line is cut or wrapped, so that a script finds it whole."""
    console = on_stdout()
    for line in lines:
        console.print(line, soft_wrap=True)


def print_note(line: Line) -> None:
    """Say on stderr what whoever reads the results should know of them."""
    on_stderr().print(line, soft_wrap=True)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command's end, which is the same for all ways of printing; rich would end with 1 here."""
        raise BrokenPipeError


def _console(stream: TextIO) -> Console:
    # NO_COLOR, FORCE_COLOR, TERM=dumb and COLUMNS are read by rich.
    return _Console(file=stream, highlight=False, markup=False, emoji=False)
