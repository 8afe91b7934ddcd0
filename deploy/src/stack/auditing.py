"""`afterglow audit verify`: whether the audit is as it was written, clinic by clinic and service by service."""

import dataclasses
import json
from pathlib import Path
from typing import Any, NamedTuple

import click
from sqlalchemy import text

from shared.console import (
    BadNews,
    Column,
    Ending,
    Line,
    group,
    json_option,
    print_json,
    print_lines,
    print_note,
    print_table,
    progress,
    toned,
)
from shared.store.auditing import Fault, Head, Verdict, verify
from stack.completing import complete_clinics, complete_services
from stack.databases import addresses, data_option, open_store, require_clinic

_SAID = {
    "changed": "line {position} is not as it was written",
    "removed": "line {place} is gone",
    "inserted": "line {position} was put in",
    "cut": "the chain ends before number {number}, which was noted",
    "rewritten": "number {number} is another line than the one that was noted",
}


class _Found(NamedTuple):
    service: str
    clinic: str
    verdict: Verdict


_COLUMNS = [
    Column("service"),
    Column("clinic"),
    Column("lines", numeric=True),
    Column("not chained yet", numeric=True),
    Column("state"),
]


@group(
    short_help="The record of who did what with whose data",
    examples=[
        ("verify", "whether it is as it was written"),
        ("verify --save heads.json", "and note its ends elsewhere, daily"),
    ],
)
def audit() -> None:
    """The record of who did what with whose data."""


@audit.command(
    name="verify",
    short_help="Whether the audit is as it was written",
    examples=[
        ("", "every chain of every service"),
        ("--save heads.json", "note the ends of the chains, unless there is a fault"),
        ("--heads heads.json", "also find what was cut off at the end since"),
        ("--service intake --clinic maple --json | jq '.[].faults'", "as a program would"),
    ],
)
@click.option("--service", default=None, shell_complete=complete_services, help="Only this service's.")
@click.option("--clinic", default=None, shell_complete=complete_clinics, help="Only this clinic's.")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Heads that an earlier --save wrote: they must be part of the chains still.",
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Write the heads of the chains here, unless there is a fault; where it has heads already, they must be part of"
    " the chains still. Keep the file where nobody who can change the databases can change it.",
)
@json_option
@data_option
def verify_audit(
    service: str | None, clinic: str | None, heads: Path | None, save: Path | None, as_json: bool, data: Path
) -> None:
    """Go through every chain; ends with 1 where a line was changed, removed or inserted, and names it."""
    require_clinic(clinic, data)
    noted = _noted(heads or save)
    found = _verdicts(service, clinic, noted, data)
    faulty = any(one.verdict.faults for one in found)
    if save is not None and not faulty:
        save.write_text(json.dumps(_heads(found, noted), indent=2) + "\n", encoding="utf-8")
    if as_json:
        print_json([_as_json(one) for one in found])
    else:
        print_table(_COLUMNS, (_row(one) for one in found))
        print_lines(f"{one.service} {one.clinic}: {_sentence(fault)}" for one in found for fault in one.verdict.faults)
    if faulty:
        if save is not None:
            print_note(f"{save} is left as it was.")
        raise click.exceptions.Exit(Ending.BAD_NEWS)


def _noted(path: Path | None) -> dict[str, Any]:
    if path is None or not path.exists():
        return {}
    try:
        noted: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise BadNews("no_heads", f"{path} holds no heads that --save wrote.") from None
    return noted


def _verdicts(service: str | None, clinic: str | None, noted: dict[str, Any], data: Path) -> list[_Found]:
    found: list[_Found] = []
    for name in [service] if service else addresses(data):
        with open_store(name, data) as store:
            with store.carrier() as session:
                known = set(session.scalars(text("select id from clinic")))
            heads = noted.get(name, {})
            # Whoever takes a clinic's lines away may take the clinic with them.
            clinics = [clinic] if clinic else sorted(known | set(heads))
            with progress(f"{name}: chains", len(clinics)) as bar:
                for each in clinics:
                    head = heads.get(each)
                    found.append(_Found(name, each, verify(store, each, Head(**head) if head else None)))
                    bar.advance()
    return found


def _heads(found: list[_Found], noted: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Those that were found, and those that were noted of what was not looked at now."""
    heads: dict[str, dict[str, Any]] = {service: dict(clinics) for service, clinics in noted.items()}
    for service, clinic, verdict in found:
        if verdict.head is not None:
            heads.setdefault(service, {})[clinic] = dataclasses.asdict(verdict.head)
    return heads


def _as_json(one: _Found) -> dict[str, Any]:
    return {"service": one.service, "clinic": one.clinic, **dataclasses.asdict(one.verdict)}


def _row(one: _Found) -> tuple[Line, ...]:
    service, clinic, verdict = one
    state = toned("not as it was written", "bad") if verdict.faults else toned("whole", "good")
    return service, clinic, str(verdict.lines), str(verdict.waiting), state


def _sentence(fault: Fault) -> str:
    place = fault.position if fault.position is not None else f"number {fault.number}"
    return _SAID[fault.kind].format(position=fault.position, number=fault.number, place=place)
