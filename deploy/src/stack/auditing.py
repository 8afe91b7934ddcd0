"""`afterglow audit verify`: whether the audit is as it was written, clinic by clinic and service by service."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
from sqlalchemy import text

from shared.store.auditing import Fault, Head, Verdict, verify
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


@click.group()
def audit() -> None:
    """The record of who did what with whose data."""


@audit.command(name="verify")
@click.option("--service", default=None, help="Only this service's.")
@click.option("--clinic", default=None, help="Only this clinic's.")
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
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@data_option
def verify_audit(
    service: str | None, clinic: str | None, heads: Path | None, save: Path | None, as_json: bool, data: Path
) -> None:
    """Go through every chain; ends with 1 where a line was changed, removed or inserted, and names it."""
    require_clinic(clinic, data)
    noted = _noted(heads or save)
    found = list(_verdicts(service, clinic, noted, data))
    faulty = any(one.verdict.faults for one in found)
    if save is not None and not faulty:
        save.write_text(json.dumps(_heads(found, noted), indent=2) + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in found], indent=2))
    else:
        for one in found:
            _print(one)
    if faulty:
        if save is not None:
            click.echo(f"{save} is left as it was.", err=True)
        sys.exit(1)


def _noted(path: Path | None) -> dict[str, Any]:
    if path is None or not path.exists():
        return {}
    try:
        noted: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise click.ClickException(f"{path} holds no heads that --save wrote.") from None
    return noted


def _verdicts(service: str | None, clinic: str | None, noted: dict[str, Any], data: Path) -> Iterator[_Found]:
    for name in [service] if service else addresses(data):
        with open_store(name, data) as store:
            with store.carrier() as session:
                known = set(session.scalars(text("select id from clinic")))
            heads = noted.get(name, {})
            # Whoever takes a clinic's lines away may take the clinic with them.
            for each in [clinic] if clinic else sorted(known | set(heads)):
                head = heads.get(each)
                yield _Found(name, each, verify(store, each, Head(**head) if head else None))


def _heads(found: list[_Found], noted: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Those that were found, and those that were noted of what was not looked at now."""
    heads: dict[str, dict[str, Any]] = {service: dict(clinics) for service, clinics in noted.items()}
    for service, clinic, verdict in found:
        if verdict.head is not None:
            heads.setdefault(service, {})[clinic] = dataclasses.asdict(verdict.head)
    return heads


def _as_json(one: _Found) -> dict[str, Any]:
    return {"service": one.service, "clinic": one.clinic, **dataclasses.asdict(one.verdict)}


def _print(one: _Found) -> None:
    service, clinic, verdict = one
    state = click.style("not as it was written", fg="red") if verdict.faults else "whole"
    waiting = f", {verdict.waiting} not chained yet" if verdict.waiting else ""
    click.echo(f"{service} {clinic}: {verdict.lines} lines{waiting}: {state}")
    for fault in verdict.faults:
        click.echo(f"  {_sentence(fault)}")


def _sentence(fault: Fault) -> str:
    place = fault.position if fault.position is not None else f"number {fault.number}"
    return _SAID[fault.kind].format(position=fault.position, number=fault.number, place=place)
