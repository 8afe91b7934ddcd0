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
    "inserted": "line {position} was put in beside the chain",
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
    help="Write the heads of the chains here. Keep the file where nobody who can change the databases can change it.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@data_option
def verify_audit(
    service: str | None, clinic: str | None, heads: Path | None, save: Path | None, as_json: bool, data: Path
) -> None:
    """Go through every chain; ends with 1 where a line was changed, removed or inserted, and names it."""
    require_clinic(clinic, data)
    noted = json.loads(heads.read_text(encoding="utf-8")) if heads else {}
    found = list(_verdicts(service, clinic, noted, data))
    if save is not None:
        save.write_text(json.dumps(_heads(found), indent=2) + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in found], indent=2))
    else:
        for one in found:
            _print(one)
    if any(one.verdict.faults for one in found):
        sys.exit(1)


def _verdicts(service: str | None, clinic: str | None, noted: dict[str, Any], data: Path) -> Iterator[_Found]:
    for name in [service] if service else addresses(data):
        with open_store(name, data) as store:
            with store.carrier() as session:
                known = session.scalars(text("select id from clinic order by id")).all()
            for each in [clinic] if clinic else known:
                head = noted.get(name, {}).get(each)
                yield _Found(name, each, verify(store, each, Head(**head) if head else None))


def _heads(found: list[_Found]) -> dict[str, dict[str, Any]]:
    heads: dict[str, dict[str, Any]] = {}
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
