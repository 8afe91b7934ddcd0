"""Engines, and the databases and roles that a service needs."""

import time
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

SESSION_OPTIONS = "-c statement_timeout=30000 -c lock_timeout=10000 -c timezone=UTC"
"""What every session of ours begins with: limits in milliseconds, and the zone."""

_PROVISIONING = 5_318_008_400
_IDLE_SECONDS = 1.0


def make_engine(address: str | URL, *, pool_size: int = 10) -> Engine:
    """An engine for a PostgreSQL address. Statements end after 30 s, waits for a lock after 10 s."""
    url = make_url(address).set(drivername="postgresql+psycopg")
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"options": SESSION_OPTIONS, "connect_timeout": 10},
    )
    _replace_dead_connections(engine)
    return engine


def _replace_dead_connections(engine: Engine) -> None:
    """As the pool's own pre-ping does, but ask only a connection that stood idle: asking costs half a transaction."""

    @event.listens_for(engine, "checkin")
    def note(_: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(dbapi_connection: Any, entry: ConnectionPoolEntry, _: Any) -> None:
        if time.monotonic() - entry.info.get("idle_since", time.monotonic()) > _IDLE_SECONDS:
            try:
                engine.dialect.do_ping(dbapi_connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error


def provision(
    admin: str,
    service: str,
    *,
    database: str | None = None,
    owner_password: str | None = None,
    app_password: str | None = None,
) -> None:
    """Make a service's database (named as the service) with its two roles, where missing; passwords are set each time.

    `{service}_owner` owns the tables and runs migrations; `{service}_app` reads and writes rows and cannot bypass
    row-level security. `admin` is the address of a role that may create databases and roles.
    """
    engine = make_engine(admin, pool_size=1).execution_options(isolation_level="AUTOCOMMIT")
    owner, app, name = f"{service}_owner", f"{service}_app", database or service
    with engine.connect() as connection:
        # Roles belong to the whole server: whoever provisions beside us waits. The lock ends with the connection.
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _PROVISIONING})
        for role, password in ((owner, owner_password), (app, app_password)):
            if not connection.scalar(text("select 1 from pg_roles where rolname = :role"), {"role": role}):
                connection.execute(text(f'create role "{role}" login nosuperuser nobypassrls'))
            if password is not None:
                # ALTER ROLE takes no bound parameters; PostgreSQL itself quotes the literal.
                quoted = connection.scalar(text("select quote_literal(:password)"), {"password": password})
                connection.exec_driver_sql(f'alter role "{role}" password {quoted}'.replace("%", "%%"))
        if not connection.scalar(text("select 1 from pg_database where datname = :name"), {"name": name}):
            connection.execute(text(f'create database "{name}" owner "{owner}"'))
            connection.execute(text(f'revoke all on database "{name}" from public'))
            connection.execute(text(f'grant connect on database "{name}" to "{app}"'))
    engine.dispose()
