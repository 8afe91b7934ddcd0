"""The pytest plugin. A test of a service asks for `bench`; the service's `conftest.py` says which one is meant.

# services/intake/tests/conftest.py
import pytest
from intake.app import service

@pytest.fixture(scope="session")
def service_under_test():
    return service
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from shared.bus.topology import Topology
from shared.clinics import Clinic
from shared.clock import HeldClock
from shared.logs import configure_logs
from shared.samples import sample_clinics
from shared.service import Service
from shared.settings import Settings
from shared.store.database import make_engine, provision
from shared.store.migrations import migrate
from shared.store.transaction import Store
from shared.testing.bench import Bench
from shared.testing.browsers import chromium
from shared.testing.keys import MASTER_KEYS
from shared.testing.learnt import Learnt
from shared.testing.servers import AMQP, DATABASE, RABBITMQ_API, Servers
from shared.testing.tokens import ISSUER, Signer
from shared.testing.upgrades import Upgrade
from shared.web.factory import create_app

MONDAY = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
"""When the clock of a test stands at first: a Monday, 10:00 in New York and 07:00 in Los Angeles."""

_servers = pytest.StashKey[Servers]()


def pytest_configure() -> None:
    """Log as the processes do: one line each, without what somebody typed."""
    configure_logs(logging.WARNING)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """The controller (or the only process) starts the servers before xdist starts its workers."""
    if not hasattr(session.config, "workerinput") and not session.config.option.collectonly:
        servers = Servers()
        session.config.stash[_servers] = servers
        servers.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started, also after an interrupted run."""
    servers = config.stash.get(_servers, None)
    if servers is not None:
        servers.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have counted (`record_property("figure", …)`) is told at the end, from whichever worker it comes."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    for report in reports:
        for name, figure in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(str(figure))


@pytest.fixture(scope="session")
def worker() -> str:
    """The name of this xdist worker: its databases are its own."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def database_admin() -> str:
    """The address of the test run's PostgreSQL, for a role that may create databases."""
    return os.environ[DATABASE]


@pytest.fixture(scope="session")
def amqp() -> str:
    """The address of the test run's RabbitMQ. Use a topology namespace of your own on it."""
    return os.environ[AMQP]


@pytest.fixture(scope="session")
def rabbitmq_api() -> str:
    """The address of that RabbitMQ's management plugin."""
    return os.environ[RABBITMQ_API]


