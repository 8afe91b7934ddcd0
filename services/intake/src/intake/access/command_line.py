"""`python -m intake sign-in …`: keys for signing in, and ending everything that somebody has open."""

from pathlib import Path

import click

from intake.access.keys import PUBLIC, ensure_keys
from intake.access.sign_ins import SignIns
from shared.settings import SettingsError, read_settings
from shared.store import Store, make_engine

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("sign-in")
def sign_in() -> None:
    """Who is signed in, and with which key."""


@sign_in.command()
@click.option("--folder", type=_FOLDER, required=True, help="For the private key and the secret of links.")
@click.option("--publish", type=_FOLDER, required=True, help="For the public keys, which every service reads.")
@click.option("--rotate", is_flag=True, help="Replace the private key; then start intake anew.")
def keys(folder: Path, publish: Path, rotate: bool) -> None:
    """Make the key of the sign-in cookie and the secret of e-mailed links, where there are none."""
    ensure_keys(folder, publish, rotate=rotate)
    click.echo(f"public keys in {publish / PUBLIC}")


@sign_in.command()
@click.argument("subject")
def end(subject: str) -> None:
    """Sign SUBJECT (`sub` of their tokens) out everywhere; their pages are closed within five minutes."""
    try:
        settings = read_settings("intake")
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    engine = make_engine(settings.database, pool_size=1)
    try:
        click.echo(f"ended: {SignIns(Store('intake', engine, settings.master_keys)).end_all(subject)}")
    finally:
        engine.dispose()
