"""The `afterglow` command line: what concerns all services. Installed parts add their own commands by entry points."""

import json
from collections.abc import Callable
from importlib.metadata import entry_points

import click
from rich.console import Console
from rich.table import Table

from shared.declared import declared_fields
from shared.events import catalogue
from shared.events.language import Event, json_schema, short_type


@click.group(
    help="Afterglow: Ketamine-Assisted Psychotherapy for many clinics.",
    epilog="Examples: afterglow run | afterglow demo | afterglow events intake.clearance.decided",
)
@click.version_option(package_name="afterglow-shared", prog_name="afterglow")
def main() -> None:
    """Group of all commands."""


class _EventCommands(click.Group):
    """Commands, or the name of an event: those have a dot."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and "." in args[0]:
            args = ["describe", *args]
        return super().resolve_command(ctx, args)


_JSON = click.option("--json", "as_json", is_flag=True, help="For machines: names, versions and JSON Schemas.")


@main.group(cls=_EventCommands, invoke_without_command=True)
@_JSON
@click.pass_context
def events(context: click.Context, as_json: bool) -> None:
    """List every event of the catalogue, describe one (`afterglow events intake.clearance.decided`), or operate."""
    if context.invoked_subcommand is None:
        _print(list(catalogue.values()), as_json, _list)


@events.command()
@click.argument("name")
@_JSON
def describe(name: str, as_json: bool) -> None:
    """Describe one event, field by field. NAME is as in `intake.clearance.decided`."""
    chosen = [event for event in catalogue.values() if name in (event.name, event.type, short_type(event.type))]
    if not chosen:
        raise click.UsageError(f"There is no event {name}. `afterglow events` lists them all.")
    _print(chosen, as_json, _describe)


def _print(chosen: list[type[Event]], as_json: bool, show: Callable[[list[type[Event]]], None]) -> None:
    if as_json:
        click.echo(json.dumps([_as_json(event) for event in chosen], indent=2, ensure_ascii=False))
    else:
        show(chosen)


def _list(chosen: list[type[Event]]) -> None:
    table = Table(title=f"{len(chosen)} events", title_justify="left")
    table.add_column("event", no_wrap=True)
    for column in ("v", "about", "when it happens"):
        table.add_column(column, overflow="fold")
    for event in sorted(chosen, key=lambda event: event.name):
        table.add_row(event.name, str(event.version), event.about, event.__doc__)
    Console().print(table)


def _describe(chosen: list[type[Event]]) -> None:
    for event in chosen:
        _describe_one(event)


def _describe_one(event: type[Event]) -> None:
    console = Console()
    console.print(f"[bold]{event.name}[/bold] v{event.version}, about a {event.about}, published by {event.publisher}")
    console.print(f"{event.__doc__}\n")
    table = Table()
    for column in ("field", "sensitivity", "what it says", "example"):
        table.add_column(column, overflow="fold")
    for field_name, spec in declared_fields(event).items():
        about = spec.metadata
        example = json.dumps(about["example"], ensure_ascii=False)
        table.add_row(field_name, about["sensitivity"], about["description"], example[:200])
    console.print(table)


def _as_json(event: type[Event]) -> dict[str, object]:
    return {
        "name": event.name,
        "version": event.version,
        "type": event.type,
        "publisher": event.publisher,
        "about": event.about,
        "when": event.__doc__,
        "schema": json_schema(event),
    }


for _group, _commands in ((main, "afterglow.commands"), (events, "afterglow.events_commands")):
    for _entry in entry_points(group=_commands):
        _group.add_command(_entry.load(), _entry.name)
