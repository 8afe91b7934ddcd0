"""`afterglow events check`: may the language leave as it is declared now?"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from shared.events import snapshot
from shared.events.evolution import Change, compare
from shared.events.language import short_type
from shared.events.snapshot import FOLDER, Published

_ACCEPT = "afterglow events check --accept"


@click.command("check")
@click.option("--accept", is_flag=True, help="Write the snapshot anew; refused while a change breaks anybody.")
@click.option(
    "--snapshot",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    help="The folder of the committed snapshot; default: the one beside the declarations.",
)
def check_events(accept: bool, folder: Path) -> None:
    """Compare every event with the committed snapshot: what has changed, and whom does it break?

    Ends with 1 where a change is incompatible, and where the snapshot is behind.
    """
    from stack.language import language_now

    before, now = snapshot.read(folder), language_now()
    changes = compare(before, now)
    for change in changes:
        click.echo(_said(change, before))
    broken = sum(bool(change.breaks) for change in changes)
    if broken:
        raise click.ClickException(
            f"{_counted(broken, 'change')} would break somebody. Declare a new version and publish it beside the old"
            " one; docs/adding-an-event.md says how."
        )
    if changes and not accept:
        raise click.ClickException(f"The snapshot is behind by {_counted(len(changes), 'change')}. Run `{_ACCEPT}`.")
    if changes:
        snapshot.write(now, folder)
    click.echo(f"{_counted(len(now), 'event')}, as the snapshot has {'them now' if changes else 'them'}.")


def _said(change: Change, before: Mapping[str, Published]) -> str:
    known = before.get(change.type)
    field = f", field {change.path}" if change.path else ""
    event = short_type(change.type)
    lines = [f"{'breaking' if change.breaks else 'compatible':<11} {event}{field}: {change.what}"]
    if change.breaks:
        lines.append(f"{'':<11} breaks {'; '.join(sorted(change.breaks))}")
        lines += [f"{'':<11}   {whom}" for whom in _whom(change, known)]
    return "\n".join(lines)


def _whom(change: Change, known: Published | None) -> Sequence[str]:
    from stack.language import whom_it_breaks
    from stack.services import all_services

    return whom_it_breaks(change, known, all_services()) or ["nobody hears it now; the outbox still holds the old form"]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
