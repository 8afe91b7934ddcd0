"""The real PostgreSQL and RabbitMQ of one test run, shared by its xdist workers, and stopped when the run ends."""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from shared.local.debian import RABBITMQ
from shared.local.postgres import Postgres
from shared.local.rabbitmq import RabbitMQ

DATABASE = "AFTERGLOW_TEST_DATABASE"
AMQP = "AFTERGLOW_TEST_AMQP"
RABBITMQ_API = "AFTERGLOW_TEST_RABBITMQ_API"
_IN_MEMORY = Path("/dev/shm")  # nosec B108 # a folder that nobody else can guess is made in it.
_MUCH = 6 * 2**30
_PREFIX = "afterglow-run-"
_JUST_BEGUN = 60
"""For so many seconds a folder may be nobody's yet."""

_NOTHING_TO_KEEP = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# Of the management plugin only what makes users is wanted: its figures cost time.
_NO_FIGURES = {"management_agent.disable_metrics_collector": "true"}


class Servers:
    """Starts what the environment does not already name, and stops only what it started."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._claim: int | None = None
        self._started: list[Postgres | RabbitMQ] = []

    def start(self) -> None:
        """Start the servers and name them in the environment, where workers and child processes find them."""
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_in_memory()))
        self._claim = _claimed(self._folder)
        if not os.environ.get(DATABASE):
            postgres = Postgres(self._folder / "postgres", settings=_NOTHING_TO_KEEP | {"max_connections": "300"})
            postgres.start()
            self._started.append(postgres)
            os.environ[DATABASE] = postgres.address()
        if not (os.environ.get(AMQP) and os.environ.get(RABBITMQ_API)):
            RABBITMQ.install()
            plugins = ("rabbitmq_management",)
            rabbitmq = RabbitMQ(self._folder / "rabbitmq", plugins=plugins, settings=_NO_FIGURES)
            rabbitmq.start()
            self._started.append(rabbitmq)
            os.environ[AMQP] = rabbitmq.address
            os.environ[RABBITMQ_API] = f"http://127.0.0.1:{rabbitmq.port('rabbitmq_management')}"

    def stop(self) -> None:
        for server in reversed(self._started):
            server.stop()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None


def _in_memory() -> Path | None:
    """Where no disk is waited for, if there is much room: each test empties its tables, and nothing of it is kept."""
    if not (_IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK)):
        return None
    _sweep()
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return _IN_MEMORY if min(free, shutil.disk_usage(_IN_MEMORY).free) > _MUCH else None


def _sweep() -> None:
    """Give back the memory of runs that were killed before they could: nobody holds their folders any more."""
    for left in _IN_MEMORY.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            claim = _claimed(left) if time.time() - left.stat().st_ctime > _JUST_BEGUN else None
            if claim is not None:
                shutil.rmtree(left, ignore_errors=True)
                os.close(claim)


def _claimed(folder: Path) -> int | None:
    """Hold a folder for as long as this process lives; None if another one holds it."""
    claim = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(claim)
        return None
    return claim
