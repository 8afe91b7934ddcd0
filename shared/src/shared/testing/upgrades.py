"""A database as an earlier release left it, for tests of what an upgrade makes of its rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from shared.clock import Clock
from shared.service import Service
from shared.settings import Settings
from shared.store.database import make_engine, provision
from shared.store.migrations import migrate
from shared.store.transaction import Store


@dataclass
class Upgrade:
    """A service's database, brought from revision to revision. `admin` is its superuser, whom no policy binds."""

    service: Service
    settings: Settings
    admin: Engine

    @classmethod
    def begin(cls, service: Service, settings: Settings, server: str, name: str) -> "Upgrade":
        """An empty database of that name on the server of that superuser's address."""
        engine = make_engine(server, pool_size=1).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'drop database if exists "{name}" with (force)'))
        engine.dispose()
        provision(server, service.name, database=name)
        return cls(service, settings, make_engine(make_url(server).set(database=name), pool_size=1))

    def to(self, revision: str = "head") -> None:
        """Upgrade, as `prepare` does."""
        owner = self._address(self.settings.database_owner)
        migrate(self.service.name, self.service.package, owner, self.settings.master_keys, to=revision)

    def insert(self, table: str, **values: Any) -> None:
        """A row as an earlier release wrote it."""
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        with self.admin.begin() as connection:
            # Its names are ours.
            connection.execute(text(f"insert into {table} ({names}) values ({marks})"), values)  # nosec B608

    def columns(self, table: str) -> set[str]:
        query = text("select column_name from information_schema.columns where table_name = :table")
        with self.admin.connect() as connection:
            return set(connection.scalars(query, {"table": table}))

    def file(self, table: str) -> bytes:
        """What lies on the disk of a table."""
        with self.admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("checkpoint"))
            query = text("select pg_read_binary_file(pg_relation_filepath(cast(:table as regclass)))")
            return bytes(connection.scalar(query, {"table": table}))

    def store(self, clock: Clock) -> Store:
        """The upgraded database, as the application sees it."""
        engine = make_engine(self._address(self.settings.database), pool_size=2)
        return Store(self.service.name, engine, self.settings.master_keys, clock=clock)

    def _address(self, address: str | None) -> str:
        assert address is not None
        return make_url(address).set(database=self.admin.url.database).render_as_string(hide_password=False)
