"""Alembic, the same for every service: one history a service, run by its owner role."""

from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from shared.sealing import MasterKeys
from shared.store.database import make_engine
from shared.store.vault import Keyring

_LOCK = 5_318_008_401  # Any number: one migration at a time in a database.


def migrate(service: str, package: ModuleType, owner_address: str, keys: MasterKeys, *, to: str = "head") -> None:
    """Bring a service's database to a revision of `{package}/migrations`. Safe to run side by side.

    The application role gets its rights on what the owner makes by default privileges, set before the first revision.
    `keys` are needed where a revision seals what is there already.
    """
    assert package.__file__ is not None  # nosec B101 # a service is a regular package.
    config = Config()
    config.set_main_option("script_location", str(Path(package.__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = make_engine(owner_address, pool_size=2)
    app = f"{service}_app"
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
        for statement in (
            "create extension if not exists btree_gist",
            f'grant usage on schema public to "{app}"',
            f'alter default privileges in schema public grant select, insert, update, delete on tables to "{app}"',
            f'alter default privileges in schema public grant usage on sequences to "{app}"',
        ):
            connection.execute(text(statement))
        config.attributes["connection"] = connection
        config.attributes["keyring"] = Keyring(keys, engine)
        connection.commit()
        command.upgrade(config, to)
        connection.execute(text(f'revoke insert, update, delete on alembic_version from "{app}"'))
        connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()
    engine.dispose()


def run_environment() -> None:
    """What each service's `migrations/env.py` calls: run the revisions, each in a transaction of its own.

    One that seals needs the tables of keys to be there for another connection, too: see `Keyring`.
    """
    from alembic import context

    connection = context.config.attributes["connection"]
    context.configure(connection=connection, transactional_ddl=True, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
