"""Where an operator's command finds the databases: in the environment, or in the embedded platform's folder."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared.console import Away, BadNews
from shared.sealing import MasterKeys
from shared.settings import SettingsError, SettingsReader
from shared.store.database import make_engine
from shared.store.transaction import Store
from stack.services import NAMES

_RECORD = "databases.json"
MASTER_KEYS = Path("keys/master-keys")
"""Where the embedded platform keeps its master keys, in its folder."""

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".afterglow"),
    envvar="AFTERGLOW_DATA",
    show_default=True,
    show_envvar=True,
    help="The embedded platform's folder.",
)


def record_addresses(data: Path, addresses: Mapping[str, tuple[str, str]]) -> None:
    """Note where the databases of the embedded platform are (application and owner), for commands beside it."""
    path = data / _RECORD
    path.touch(mode=0o600)
    path.write_text(json.dumps(addresses), encoding="utf-8")


def addresses(data: Path) -> dict[str, tuple[str, str | None]]:
    """Each service's address for the application, and for the owner of its tables where that is known.

    From files `{service}_database` and `{service}_database_owner` in the folder AFTERGLOW_ADDRESSES, or from
    AFTERGLOW_DATABASE and AFTERGLOW_DATABASE_OWNER with `{service}` in them, or else from the platform's folder.
    """
    given = _given()
    folder, database, owner = given.folder, given.database, given.owner
    if folder is not None:
        return {name: (_read(folder / f"{name}_database"), _read(folder / f"{name}_database_owner")) for name in NAMES}
    if database is not None:
        return {name: (_of(name, database), _of(name, owner) if owner else None) for name in NAMES}
    return _recorded(data)


def embedded() -> bool:
    """Whether commands speak to the embedded platform: nobody has named other databases."""
    given = _given()
    return given.folder is None and given.database is None


def master_keys(data: Path) -> MasterKeys:
    """The keys that open what the databases keep: AFTERGLOW_MASTER_KEYS, or those in the embedded platform's folder."""
    try:
        with SettingsReader() as env:
            text = env.str("AFTERGLOW_MASTER_KEYS", None)
    except SettingsError as error:
        raise BadNews("settings", str(error)) from None
    if text is None and embedded():
        text = _read_file(data / MASTER_KEYS)
    if text is None:
        raise BadNews("settings", "Set AFTERGLOW_MASTER_KEYS (or ..._FILE): without it nothing can be opened.")
    try:
        return MasterKeys.parse(text)
    except ValueError as error:
        raise BadNews("settings", f"AFTERGLOW_MASTER_KEYS: {error}") from None


class _Given(NamedTuple):
    folder: Path | None
    database: str | None
    owner: str | None


def _given() -> _Given:
    try:
        with SettingsReader() as env:
            return _Given(
                env.path("AFTERGLOW_ADDRESSES", None),
                env.str("AFTERGLOW_DATABASE", None),
                env.str("AFTERGLOW_DATABASE_OWNER", None),
            )
    except SettingsError as error:
        raise BadNews("settings", str(error)) from None


def _recorded(data: Path) -> dict[str, tuple[str, str | None]]:
    try:
        recorded: dict[str, list[str]] = json.loads((data / _RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = (
            f"No platform is known in {data}. Start it (make run), or set AFTERGLOW_DATABASE with {{service}} in it."
        )
        raise Away("no_platform", message) from None
    return {name: (pair[0], pair[1]) for name, pair in recorded.items()}


@contextmanager
def open_store(service: str, data: Path, *, as_owner: bool = False) -> Iterator[Store]:
    """A service's store for the time of a command; what is wrong with its database is said in one line."""
    known = addresses(data)
    if service not in known:
        raise click.UsageError(f"There is no service {service}; there are {', '.join(known)}.")
    app, owner = known[service]
    if as_owner and owner is None:
        raise BadNews("settings", "Set AFTERGLOW_DATABASE_OWNER: this is done as the owner of the tables.")
    engine = make_engine(owner if as_owner and owner else app, pool_size=2)
    try:
        yield Store(service, engine, master_keys(data))
    except OperationalError as error:
        if embedded() and error.orig is not None and getattr(error.orig, "sqlstate", None) is None:
            message = f"The platform in {data} is not running: start it (make run), or name another folder (--data)."
            raise Away("platform_away", message) from None
        raise Away("database_away", f"The database of {service}: {str(error.orig).strip()}") from None
    finally:
        engine.dispose()


def require_clinic(clinic: str | None, data: Path) -> None:
    """Say so where there is no such clinic: a slip of the pen would find nothing, as if all were well."""
    if clinic is None:
        return
    first = next(iter(addresses(data)))
    with open_store(first, data) as store:
        if store.knows_clinic(clinic):
            return
        with store.carrier() as session:
            known = session.scalars(text("select id from clinic order by id limit 20")).all()
    raise click.UsageError(f"There is no clinic {clinic}; there are {', '.join(known) or 'none yet'}.")


def _read_file(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _of(service: str, address: str) -> str:
    return address.replace("{service}", service)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadNews("settings", f"AFTERGLOW_ADDRESSES: {path}: {error.strerror}") from None
