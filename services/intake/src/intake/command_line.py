"""`python -m intake clinic set FILE`: how an operator says what a clinic is."""

import json
from collections.abc import Sequence
from typing import TextIO

import click
from marshmallow import ValidationError

from intake.commands.clinics import configure
from shared.clinics import Clinic
from shared.errors import Problem
from shared.samples import sample_clinics
from shared.settings import SettingsError, read_settings
from shared.store import Store, make_engine
from shared.web.problems import field_errors


@click.group()
def clinic() -> None:
    """The clinics of this deployment."""


@clinic.command("set")
@click.argument("file", type=click.File(encoding="utf-8"))
def set_clinic(file: TextIO) -> None:
    """Keep the clinic that FILE (JSON; - is standard input) describes, and tell every service of it.

    Saying the same again changes nothing.
    """
    _configure([_read(file)])


@clinic.command("set-samples")
def set_samples() -> None:
    """Keep the two made-up clinics that ship with Afterglow, for trying it out."""
    _configure(sample_clinics())


def _configure(clinics: Sequence[Clinic]) -> None:
    try:
        settings = read_settings("intake")
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    engine = make_engine(settings.database, pool_size=1)
    try:
        # No bell is rung: the relay looks for itself within a second.
        store = Store("intake", engine, settings.master_keys)
        for said in clinics:
            click.echo(f"{said.id}: {'changed' if configure(store, said) else 'unchanged'}")
    except Problem as problem:
        raise click.ClickException(f"{problem.code}: {problem.sentence}") from None
    finally:
        engine.dispose()


def _read(file: TextIO) -> Clinic:
    try:
        content = json.load(file)
    except ValueError:
        raise click.ClickException("The file is not JSON.") from None
    if not isinstance(content, dict):
        raise click.ClickException("The file is not a JSON object.")
    try:
        return Clinic.load(content)
    except ValidationError as invalid:
        lines = [f"  {error['path']}: {error['message']}" for error in field_errors(invalid.messages)]
        raise click.ClickException("The clinic is not described well:\n" + "\n".join(lines)) from None
