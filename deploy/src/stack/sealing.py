"""`afterglow sealing`: under which keys the databases keep what people told, and replacing them while all goes on."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from shared.console import Column, Line, group, json_option, print_json, print_lines, print_table, progress, toned
from shared.sealing import MasterKeys
from shared.service import Service
from shared.store import rotation
from shared.store.transaction import Actor, Store
from stack.completing import complete_clinics
from stack.databases import data_option, open_store, require_clinic
from stack.deciding import by_option, operator
from stack.listing import moment
from stack.services import all_services

_CLINIC = click.option("--clinic", required=True, shell_complete=complete_clinics, help="Whose keys.")
_COLUMNS = [
    Column("service"),
    Column("key since"),
    Column("data keys", numeric=True),
    Column("under old keys", numeric=True),
    Column("other master", numeric=True),
]


@group(
    short_help="The keys that seal what people told",
    examples=[
        ("status --clinic maple", "how old a clinic's keys are"),
        ("rotate --clinic maple", "replace them while all goes on"),
    ],
)
def sealing() -> None:
    """The keys under which the databases keep what people told."""


@sealing.command(
    short_help="Print fresh master keys",
    examples=[
        ("> master-keys", "for AFTERGLOW_MASTER_KEYS_FILE, at a first start"),
        ("--json | jq -r .keys", "as a program would"),
    ],
)
@json_option
def generate(as_json: bool) -> None:
    """Print fresh master keys, for AFTERGLOW_MASTER_KEYS_FILE. Lose them, and nothing that was sealed opens again.

    To replace a master key, put a new line before the old ones and run `afterglow sealing rotate --master` for each
    clinic; then the old line can go. The line `network` stays for good.
    """
    made = MasterKeys.generate(f"master-{datetime.now(UTC):%Y-%m-%d}")
    if as_json:
        print_json({"keys": made})
    else:
        click.echo(made, nl=False)


@sealing.command(
    short_help="How old a clinic's keys are",
    examples=[
        ("--clinic maple", "and what still lies under replaced ones"),
        ("--clinic maple --json | jq 'map(.under_replaced) | add'", "whether a rotation is complete"),
    ],
)
@_CLINIC
@json_option
@data_option
def status(clinic: str, as_json: bool, data: Path) -> None:
    """Say for each service how old a clinic's key is, and what still lies under replaced ones."""
    require_clinic(clinic, data)
    found = [(store.service, rotation.status(store, clinic)) for store in _stores(data)]
    if as_json:
        print_json([_as_json(service, one) for service, one in found])
    else:
        print_table(_COLUMNS, (_row(service, one) for service, one in found))


@sealing.command(
    short_help="Replace a clinic's keys while all goes on",
    examples=[
        ("--clinic maple", "once a year, or when somebody leaves who could see them"),
        ("--clinic maple --reseal", "because a key may have leaked"),
        ("--clinic maple --master", "after a new master key was put before the old ones"),
    ],
)
@_CLINIC
@click.option("--master", "by_master", is_flag=True, help="Only have the first master key wrap the clinic's keys.")
@click.option("--reseal", is_flag=True, help="Also give each client a new data key, and seal everything anew by it.")
@by_option
@json_option
@data_option
def rotate(clinic: str, by_master: bool, reseal: bool, by: str, as_json: bool, data: Path) -> None:
    """Replace a clinic's key in every service, and have the new one wrap its clients' data keys.

    Everything stays readable meanwhile. Broken off, it is done again from the beginning. Processes that were running go
    on with the old key until they start anew; a second run takes in what they have added. The clinic's audit says who
    had it done.
    """
    require_clinic(clinic, data)
    began, actor = datetime.now(UTC), operator(by)
    done = [_rotated(service, clinic, actor, began, data, by_master, reseal) for service in all_services()]
    if as_json:
        print_json({"clinic": clinic, "services": done})
    else:
        print_lines(line for one in done for line in _told(one))


def _rotated(
    service: Service, clinic: str, actor: Actor, began: datetime, data: Path, by_master: bool, reseal: bool
) -> dict[str, Any]:
    """What was done at one service; None for what was not asked for."""
    done: dict[str, Any] = {"service": service.name, "wrapped_data_keys": None, "resealed": None}
    with open_store(service.name, data) as store:
        done["master"] = store.keyring.master.current
        done["wrapped_by_master"] = rotation.wrap_by_current_master(store, clinic, actor)
        if by_master:
            return done
        count = rotation.status(store, clinic).data_keys
        with progress(f"{service.name}: data keys", count) as bar:
            done["wrapped_data_keys"] = rotation.replace_clinic_key(store, clinic, actor, bar.advance)
    if reseal:
        done["resealed"] = _resealed(service, clinic, actor, began, data)
    return done


def _resealed(service: Service, clinic: str, actor: Actor, before: datetime, data: Path) -> dict[str, int]:
    with open_store(service.name, data, as_owner=True) as store:
        subjects, values = rotation.subjects_to_reseal(store, clinic, before), 0
        with progress(f"{service.name}: clients", len(subjects)) as bar:
            for subject in subjects:
                values += rotation.reseal(store, service.holdings, clinic, actor, subject, before)
                bar.advance()
    return {"people": len(subjects), "values": values}


def _told(done: dict[str, Any]) -> Iterator[str]:
    service, resealed = done["service"], done["resealed"]
    yield f"{service}: {done['wrapped_by_master']} keys wrapped by the master key {done['master']}"
    if done["wrapped_data_keys"] is not None:
        yield f"{service}: its key is replaced; the new one wraps {done['wrapped_data_keys']} data keys"
    if resealed is not None:
        yield f"{service}: {resealed['values']} values of {resealed['people']} people sealed anew"


def _stores(data: Path) -> Iterator[Store]:
    for service in all_services():
        with open_store(service.name, data) as store:
            yield store


def _as_json(service: str, one: rotation.Status) -> dict[str, Any]:
    return {"service": service, **dataclasses.asdict(one), "made_at": one.made_at and moment(one.made_at)}


def _row(service: str, one: rotation.Status) -> tuple[Line, ...]:
    since = moment(one.made_at) if one.made_at else toned("not made yet", "quiet")
    behind = [
        toned(str(number), "waits") if number else "0" for number in (one.under_replaced, one.under_other_masters)
    ]
    return (service, since, str(one.data_keys), *behind)
