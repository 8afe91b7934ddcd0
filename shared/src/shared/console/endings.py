"""How a command ends: a number that a script can rely on, and one sentence for whoever reads."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand, NoSuchOption
from rich.text import Text

from shared.console.output import on_stderr


class Ending(IntEnum):
    """The exit codes of all commands."""

    DONE = 0
    BAD_NEWS = 1
    USAGE = 2
    AWAY = 3
    INTERRUPTED = 130
    NOBODY_READS = 141


MEANINGS = {
    Ending.DONE: "done",
    Ending.BAD_NEWS: "the answer is bad news: a fault was found, a rule refuses, a setting is wrong",
    Ending.USAGE: "the command was not understood, or names what does not exist",
    Ending.AWAY: "something that is needed is away: the database, the broker, the platform",
    Ending.INTERRUPTED: "Ctrl-C",
    Ending.NOBODY_READS: "whoever read the output has gone (| head)",
}


class BadNews(click.ClickException):
    """The answer is no. `code` is for programs and stays; the sentence is for people and says what to do."""

    exit_code = Ending.BAD_NEWS

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Away(BadNews):
    """Something that the command needs cannot be reached; the same command may succeed when it is back."""

    exit_code = Ending.AWAY


def tell(error: click.ClickException, given: Sequence[str]) -> None:
    """Say on stderr what went wrong: a JSON problem where `--json` was given, or else a sentence and where to look."""
    if isinstance(error, NoArgsIsHelpError):
        error.show()
    elif "--json" in given:
        problem = {"code": _code(error), "message": _sentence(error)}
        click.echo(json.dumps({"error": problem}, ensure_ascii=False), err=True)
    else:
        console = on_stderr()
        console.print(Text.assemble(("Error: ", "bold red"), _sentence(error)), soft_wrap=True)
        if isinstance(error, click.UsageError) and error.ctx is not None:
            hint = f"`{error.ctx.command_path} --help` shows how it is used."
            console.print(Text(hint, style="dim"), soft_wrap=True)


def tell_of_interruption(given: Sequence[str]) -> None:
    """Say that somebody pressed Ctrl-C before the command was done."""
    tell(BadNews("interrupted", "Stopped before it was done."), given)


@contextmanager
def quiet_when_nobody_reads() -> Iterator[None]:
    """End without a word when the reader of our output has gone, as `head` does once it has seen enough."""
    try:
        yield
    except BrokenPipeError:
        # What is left in the buffer would be written, and fail again, when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(Ending.NOBODY_READS) from None


def _code(error: click.ClickException) -> str:
    if isinstance(error, BadNews):
        return error.code
    return "usage" if isinstance(error, click.UsageError) else "refused"


def _sentence(error: click.ClickException) -> str:
    """What went wrong, in our words where click's are another program's."""
    match error:
        case NoSuchCommand():
            missing = f"There is no command {error.command_name}."
        case NoSuchOption():
            missing = f"There is no option {error.option_name}."
        case _:
            return error.format_message()
    return f"{missing} Did you mean {' or '.join(error.possibilities)}?" if error.possibilities else missing
