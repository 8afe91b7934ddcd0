"""`afterglow sealing`: under which keys the databases keep what people told, and replacing them while all goes on."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from shared.sealing import MasterKeys
from shared.service import Service
from shared.store import rotation
from shared.store.transaction import Actor, Store
from stack.databases import data_option, open_store, require_clinic
from stack.deciding import by_option, operator
from stack.listing import json_option, moment
from stack.services import all_services

_CLINIC = click.option("--clinic", required=True, help="Whose keys.")


@click.group()
def sealing() -> None:
    """The keys under which the databases keep what people told."""


@sealing.command()
def generate() -> None:
    """Print fresh master keys, for AFTERGLOW_MASTER_KEYS_FILE. Lose them, and nothing that was sealed opens again.

    To replace a master key, put a new line before the old ones and run `afterglow sealing rotate --master` for each
    clinic; then the old line can go. The line `network` stays for good.
    """
    click.echo(MasterKeys.generate(f"master-{datetime.now(UTC):%Y-%m-%d}"), nl=False)


@sealing.command()
@_CLINIC
@json_option
@data_option
def status(clinic: str, as_json: bool, data: Path) -> None:
    """Say for each service how old a clinic's key is, and what still lies under replaced ones."""
    require_clinic(clinic, data)
    found = [(store.service, rotation.status(store, clinic)) for store in _stores(data)]
    if as_json:
        click.echo(json.dumps([_as_json(service, one) for service, one in found], indent=2))
        return
    for service, one in found:
        since = f"since {moment(one.made_at)}" if one.made_at else "not made yet"
        click.echo(
            f"{service}: its key {since}; {one.data_keys} data keys, {one.under_replaced} under a replaced key; "
            f"{one.under_other_masters} keys under another master key"
        )


@sealing.command()
@_CLINIC
@click.option("--master", "by_master", is_flag=True, help="Only have the first master key wrap the clinic's keys.")
@click.option("--reseal", is_flag=True, help="Also give each client a new data key, and seal everything anew by it.")
@by_option
@data_option
def rotate(clinic: str, by_master: bool, reseal: bool, by: str, data: Path) -> None:
    """Replace a clinic's key in every service, and have the new one wrap its clients' data keys.

    Everything stays readable meanwhile. Broken off, it is done again from the beginning. Processes that were running go
    on with the old key until they start anew; a second run takes in what they have added. The clinic's audit says who
    had it done.
    """
    require_clinic(clinic, data)
    began, actor = datetime.now(UTC), operator(by)
    for service in all_services():
        with open_store(service.name, data) as store:
            wrapped = rotation.wrap_by_current_master(store, clinic, actor)
            click.echo(f"{service.name}: {wrapped} keys wrapped by the master key {store.keyring.master.current}")
            if by_master:
                continue
            count = rotation.status(store, clinic).data_keys
            with click.progressbar(length=count, label=f"{service.name}: data keys", show_pos=True) as bar:
                rotation.replace_clinic_key(store, clinic, actor, bar.update)
        if reseal and not by_master:
            _reseal(service, clinic, actor, began, data)


def _reseal(service: Service, clinic: str, actor: Actor, before: datetime, data: Path) -> None:
    with open_store(service.name, data, as_owner=True) as store:
        subjects = rotation.subjects_to_reseal(store, clinic, before)
        with click.progressbar(subjects, label=f"{service.name}: clients", show_pos=True) as bar:
            values = sum(rotation.reseal(store, service.holdings, clinic, actor, subject, before) for subject in bar)
    click.echo(f"{service.name}: {values} values of {len(subjects)} people sealed anew")


def _stores(data: Path) -> Iterator[Store]:
    for service in all_services():
        with open_store(service.name, data) as store:
            yield store


def _as_json(service: str, one: rotation.Status) -> dict[str, Any]:
    return {"service": service, **dataclasses.asdict(one), "made_at": one.made_at and moment(one.made_at)}
