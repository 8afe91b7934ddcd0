"""The real PostgreSQL and RabbitMQ of one test run, shared by its xdist workers, and stopped when the run ends."""

import os
import shutil
import tempfile
from pathlib import Path

from shared.local.debian import RABBITMQ
from shared.local.postgres import Postgres
from shared.local.rabbitmq import RabbitMQ

DATABASE = "AFTERGLOW_TEST_DATABASE"
AMQP = "AFTERGLOW_TEST_AMQP"
RABBITMQ_API = "AFTERGLOW_TEST_RABBITMQ_API"
# Of the management plugin only what makes users is wanted: its figures cost time.
_NO_FIGURES = {"management_agent.disable_metrics_collector": "true"}


class Servers:
    """Starts what the environment does not already name, and stops only what it started."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._started: list[Postgres | RabbitMQ] = []

    def start(self) -> None:
        """Start the servers and name them in the environment, where workers and child processes find them."""
        self._folder = Path(tempfile.mkdtemp(prefix="afterglow-test-"))
        if not os.environ.get(DATABASE):
            postgres = Postgres(self._folder / "postgres", settings={"fsync": "off", "max_connections": "300"})
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
