"""Commands and groups whose help shows examples, and whose end is one sentence and a number.

An example is what stands after the command's own path, and half a sentence; a test parses every one of them. What
follows ` | ` is another program's.
"""

import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import click

from shared.console.endings import Ending, quiet_when_nobody_reads, tell, tell_of_interruption

Examples = Sequence[tuple[str, str]]


class Audience(StrEnum):
    """Who uses a command; the overview is grouped by it."""

    TRY = "Try it out"
    OPERATE = "Operate"
    CLINICS = "Clinics"
    DEVELOP = "Develop"


class _Calm(click.Command):
    """What commands and groups of ours have in common."""

    def __init__(
        self, *args: Any, examples: Examples = (), audience: Audience = Audience.OPERATE, **attributes: Any
    ) -> None:
        super().__init__(*args, **attributes)
        self.examples = examples
        self.audience = audience

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Run it as a program. What goes wrong is told in a sentence, as JSON where `--json` was given."""
        given = sys.argv[1:] if args is None else list(args)
        extra["standalone_mode"] = False
        try:
            sys.exit(super().main(given, *more, **extra) or Ending.DONE)
        except click.Abort:
            tell_of_interruption(given)
            sys.exit(Ending.INTERRUPTED)
        except click.ClickException as error:
            tell(error, given)
            sys.exit(error.exit_code)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with quiet_when_nobody_reads():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> None:
        """Run the command. What it returns is nobody's: the number at the end is said by raising."""
        with quiet_when_nobody_reads():
            super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for line, says in self.examples:
                    formatter.write(f"  {ctx.command_path} {line}".rstrip() + f"\n      {says}\n")
        super().format_epilog(ctx, formatter)


class Command(_Calm):
    """One command."""


class Group(_Calm, click.Group):
    """Commands that belong together; those that it makes by decorators are of our kind."""

    command_class = Command
    group_class = type


def command(
    name: str | None = None, *, short_help: str, examples: Examples, **attributes: Any
) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function, whose docstring is its help; `short_help` is its line in a listing."""
    return click.command(name, cls=Command, short_help=short_help, examples=examples, **attributes)


def group(
    name: str | None = None, *, short_help: str, examples: Examples, **attributes: Any
) -> Callable[[Callable[..., Any]], Group]:
    """Make a group of a function, whose docstring is its help."""
    return click.group(name, cls=Group, short_help=short_help, examples=examples, **attributes)
