"""`afterglow events check`: may the language leave as it is declared now?"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from shared.console import Audience, BadNews, command, json_option, print_json, print_lines
from shared.events import snapshot
from shared.events.evolution import Change, compare
from shared.events.language import short_type
from shared.events.snapshot import FOLDER, Published

_ACCEPT = "afterglow events check --accept"


@command(
    "check",
    audience=Audience.DEVELOP,
    short_help="May the language leave as it is declared now?",
    examples=[
        ("", "what has changed since the snapshot, and whom it breaks"),
        ("--accept", "write the snapshot anew, where nobody is broken"),
        ("--json | jq '.changes[].breaks'", "as a program would"),
    ],
)
@click.option("--accept", is_flag=True, help="Write the snapshot anew; refused while a change breaks anybody.")
@click.option(
    "--snapshot",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    help="The folder of the committed snapshot; default: the one beside the declarations.",
)
@json_option
def check_events(accept: bool, folder: Path, as_json: bool) -> None:
    """Compare every event with the committed snapshot: what has changed, and whom does it break?

    Ends with 1 where a change is incompatible, and where the snapshot is behind.
    """
    from stack.language import language_now

    before, now = snapshot.read(folder), language_now()
    changes = compare(before, now)
    broken = sum(bool(change.breaks) for change in changes)
    if as_json:
        listed = [_as_json(change, before) for change in changes]
        accepted = accept and not broken
        print_json({"events": len(now), "changes": listed, "breaking": broken, "accepted": accepted})
    else:
        print_lines(_said(change, before) for change in changes)
    if broken:
        raise BadNews(
            "language_breaks",
            f"{_counted(broken, 'change')} would break somebody. Declare a new version and publish it beside the old"
            " one; docs/adding-an-event.md says how.",
        )
    if changes and not accept:
        raise BadNews(
            "snapshot_behind", f"The snapshot is behind by {_counted(len(changes), 'change')}. Run `{_ACCEPT}`."
        )
    if changes:
        snapshot.write(now, folder)
    if not as_json:
        print_lines([f"{_counted(len(now), 'event')}, as the snapshot has {'them now' if changes else 'them'}."])


def _as_json(change: Change, before: Mapping[str, Published]) -> dict[str, object]:
    whom = _whom(change, before.get(change.type)) if change.breaks else []
    return {
        "type": short_type(change.type),
        "path": change.path,
        "what": change.what,
        "breaks": sorted(change.breaks),
        "whom": list(whom),
    }


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
