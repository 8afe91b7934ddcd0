"""The `afterglow` command line: what concerns all services. Installed parts add their own commands by entry points."""

import json
from difflib import get_close_matches

import click
from click.shell_completion import CompletionItem
from rich.text import Text

from shared.console import Audience, Column, InstalledGroup, json_option, print_json, print_lines, print_table
from shared.console.completion import complete_event_names, completion
from shared.console.endings import MEANINGS
from shared.console.installed import Overview
from shared.declared import declared_fields
from shared.events import catalogue
from shared.events.language import Event, json_schema, short_type

_ENDINGS = "\b\n" + "\n".join(
    [
        "How a command ends:",
        *(f"  {ending.value:>3}  {meaning}" for ending, meaning in MEANINGS.items()),
        'With --json an error is one object on stderr: {"error": {"code": ..., "message": ...}}.',
    ]
)


@click.group(
    "afterglow",
    cls=Overview,
    entry_point="afterglow.commands",
    invoke_without_command=True,
    epilog=_ENDINGS,
    context_settings={"max_content_width": 100},
    examples=[
        ("run", "start the whole platform on this machine"),
        ("demo", "and have one client go through all of it"),
        ("events tail", "see what is being said meanwhile"),
        ("events parked --json | jq length", "ask as a program would"),
    ],
)
@click.version_option(package_name="afterglow-shared", prog_name="afterglow")
@click.pass_context
def main(context: click.Context) -> None:
    """Afterglow: Ketamine-Assisted Psychotherapy for many clinics."""
    if context.invoked_subcommand is None:
        click.echo(_overview(context))


def _overview(context: click.Context) -> str:
    """What there is, for whoever types the name alone."""
    formatter = context.make_formatter()
    formatter.write(f"{main.help}\n")
    main.format_commands(context, formatter)
    formatter.write("\n`afterglow COMMAND --help` shows what a command does, with examples.\n")
    return formatter.getvalue().rstrip("\n")


class _EventCommands(InstalledGroup):
    """Commands, or the name of an event: those have a dot."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and "." in args[0]:
            args = ["describe", *args]
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return [*super().shell_complete(ctx, incomplete), *complete_event_names(ctx, None, incomplete)]


@main.group(
    cls=_EventCommands,
    entry_point="afterglow.events_commands",
    invoke_without_command=True,
    short_help="What is said between services, and what stays",
    examples=[
        ("", "the whole catalogue"),
        ("intake.clearance.decided", "one event, field by field"),
        ("tail --clinic maple", "what is being said at one clinic"),
        ("parked", "what waits for a person"),
    ],
)
@json_option
@click.pass_context
def events(context: click.Context, as_json: bool) -> None:
    """List every event of the catalogue, describe one by its name, or operate on those that were said."""
    if context.invoked_subcommand is None:
        chosen = sorted(catalogue.values(), key=lambda event: event.name)
        if as_json:
            print_json([_as_json(event) for event in chosen])
        else:
            _list(chosen)


@events.command(
    audience=Audience.DEVELOP,
    short_help="One event, field by field",
    examples=[
        ("intake.clearance.decided", "what it says, and how sensitive each field is"),
        ("sessions.session.completed --json", "its JSON Schema"),
    ],
)
@click.argument("name", shell_complete=complete_event_names)
@json_option
def describe(name: str, as_json: bool) -> None:
    """Describe one event, field by field. NAME is as in `intake.clearance.decided`."""
    chosen = [event for event in catalogue.values() if name in (event.name, event.type, short_type(event.type))]
    if not chosen:
        raise click.UsageError(f"There is no event {name}.{_alike(name)} `afterglow events` lists them all.")
    if as_json:
        print_json([_as_json(event) for event in chosen])
        return
    for event in chosen:
        _describe(event)


def _alike(name: str) -> str:
    close = get_close_matches(name, [event.name for event in catalogue.values()], n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _list(chosen: list[type[Event]]) -> None:
    columns = [Column("event"), Column("v", numeric=True), Column("about"), Column("when it happens", prose=True)]
    rows = [(event.name, str(event.version), event.about, str(event.__doc__)) for event in chosen]
    print_table(columns, rows, title=f"{len(chosen)} events")


def _describe(event: type[Event]) -> None:
    head = Text.assemble(
        (event.name, "bold"), f" v{event.version}, about a {event.about}, published by {event.publisher}"
    )
    print_lines([head, str(event.__doc__)])
    columns = [
        Column("field"),
        Column("sensitivity"),
        Column("what it says", prose=True),
        Column("example", prose=True),
    ]
    rows = []
    for field_name, spec in declared_fields(event).items():
        about = spec.metadata
        example = json.dumps(about["example"], ensure_ascii=False)
        rows.append((field_name, about["sensitivity"], about["description"], example[:200]))
    print_table(columns, rows)


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


main.add_command(completion)
