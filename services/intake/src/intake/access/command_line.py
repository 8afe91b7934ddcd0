"""`python -m intake sign-in …`: keys for signing in, and ending everything that somebody has open."""

from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

from intake.access.keys import PUBLIC, ensure_keys
from intake.access.sign_ins import SignIns
from shared.console import Away, BadNews, group, json_option, print_json, print_lines
from shared.settings import SettingsError, read_settings
from shared.store import Store, make_engine

_FOLDER = click.Path(file_okay=False, path_type=Path)


@group(
    "sign-in",
    short_help="Who is signed in, and with which key",
    examples=[
        ("keys --folder keys --publish jwks", "make the keys, where there are none"),
        ("end 4f1c2a90", "sign somebody out everywhere"),
    ],
)
def sign_in() -> None:
    """Who is signed in, and with which key."""


@sign_in.command(
    short_help="Make the key of the sign-in cookie",
    examples=[
        ("--folder keys --publish jwks", "and the secret of e-mailed links; what is there stays"),
        ("--folder keys --publish jwks --rotate", "replace the key, then start intake anew"),
    ],
)
@click.option("--folder", type=_FOLDER, required=True, help="For the private key and the secret of links.")
@click.option("--publish", type=_FOLDER, required=True, help="For the public keys, which every service reads.")
@click.option("--rotate", is_flag=True, help="Replace the private key; then start intake anew.")
@json_option
def keys(folder: Path, publish: Path, rotate: bool, as_json: bool) -> None:
    """Make the key of the sign-in cookie and the secret of e-mailed links, where there are none."""
    ensure_keys(folder, publish, rotate=rotate)
    if as_json:
        print_json({"public_keys": [str(publish / PUBLIC)]})
    else:
        print_lines([f"public keys in {publish / PUBLIC}"])


@sign_in.command(
    short_help="Sign somebody out everywhere",
    examples=[
        ("4f1c2a90", "`sub` of their tokens; within five minutes"),
        ("4f1c2a90 --json", "how many were ended, as a program would"),
    ],
)
@click.argument("subject")
@json_option
def end(subject: str, as_json: bool) -> None:
    """Sign SUBJECT (`sub` of their tokens) out everywhere; their pages are closed within five minutes."""
    try:
        settings = read_settings("intake")
    except SettingsError as error:
        raise BadNews("settings", str(error)) from None
    engine = make_engine(settings.database, pool_size=1)
    try:
        ended = SignIns(Store("intake", engine, settings.master_keys)).end_all(subject)
    except OperationalError as error:
        raise Away("database_away", f"AFTERGLOW_DATABASE: {str(error.orig).strip()}") from None
    finally:
        engine.dispose()
    if as_json:
        print_json({"subject": subject, "ended": ended})
    else:
        print_lines([f"ended: {ended}"])
