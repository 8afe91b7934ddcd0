"""What a drill takes place in: its own PostgreSQL, its own broker behind a proxy, and clinics with clients."""

import os
import random
from contextlib import ExitStack
from pathlib import Path
from typing import Self
from uuid import UUID

from sqlalchemy import Engine, text

from shared.bus.topology import Topology, connect
from shared.clock import now
from shared.local.postgres import Postgres
from shared.local.rabbitmq import RabbitMQ
from shared.store import parked
from shared.store.database import make_engine
from shared.store.transaction import Actor, Origin, Store
from stack.drills import toys
from stack.drills.proxy import Proxy

CLINICS = ("ash", "birch", "cedar", "elm", "maple")
CLIENTS = 200
NAMES = (*toys.SPEAKERS, *toys.LISTENERS)
_HEADS = text("select stream, sequence from stream_head")
_OPERATOR = Actor("operator", frozenset({"operator"}))


class World:
    """The servers, with everything prepared that the processes of the drill need."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.topology = Topology()
        self._stack = ExitStack()
        self._postgres = Postgres(folder / "postgres", settings={"fsync": "off", "max_connections": "300"})
        self._rabbitmq = RabbitMQ(folder / "rabbitmq")
        self._admins: dict[str, Engine] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._postgres)
            stack.enter_context(self._rabbitmq)
            self.proxy = stack.enter_context(Proxy(self._rabbitmq.port("amqp")))
            for name in NAMES:
                self._prepare(name)
            # What a broker was told a moment before it is killed it may forget: an orderly restart makes sure of it.
            self._rabbitmq.stop()
            self._rabbitmq.start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        for admin in self._admins.values():
            admin.dispose()
        self._stack.close()

    @property
    def amqp(self) -> str:
        """The broker's address past the proxy, for the drill itself."""
        return self._rabbitmq.address

    def environment(self, service: str) -> dict[str, str]:
        """The settings of a service's processes; their way to the broker can be cut."""
        return {
            **os.environ,
            "AFTERGLOW_DATABASE": self._postgres.address(service, f"{service}_app"),
            "AFTERGLOW_AMQP": f"amqp://guest:guest@127.0.0.1:{self.proxy.port}//",
            "AFTERGLOW_ISSUER": "https://drill.invalid",
            "AFTERGLOW_JWKS": "https://drill.invalid/jwks",
            "AFTERGLOW_LOG_LEVEL": "ERROR",
        }

    @property
    def clients(self) -> Path:
        """A file with a clinic and a client a line."""
        path = self.folder / "clients"
        if not path.exists():
            chance = random.Random(0)  # noqa: S311 - the same clients in every run.
            lines = [f"{CLINICS[n % len(CLINICS)]} {UUID(int=chance.getrandbits(128))}" for n in range(CLIENTS)]
            path.write_text("\n".join(lines))
        return path

    def admin(self, name: str) -> Engine:
        """An engine that sees all rows of a service's database."""
        if name not in self._admins:
            self._admins[name] = make_engine(self._postgres.address(name), pool_size=2)
        return self._admins[name]

    def count(self, name: str, query: str) -> int:
        with self.admin(name).connect() as connection:
            return int(connection.scalar(text(query)) or 0)

    def said(self) -> int:
        """How many events were said so far."""
        return sum(self.count(name, "select coalesce(sum(sequence), 0) from stream_head") for name in toys.SPEAKERS)

    def failures(self) -> int:
        """How often a handler failed."""
        path = self.folder / "failures"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def unsettled(self) -> int:
        """How many lines still have something to be handled, not counting those behind a parked event."""
        left = 0
        for speaker in toys.SPEAKERS:
            with self.admin(speaker).connect() as connection:
                heads = {row.stream: row.sequence for row in connection.execute(_HEADS)}
            for listener in toys.LISTENERS:
                left += self._unsettled(speaker, listener, heads)
        return left

    def retry_parked(self) -> dict[str, list[UUID]]:
        """Do what an operator does about each parked event; returns their ids by service."""
        retried: dict[str, list[UUID]] = {}
        for name in toys.LISTENERS:
            store = self._store(name)
            with store.carrier() as session:
                events = parked.parked_events(session, name, limit=10_000)
            for event in events:
                with store.transaction(event.clinic, _OPERATOR, Origin("inbox.retry", "drill", "drill")) as tx:
                    parked.retry(event.id, tx)
            retried[name] = [event.id for event in events]
            store.engine.dispose()
        return retried

    def kill_broker(self) -> None:
        self._rabbitmq.kill()
        self._rabbitmq.start()

    def kill_database(self) -> None:
        self._postgres.kill()
        self._postgres.start()
        for engine in self._admins.values():
            engine.dispose()

    def drop_database_connections(self) -> None:
        with self.admin(NAMES[0]).connect() as connection:
            # The drill's own connections are the superuser's.
            ended = (
                "select pg_terminate_backend(pid) from pg_stat_activity where usename like '%\\_app' and random() < 0.5"
            )
            connection.execute(text(ended))

    def _unsettled(self, speaker: str, listener: str, heads: dict[str, int]) -> int:
        cursors = text("""
            select stream, handled, exists (
                select from inbox_event e where e.consumer = s.consumer and e.stream = s.stream
                  and e.publisher = s.publisher and e.sequence = s.handled + 1 and e.state = 'parked') as stopped
            from inbox_stream s where publisher = :speaker
        """)
        with self.admin(listener).connect() as connection:
            rows = {row.stream: row for row in connection.execute(cursors, {"speaker": speaker})}
        return sum(
            stream not in rows or not (rows[stream].stopped or rows[stream].handled >= last)
            for stream, last in heads.items()
        )

    def _prepare(self, name: str) -> None:
        toys.prepare_database(self._postgres, name, CLINICS)
        hears = toys.listener(name).handlers.publishers if name in toys.LISTENERS else []
        with connect(self.amqp) as connection:
            self.topology.declare(connection, name, hears)

    def _store(self, name: str) -> Store:
        return Store(name, make_engine(self._postgres.address(name, f"{name}_app"), pool_size=2), clock=now)
