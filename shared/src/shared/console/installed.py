"""A group whose commands are brought by installed parts, and read only when they are needed.

Reading all of them takes longer than most of them run, and completing a word in a shell should not wait for it.
"""

from collections import defaultdict
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click
from click.exceptions import NoSuchCommand

from shared.console.commands import Audience, Group


class InstalledGroup(Group):
    """Has its own commands, and those that installed parts add under an entry point."""

    def __init__(self, *args: Any, entry_point: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.entry_point = entry_point

    @cached_property
    def _brought(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group=self.entry_point)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands, *self._brought})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands and cmd_name in self._brought:
            self.add_command(self._brought[cmd_name].load(), cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as unknown:
            # It has compared the name with what was read so far.
            raise NoSuchCommand(unknown.command_name, possibilities=self.list_commands(ctx), ctx=ctx) from None


class Overview(InstalledGroup):
    """The outermost group: it lists its commands by who uses them."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        by_audience: dict[Audience, list[tuple[str, str]]] = defaultdict(list)
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                audience = getattr(command, "audience", Audience.OPERATE)
                by_audience[audience].append((name, command.get_short_help_str()))
        longest = max(len(name) for listed in by_audience.values() for name, _ in listed)
        for audience in Audience:
            if by_audience[audience]:
                with formatter.section(audience):
                    formatter.write_dl([(name.ljust(longest), says) for name, says in by_audience[audience]])
