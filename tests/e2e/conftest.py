"""A town for the tests of a stop: intake and a slow toy that hears it, as real processes on real servers."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import urllib3
from kombu import Queue
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from intake.app import service as intake
from intake.clinics.commands.adding import add_clinic
from intake.clinics.commands.versions import Author
from shared.bus.topology import Topology, connect
from shared.events.envelope import stream_of
from shared.events.intake import InquiryReceived
from shared.local.processes import port_of, reserve_port
from shared.samples import sample_clinics
from shared.settings import Settings
from shared.store.clinics import remember_clinic
from shared.store.database import make_engine, provision
from shared.store.migrations import migrate
from shared.store.transaction import Actor, Origin, Store
from shared.testing.keys import MASTER_KEYS, MASTER_KEYS_TEXT
from shared.testing.plugin import empty
from shared.testing.waiting import until
from shared.worker import Worker
from stack import toys

MAPLE = sample_clinics()[0]
ACTOR, ORIGIN = Actor("operator"), Origin("test", "test", "test")


@dataclass
class Process:
    """One process of a service with its doors, as an orchestrator sees it."""

    popen: "subprocess.Popen[bytes]"
    url: str
    log: Path
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(timeout=5, retries=False))

    def readiness(self) -> tuple[int, str] | None:
        """The status and the word of `/health/ready`; None when nobody answers."""
        with suppress(urllib3.exceptions.HTTPError):
            # As an orchestrator's probe does, and unlike a gateway, it keeps no connection.
            answer = self.http.request("GET", f"{self.url}/health/ready", headers={"Connection": "close"})
            return answer.status, answer.json()["status"]
        return None

    def listens(self) -> bool:
        """Whether somebody who comes anew is let in, or at least left to wait."""
        where = urllib3.util.parse_url(self.url)
        try:
            socket.create_connection((where.host, where.port), timeout=5).close()
        except ConnectionRefusedError:
            return False
        return True

    def waiting(self) -> int:
        """How many connections wait before the door: the kernel took them, and nobody has accepted them yet."""
        port = urllib3.util.parse_url(self.url).port
        sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        listening = [found for found in sockets if found[3] == "0A" and int(found[1].split(":")[1], 16) == port]
        return sum(int(found[4].split(":")[1], 16) for found in listening)

    def server(self) -> int:
        """The pid of gunicorn's process that serves."""
        pid = self.popen.pid
        [server] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(server)

    def until_ready(self) -> None:
        until(lambda: self.readiness() == (200, "ready"))

    def terminate(self) -> None:
        self.popen.send_signal(signal.SIGTERM)

    def ended(self) -> int:
        """Its exit code, as soon as there is one."""
        return self.popen.wait(timeout=30)

    def said(self, event: str) -> list[dict[str, Any]]:
        """The log lines with that name."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]


class Town:
    """intake and its listener on the test run's PostgreSQL and RabbitMQ, with a witness of what is published."""

    def __init__(self, folder: Path, admin: str, amqp: str, worker: str) -> None:
        self.folder = folder
        self.topology = Topology(f"stop.{worker}.")
        self.amqp = amqp
        self._admin = admin
        self._suffix = f"_stop_{worker}"
        self._ports = {name: reserve_port() for name in ("web", "relay", "listener")}
        self._running: list[Process] = []
        self.intake = self._engine("intake", None)
        self.sessions = self._engine("sessions", None)
        # Every event of the exchange, counted by its id: RabbitMQ itself tells how often something was published.
        self._witness = Queue(f"{self.topology.namespace}witness", exchange=self.topology.events, routing_key="#")

    def prepare(self) -> None:
        for name, package in (("intake", intake.package), ("sessions", toys)):
            provision(self._admin, name, database=f"{name}{self._suffix}")
            migrate(name, package, self._address(name, f"{name}_owner"), MASTER_KEYS)
        self.store = Store("intake", self._engine("intake", "intake_app"), MASTER_KEYS)
        with connect(self.amqp) as connection:
            self.topology.declare(connection, "intake", [])
            self.topology.declare(connection, "sessions", ["intake"])
            self._witness(connection.channel()).declare()
        with self.store.transaction(MAPLE.id, ACTOR, ORIGIN) as tx:
            add_clinic(MAPLE, Author(ACTOR.id), tx)
        self.publish()

    def begin(self) -> None:
        """Forget what an earlier test left with the listener and on its way there."""
        self.publish()
        self.published()
        empty(self.sessions)
        listener = Store("sessions", self._engine("sessions", "sessions_app"), MASTER_KEYS)
        with listener.transaction(MAPLE.id, ACTOR, ORIGIN) as tx:
            remember_clinic(tx.session.connection(), MAPLE, tx)
        listener.engine.dispose()
        with connect(self.amqp) as connection:
            self.topology.inbox("sessions")(connection.channel()).purge()
        for name in ("calls", "repeats"):
            (self.folder / name).write_text("")
        self.pause(0)

    def end(self) -> None:
        for process in self._running:
            if process.popen.poll() is None:
                # The server's own process too: nobody may serve on when the test is over.
                os.killpg(process.popen.pid, signal.SIGKILL)
                process.popen.wait()
            process.http.clear()
        self._running.clear()

    def close(self) -> None:
        with connect(self.amqp) as connection:
            self._witness(connection.channel()).delete()
            self.topology.remove(connection, ["intake", "sessions"])
        for engine in (self.intake, self.sessions, self.store.engine):
            engine.dispose()
        for reservation in self._ports.values():
            reservation.close()

    def web(self, *, drain: int = 0, grace: int = 15) -> Process:
        return self._start("web", ["-m", "intake", "web", "--bind", self._bind("web")], drain, grace)

    def relay(self) -> Process:
        command = ["-m", "intake", "worker", "--only", "relay", "--bind", self._bind("relay")]
        return self._start("relay", command, 0, 15)

    def listener(self, *, grace: int = 15) -> Process:
        script = str(Path(__file__).with_name("slow_listener.py"))
        return self._start("listener", [script, str(self.folder), self._bind("listener")], 0, grace)

    def pause(self, seconds: float) -> None:
        """Have the listener's handler take so long for each event."""
        (self.folder / "pause").write_text(str(seconds))

    def tell(self, count: int) -> set[UUID]:
        """Have events about so many inquiries lie in the listener's queue; returns their ids."""
        subjects = [uuid4() for _ in range(count)]
        for subject in subjects:
            with self.store.transaction(MAPLE.id, ACTOR, ORIGIN) as tx:
                tx.publish(InquiryReceived.from_data(subject, InquiryReceived.sample_data()))
        self.publish()
        return set(self.told_of(subjects))

    def publish(self) -> None:
        """Have everything that intake said so far reach the exchange."""
        settings = Settings(
            service="intake",
            database=self._address("intake", "intake_app"),
            amqp=self.amqp,
            issuer="",
            jwks="",
            master_keys=MASTER_KEYS,
            bus_namespace=self.topology.namespace,
        )
        relay = Worker(intake, settings, self.store, only=("relay",))
        relay.start()
        until(lambda: self.unpublished() == 0)
        assert relay.stop()

    def calls(self) -> list[UUID]:
        """The events that the handler began with, once for each time."""
        return [UUID(line) for line in (self.folder / "calls").read_text().split()]

    def repeats(self) -> int:
        return len((self.folder / "repeats").read_text().split())

    def effects(self) -> list[UUID]:
        """The events whose handling was committed, once for each time."""
        return self._column(self.sessions, "select event_id from effect")

    def inquiries(self) -> list[UUID]:
        return self._column(self.intake, "select id from inquiry")

    def told_of(self, inquiries: Iterable[UUID]) -> list[UUID]:
        """The events about these."""
        streams = [stream_of(MAPLE.id, "inquiry", inquiry) for inquiry in inquiries]
        with self.intake.connect() as connection:
            query = text("select id from outbox where stream = any(:streams)")
            return list(connection.scalars(query, {"streams": streams}))

    def unpublished(self) -> int:
        return len(self._column(self.intake, "select id from outbox where published_at is null"))

    def published(self) -> Counter[UUID]:
        """How often each event was published since this was asked last."""
        found: Counter[UUID] = Counter()
        with connect(self.amqp) as connection:
            queue = self._witness(connection.channel())
            while (message := queue.get(no_ack=True)) is not None:
                found[UUID(message.properties["message_id"])] += 1
        return found

    @contextmanager
    def holding(self, table: str) -> Iterator[None]:
        """Let nobody write into one of intake's tables, so that a request that would stays in hand."""
        with self.intake.begin() as connection:
            connection.execute(text(f"lock table {table} in exclusive mode"))
            yield

    def somebody_waits(self) -> bool:
        waiting = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        return bool(self._column(self.intake, waiting))

    def _column(self, engine: Engine, query: str) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.scalars(text(query)))

    def _bind(self, name: str) -> str:
        return f"127.0.0.1:{port_of(self._ports[name])}"

    def _start(self, name: str, command: list[str], drain: int, grace: int) -> Process:
        service = "sessions" if name == "listener" else "intake"
        log = self.folder / f"{name}-{len(self._running)}.log"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AFTERGLOW_")} | {
            "AFTERGLOW_DATABASE": self._address(service, f"{service}_app"),
            "AFTERGLOW_AMQP": self.amqp,
            "AFTERGLOW_BUS_NAMESPACE": self.topology.namespace,
            "AFTERGLOW_ISSUER": "https://issuer.invalid",
            "AFTERGLOW_JWKS": "https://issuer.invalid/keys",
            "AFTERGLOW_MASTER_KEYS": MASTER_KEYS_TEXT,
            "AFTERGLOW_LOG_LEVEL": "ERROR",
            "AFTERGLOW_DRAIN_SECONDS": str(drain),
            "AFTERGLOW_GRACE_SECONDS": str(grace),
            # A crowd comes from many networks, as it would through the gateway.
            "AFTERGLOW_PROXIES": "1",
        }
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [sys.executable, *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        started = Process(popen, f"http://{self._bind(name)}/{service}", log)
        self._running.append(started)
        return started

    def _address(self, service: str, role: str | None) -> str:
        url = make_url(self._admin).set(database=f"{service}{self._suffix}")
        return (url.set(username=role) if role else url).render_as_string(hide_password=False)

    def _engine(self, service: str, role: str | None) -> Engine:
        return make_engine(self._address(service, role), pool_size=3)


@pytest.fixture(scope="module")
def _town(tmp_path_factory: pytest.TempPathFactory, database_admin: str, amqp: str, worker: str) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("town"), database_admin, amqp, worker)
    made.prepare()
    yield made
    made.close()


@pytest.fixture
def town(_town: Town) -> Iterator[Town]:
    _town.begin()
    yield _town
    _town.end()
