"""`afterglow completion`: a shell that knows the commands, the services, the clinics, the events and the people."""

import click
from click.shell_completion import CompletionItem, get_completion_class

from shared.console.commands import Audience, command
from shared.console.output import print_lines
from shared.events import catalogue
from shared.events.language import short_type

VARIABLE = "_AFTERGLOW_COMPLETE"
INSTALLED = {
    "bash": "afterglow completion bash > ~/.local/share/bash-completion/completions/afterglow",
    "zsh": "afterglow completion zsh > ~/.zfunc/_afterglow    (with ~/.zfunc in fpath before compinit)",
    "fish": "afterglow completion fish > ~/.config/fish/completions/afterglow.fish",
}


def complete_event_names(_: click.Context, __: click.Parameter | None, incomplete: str) -> list[CompletionItem]:
    """Events of the catalogue, as `intake.clearance.decided`, with when they happen."""
    events = sorted(catalogue.values(), key=lambda event: event.name)
    return [CompletionItem(event.name, help=event.__doc__) for event in events if event.name.startswith(incomplete)]


def complete_event_types(_: click.Context, __: click.Parameter | None, incomplete: str) -> list[CompletionItem]:
    """Events of the catalogue with their version, as `intake.clearance.decided.v1`."""
    return [CompletionItem(short) for type_ in sorted(catalogue) if (short := short_type(type_)).startswith(incomplete)]


@command(
    short_help="Print what completes words in your shell",
    audience=Audience.DEVELOP,
    examples=[
        ("bash > afterglow.bash", "the script, with how to install it in its last line"),
        ("zsh | tail -1", "only how to install it"),
    ],
)
@click.argument("shell", type=click.Choice(list(INSTALLED)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that has SHELL complete commands, options, clinics, services, events and sample people."""
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"Nothing is known of the shell {shell}.")
    root = context.find_root().command
    print_lines(
        [made(root, {}, "afterglow", VARIABLE).source().strip(), f"# To have it in every shell: {INSTALLED[shell]}"]
    )