@pytest.fixture
def topology(worker: str, request: pytest.FixtureRequest) -> Topology:
    """Names on the broker that no other test uses."""
    return Topology(f"{worker}.{abs(hash(request.node.nodeid)) % 10**8}.")


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """Signs tokens that the service under test believes."""
    return Signer(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def _clock() -> HeldClock:
    return HeldClock(MONDAY)


@pytest.fixture
def clock(_clock: HeldClock) -> HeldClock:
    """A clock that stands still: the same one for all tests, set back for each."""
    _clock.at = MONDAY
    return _clock


@pytest.fixture(scope="session")
def maple() -> Clinic:
    """Maple Street Wellness, New York."""
    return sample_clinics()[0]


@pytest.fixture(scope="session")
def cedar() -> Clinic:
    """Cedar Grove, Los Angeles."""
    return sample_clinics()[1]


def database_of(service: Service, worker: str) -> str:
    """The name of a service's database in this worker; a toy that borrows a service's name has its own."""
    return f"{service.package.__name__}_{service.name}_{worker}"


def service_settings(service: Service, worker: str, amqp: str, signer: Signer) -> Settings:
    """Settings of a service on this test run's servers."""
    base = make_url(os.environ[DATABASE]).set(database=database_of(service, worker))
    return Settings(
        service=service.name,
        database=base.set(username=f"{service.name}_app").render_as_string(hide_password=False),
        database_owner=base.set(username=f"{service.name}_owner").render_as_string(hide_password=False),
        amqp=amqp,
        issuer=ISSUER,
        master_keys=MASTER_KEYS,
        jwks=str(signer.jwks),
        sign_in_jwks=str(signer.sign_in_jwks),
        pool_size=5,
    )


@pytest.fixture
def settings(service_under_test: Service, worker: str, amqp: str, signer: Signer) -> Settings:
    """Settings of the service under test."""
    return service_settings(service_under_test, worker, amqp, signer)


@pytest.fixture(scope="session")
def _databases() -> Iterator[dict[str, Engine]]:
    """The databases that this worker has prepared, by name: a session-wide fixture serves the tests of all services."""
    prepared: dict[str, Engine] = {}
    yield prepared
    for engine in prepared.values():
        engine.dispose()


@pytest.fixture
def _database(
    service_under_test: Service, settings: Settings, database_admin: str, worker: str, _databases: dict[str, Engine]
) -> Engine:
    name = database_of(service_under_test, worker)
    if name not in _databases:
        _databases[name] = prepare_database(service_under_test, settings, database_admin, worker)
    return _databases[name]


def prepare_database(service: Service, settings: Settings, database_admin: str, worker: str) -> Engine:
    """Make a service's test database and bring it to the newest revision; an engine of its superuser."""
    name = database_of(service, worker)
    provision(database_admin, service.name, database=name)
    assert settings.database_owner is not None
    migrate(service.name, service.package, settings.database_owner, settings.master_keys)
    return make_engine(make_url(database_admin).set(database=name), pool_size=1)


@pytest.fixture(scope="session")
def _apps() -> Iterator["_Apps"]:
    apps = _Apps()
    yield apps
    apps.dispose()


@pytest.fixture(scope="session")
def _learnt() -> Learnt:
    return Learnt()


@pytest.fixture
def bench(
    service_under_test: Service,
    settings: Settings,
    _database: Engine,
    _apps: "_Apps",
    _learnt: Learnt,
    clock: HeldClock,
    signer: Signer,
    maple: Clinic,
    cedar: Clinic,
) -> Bench:
    """The service under test on an empty database, knowing Maple and Cedar."""
    empty(_database)
    app, store = _apps.made(service_under_test, settings, clock)
    made = Bench(service_under_test, app, store, clock, signer, _database)
    _learnt.know(made, maple, cedar)
    return made


_APPS_AT_ONCE = 8


class _Apps:
    """The apps that this process has made: to make one takes longer than most tests, and none keeps anything of one."""

    def __init__(self) -> None:
        self._made: list[tuple[Service, Settings, HeldClock, Flask, Store]] = []

    def made(self, service: Service, settings: Settings, clock: HeldClock) -> tuple[Flask, Store]:
        """The app of that very service, by that very clock, with these settings."""
        for of, having, by, app, store in self._made:
            if of is service and by is clock and having == settings:
                return app, store
        engine = make_engine(settings.database, pool_size=settings.pool_size)
        store = Store(service.name, engine, settings.master_keys, clock=clock)
        self._made.append((service, settings, clock, create_app(service, settings, store), store))
        if len(self._made) > _APPS_AT_ONCE:
            # Of the settings that a test has for itself nobody will ask again.
            self._made.pop(0)[-1].engine.dispose()
        return self._made[-1][3:]

    def dispose(self) -> None:
        for *_, store in self._made:
            store.engine.dispose()


@contextmanager
def open_bench(
    service: Service, settings: Settings, database: Engine, clock: HeldClock, signer: Signer
) -> Iterator[Bench]:
    """A service on its emptied test database, which knows no clinic yet; for what is prepared once for many tests."""
    empty(database)
    engine = make_engine(settings.database, pool_size=settings.pool_size)
    store = Store(service.name, engine, settings.master_keys, clock=clock)
    yield Bench(service, create_app(service, settings, store), store, clock, signer, database)
    engine.dispose()


@pytest.fixture
def upgrade(service_under_test: Service, settings: Settings, database_admin: str, worker: str) -> Iterator[Upgrade]:
    """A database of the service under test without any table, to be brought from revision to revision."""
    name = f"{database_of(service_under_test, worker)}_upgrade"
    made = Upgrade.begin(service_under_test, settings, database_admin, name)
    yield made
    made.admin.dispose()


def empty(admin: Engine) -> None:
    """Remove every row of a test database; its schema stays, and its keys, which a running process remembers."""
    with admin.begin() as connection:
        tables = connection.scalars(_TABLES).all()
        # A table that is empty and has counted nothing is left alone: that takes much less time.
        used = connection.scalars(text(" union all ".join(_USED.format(table) for table in tables))).all()
        counted = connection.scalars(_COUNTED).all()
        if {*used, *counted}:
            connection.execute(text(f"truncate {', '.join(sorted({*used, *counted}))} restart identity cascade"))


_TABLES = text(
    "select quote_ident(tablename) from pg_tables"
    " where schemaname = 'public' and tablename not in ('alembic_version', 'clinic_key', 'data_key')"
)
_USED = "select '{0}' where exists (select 1 from {0})"
_COUNTED = text(
    "select d.refobjid::regclass::text from pg_sequences s"
    " join pg_depend d on d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass and d.deptype in ('a', 'i')"
    " where s.schemaname = 'public' and s.last_value is not null and d.refclassid = 'pg_class'::regclass"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of this process, which can drive no second: a test opens a context of its own."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout's root, for tests of the project as a whole."""
    return Path(__file__).parents[4]
