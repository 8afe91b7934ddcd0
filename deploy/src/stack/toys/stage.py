"""Where toys play: a private PostgreSQL and RabbitMQ, one service that speaks and one that hears."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, text

from shared.bus.publishing import ConfirmedPublisher, Outgoing
from shared.bus.topology import Topology, connect
from shared.local.postgres import Postgres
from shared.local.rabbitmq import RabbitMQ
from shared.store.database import make_engine
from shared.testing.keys import MASTER_KEYS_TEXT
from stack.toys import prepare_database
from stack.toys.events import make_events

SPEAKER, HEARER = "intake", "sessions"


class Stage:
    """The servers, and how many events each stream has had; whatever works there runs in a process of its own."""

    def __init__(self, folder: Path, clinics: int = 10) -> None:
        self._clinics = [f"clinic-{number}" for number in range(clinics)]
        # As durable as in earnest: who commits more often pays for it.
        self._postgres = Postgres(folder / "postgres", settings={"max_connections": "100"})
        self._rabbitmq = RabbitMQ(folder / "rabbitmq")
        self._stack = ExitStack()
        self._admins: dict[str, Engine] = {}
        self.said: Counter[int] = Counter()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._postgres)
            stack.enter_context(self._rabbitmq)
            for name in (SPEAKER, HEARER):
                prepare_database(self._postgres, name, self._clinics)
            with connect(self._rabbitmq.address) as connection:
                Topology().declare(connection, HEARER, [SPEAKER])
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        for admin in self._admins.values():
            admin.dispose()
        self._stack.close()

    def admin(self, name: str) -> Engine:
        """An engine that sees all rows of a service's database."""
        if name not in self._admins:
            self._admins[name] = make_engine(self._postgres.address(name), pool_size=1)
        return self._admins[name]

    def do(self, name: str, *statements: str) -> None:
        """Run statements as the database's superuser, each committed by itself."""
        engine = self.admin(name).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("set statement_timeout = 0"))
            for statement in statements:
                connection.execute(text(statement))

    def clear(self) -> None:
        """Begin anew: empty tables and an empty queue; what was filled up beforehand goes, too."""
        self.do(SPEAKER, "truncate outbox, stream_head, effect, audit")
        self.do(HEARER, "truncate inbox_event, inbox_stream, effect, audit")
        self.said.clear()
        self.purge()

    def purge(self) -> None:
        """Empty the hearer's queue."""
        with connect(self._rabbitmq.address) as connection:
            Topology().inbox(HEARER)(connection.channel()).purge()

    def count(self, name: str, query: str) -> int:
        """A number from a service's database."""
        with self.admin(name).connect() as connection:
            return int(connection.scalar(text(query)) or 0)

    def broker_memory(self) -> float:
        """What the broker holds in memory, in MB."""
        return self._rabbitmq.memory() / 1e6

    def lay_out(self, events: int, streams: Sequence[int]) -> None:
        """Have events wait in the speaker's outbox; each stream goes on where it was."""
        rows = [
            {
                "id": envelope.id,
                "clinic": envelope.clinic,
                "stream": envelope.stream,
                "sequence": envelope.sequence,
                "type": envelope.type,
                "routing_key": envelope.routing_key,
                "body": body,
                "occurred_at": envelope.time,
            }
            for envelope, body in make_events(events, self._clinics, streams, self.said)
        ]
        names = list(rows[0])
        # Its names are ours.
        insert = f"insert into outbox ({', '.join(names)}) values ({', '.join(':' + name for name in names)})"  # nosec B608
        with self.admin(SPEAKER).begin() as connection:
            connection.execute(text(insert), rows)

    def send(self, events: int, streams: Sequence[int]) -> None:
        """Have events wait in the hearer's queue; each stream goes on where it was."""
        connection = connect(self._rabbitmq.address)
        publisher = ConfirmedPublisher(connection, Topology().events.name)
        made = make_events(events, self._clinics, streams, self.said)
        publisher.send([Outgoing(envelope.id, envelope.routing_key, body) for envelope, body in made])()
        publisher.close()

    def start(self, module: str, *arguments: object) -> "subprocess.Popen[bytes]":
        """Start `python -m module …` with our servers as its own; its input and output are piped."""
        command = [sys.executable, "-m", module, *map(str, arguments)]
        return subprocess.Popen(command, env=self._environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    @contextmanager
    def running(self, module: str, *arguments: object) -> "Iterator[subprocess.Popen[bytes]]":
        """The same for as long as the block lasts, without pipes; it ends by SIGTERM."""
        command = [sys.executable, "-m", module, *map(str, arguments)]
        process = subprocess.Popen(command, env=self._environment())
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "AFTERGLOW_DATABASE": self._postgres.address("{service}", "{service}_app").replace(
                "%7Bservice%7D", "{service}"
            ),
            "AFTERGLOW_AMQP": self._rabbitmq.address,
            "AFTERGLOW_ISSUER": "https://toys.invalid",
            "AFTERGLOW_JWKS": "https://toys.invalid/jwks",
            "AFTERGLOW_MASTER_KEYS": MASTER_KEYS_TEXT,
            "AFTERGLOW_LOG_LEVEL": "ERROR",
        }
