"""What a drill takes place in: its own PostgreSQL, its own broker behind a proxy, and clinics with clients."""

import os
import random
import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self
from uuid import UUID

from kombu import Queue
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from shared.bus.topology import Topology, connect
from shared.clock import now
from shared.local.postgres import Postgres
from shared.local.rabbitmq import RabbitMQ
from shared.store import parked
from shared.store.database import make_engine
from shared.store.transaction import Actor, Origin, Store
from shared.store.vault import Keyring
from shared.testing.keys import MASTER_KEYS, MASTER_KEYS_TEXT
from stack import toys
from stack.drills.proxy import Proxy

CLINICS = ("ash", "birch", "cedar", "elm", "maple")
CLIENTS = 200
NAMES = (*toys.SPEAKERS, *toys.LISTENERS)
LOOKED_AT = 100
"""How many messages of a queue that should be empty are looked at."""
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
        self._keyrings: dict[str, Keyring] = {}

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
            "AFTERGLOW_MASTER_KEYS": MASTER_KEYS_TEXT,
            "AFTERGLOW_LOG_LEVEL": "ERROR",
        }

    @property
    def clients(self) -> Path:
        """A file with a clinic and a client a line."""
        path = self.folder / "clients"
        if not path.exists():
            chance = random.Random(0)  # nosec B311 # the same clients in every run.
            lines = [f"{CLINICS[n % len(CLINICS)]} {UUID(int=chance.getrandbits(128))}" for n in range(CLIENTS)]
            path.write_text("\n".join(lines))
        return path

    def acknowledged(self, service: str) -> Path:
        """The folder in which each of a service's speakers has a file of the deeds that it knows to be committed."""
        folder = self.folder / "acknowledged" / service
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def admin(self, name: str) -> Engine:
        """An engine that sees all rows of a service's database, also for two threads, and after a kill."""
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

    def at_work(self) -> bool:
        """Whether each listener has heard everybody whom it listens to."""
        heard = "select count(distinct publisher) from effect"
        return all(self.count(listener, heard) == len(toys.AUDIENCE[listener]) for listener in toys.LISTENERS)

    def unsettled(self) -> int:
        """How many lines still have something to be handled, not counting those behind a parked event."""
        left = 0
        # What a reteller told is looked up after it was found settled itself, so that nothing comes after.
        for publisher in toys.PUBLISHERS:
            with self.admin(publisher).connect() as connection:
                heads = {row.stream: row.sequence for row in connection.execute(_HEADS)}
            for listener in toys.LISTENERS:
                if publisher in toys.AUDIENCE[listener]:
                    left += self._unsettled(publisher, listener, heads)
        return left

    def undecodable(self) -> list[str]:
        """Why each message of `afterglow.undecodable` was put there; they stay."""
        return self._messages(self.topology.undecodable)

    def unrouted(self) -> list[str]:
        """What lies in `afterglow.unrouted`, which nobody was bound to hear."""
        return self._messages(self.topology.unrouted)

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

    def kill_broker(self) -> bool:
        """Kill it and start it anew; returns whether it answered before and did not after."""
        answered = self._broker_answers()
        self._rabbitmq.kill()
        killed = answered and not self._broker_answers()
        self._rabbitmq.start()
        return killed

    def kill_database(self) -> bool:
        """Kill it and start it anew; returns whether it found, as it started, that it had not been shut down."""
        log_began = self._postgres.log.stat().st_size
        self._postgres.kill()
        self._postgres.start()
        with self._postgres.log.open() as log:
            log.seek(log_began)
            return "was not properly shut down" in log.read()

    def drop_database_connections(self) -> int:
        """End about half of the services' sessions; returns how many were."""
        # The drill's own connections are the superuser's.
        return self.count(
            NAMES[0],
            "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity"
            " where usename like '%\\_app' and random() < 0.5",
        )

    def _broker_answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._rabbitmq.port("amqp")), timeout=5):
            return True
        return False

    def _messages(self, queue: Queue) -> list[str]:
        found: list[str] = []
        with connect(self.amqp) as connection:
            bound = queue(connection.channel())
            # Not acknowledged, they go back to the queue when the connection ends.
            while len(found) < LOOKED_AT and (message := bound.get()):
                died = ", ".join(str(death["reason"]) for death in message.headers.get("x-death", ()))
                reason = message.headers.get("x-error") or died or message.delivery_info["routing_key"]
                found.append(f"{reason} (at {message.headers.get('x-consumer', 'the broker')})")
        return found

    def _unsettled(self, publisher: str, listener: str, heads: dict[str, int]) -> int:
        cursors = text("""
            select stream, handled, exists (
                select from inbox_event e where e.consumer = s.consumer and e.stream = s.stream
                  and e.publisher = s.publisher and e.sequence = s.handled + 1 and e.state = 'parked') as stopped
            from inbox_stream s where publisher = :publisher
        """)
        with self.admin(listener).connect() as connection:
            rows = {row.stream: row for row in connection.execute(cursors, {"publisher": publisher})}
        return sum(
            stream not in rows or not (rows[stream].stopped or rows[stream].handled >= last)
            for stream, last in heads.items()
        )

    def _prepare(self, name: str) -> None:
        toys.prepare_database(self._postgres, name, CLINICS)
        address = make_url(self._postgres.address(name)).set(drivername="postgresql+psycopg")
        # A pool would keep connections that die with a killed server.
        self._admins[name] = create_engine(address, poolclass=NullPool)
        with connect(self.amqp) as connection:
            self.topology.declare(connection, name, toys.AUDIENCE.get(name, ()))

    def keyring(self, name: str) -> Keyring:
        """What opens a service's outbox."""
        if name not in self._keyrings:
            # The superuser's connections outlast whatever the drill does to the services' own.
            self._keyrings[name] = Keyring(MASTER_KEYS, self.admin(name))
        return self._keyrings[name]

    def _store(self, name: str) -> Store:
        return Store(
            name, make_engine(self._postgres.address(name, f"{name}_app"), pool_size=2), MASTER_KEYS, clock=now
        )
