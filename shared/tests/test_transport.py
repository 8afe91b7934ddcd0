"""TLS to PostgreSQL and RabbitMQ: whom we speak to is verified, by every connection that we have."""

import os
import shutil
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import psycopg
import pytest
from certificates import Authority, Certificate
from kombu.exceptions import OperationalError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError as DatabaseError

from shared.bus.meters import Meters
from shared.bus.publishing import Outgoing, open_publisher
from shared.bus.relay import Relay
from shared.bus.topology import Topology, connect
from shared.local.processes import port_of, reserve_port
from shared.local.rabbitmq import RabbitMQ
from shared.store.database import make_engine
from shared.store.doorbell import INBOX_BELL, Doorbell, DoorbellListener
from shared.testing.bench import Bench

_SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("tls")
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def ours(folder: Path) -> Authority:
    return Authority(folder, "ours")


@pytest.fixture(scope="module")
def somebody(folder: Path) -> Authority:
    return Authority(folder, "somebody")


@dataclass
class Front:
    """TLS before the run's PostgreSQL, which has none itself: it answers as PostgreSQL does where TLS is asked for."""

    port: int
    asked: int = 0
    in_the_clear: int = 0


@pytest.fixture
def fronted(database_admin: str) -> Iterator[Callable[[Certificate], Front]]:
    sockets: list[socket.socket] = []
    behind = parse_qs(urlsplit(database_admin).query)["host"][0] + "/.s.PGSQL.5432"

    def open_front(certificate: Certificate) -> Front:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)
        front = Front(listener.getsockname()[1])

        def serve(plain: socket.socket) -> None:
            with plain:
                if plain.recv(8) != _SSL_REQUEST:
                    front.in_the_clear += 1
                    return
                front.asked += 1
                plain.sendall(b"S")
                try:
                    tls = context.wrap_socket(plain, server_side=True)
                except OSError:
                    return
                with tls, socket.socket(socket.AF_UNIX) as server:
                    server.connect(behind)
                    back = threading.Thread(target=_pour, args=(server, tls), daemon=True)
                    back.start()
                    _pour(tls, server)

        def listen() -> None:
            while True:
                try:
                    accepted, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(accepted,), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        return front

    yield open_front
    for listener in sockets:
        listener.close()


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while received := source.recv(65536):
            target.sendall(received)
    except OSError:
        return


def _address(bench: Bench, front: Front, authority: Authority, mode: str = "verify-full") -> str:
    name, user = bench.store.engine.url.database, bench.store.engine.url.username
    return f"postgresql://{user}@127.0.0.1:{front.port}/{name}?sslmode={mode}&sslrootcert={quote(str(authority.path))}"


def test_every_connection_to_postgresql_verifies_whom_it_speaks_to(
    bench: Bench, fronted: Callable[[Certificate], Front], ours: Authority, amqp: str, topology: Topology
) -> None:
    front = fronted(ours.certify("127.0.0.1"))
    address = _address(bench, front, ours)

    engine = make_engine(address, pool_size=1)
    with engine.connect() as connection:
        assert connection.scalar(text("select 1")) == 1
    engine.dispose()
    with DoorbellListener(address, INBOX_BELL) as listener:
        bell = Doorbell(address, INBOX_BELL)
        bell.ring()
        assert listener.wait(10)
        bell.close()
    stop = threading.Event()
    stop.set()
    with connect(amqp) as broker:
        topology.declare(broker, "sessions", ["intake"])
        Relay(bench.store, address, amqp, topology, Meters("sessions")).run(stop)
        topology.remove(broker, ["sessions"])

    # The engine, the bell, its listener, and of the relay a session and a listener.
    assert (front.asked, front.in_the_clear) == (5, 0)


@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_no_connection_goes_to_a_postgresql_that_is_not_the_one_that_is_meant(
    bench: Bench, fronted: Callable[[Certificate], Front], ours: Authority, somebody: Authority, wrong: str
) -> None:
    certificate = somebody.certify("127.0.0.1") if wrong == "authority" else ours.certify("db.example")
    address = _address(bench, fronted(certificate), ours)

    with pytest.raises(DatabaseError, match="certificate"):
        make_engine(address).connect()
    with pytest.raises(psycopg.OperationalError, match="certificate"):
        DoorbellListener(address, INBOX_BELL)


@pytest.fixture(scope="module")
def rabbitmq(folder: Path, ours: Authority) -> Iterator[int]:
    """A broker of our own with TLS; the port of that."""
    reserved = reserve_port()
    certificate = ours.certify("127.0.0.1")
    settings = {
        "listeners.ssl.1": f"127.0.0.1:{port_of(reserved)}",
        "ssl_options.cacertfile": str(ours.path),
        "ssl_options.certfile": str(certificate.certificate),
        "ssl_options.keyfile": str(certificate.key),
    }
    with RabbitMQ(folder / "rabbitmq", settings=settings):
        yield port_of(reserved)
    reserved.close()


def test_events_are_published_and_fetched_over_verified_tls(rabbitmq: int, ours: Authority, topology: Topology) -> None:
    address = f"amqps://guest:guest@127.0.0.1:{rabbitmq}//?cacertfile={quote(str(ours.path))}"
    with connect(address) as connection:
        topology.declare(connection, "sessions", ["intake"])
        publisher = open_publisher(address, topology, "intake")

        publisher.send([Outgoing(uuid4(), "maple.intake.consent.granted.v1", os.urandom(100_000)) for _ in range(50)])()

        publisher.close()
        found = 0
        while connection.default_channel.basic_get(topology.inbox("sessions").name, no_ack=True) is not None:
            found += 1
        assert found == 50
        topology.remove(connection, ["sessions"])


def test_no_event_goes_to_a_broker_that_is_not_the_one_that_is_meant(
    rabbitmq: int, ours: Authority, somebody: Authority
) -> None:
    by_another = f"amqps://guest:guest@127.0.0.1:{rabbitmq}//?cacertfile={quote(str(somebody.path))}"
    by_the_systems = f"amqps://guest:guest@127.0.0.1:{rabbitmq}//"
    by_another_name = f"amqps://guest:guest@localhost:{rabbitmq}//?cacertfile={quote(str(ours.path))}"
    for address in (by_another, by_the_systems, by_another_name):
        with pytest.raises(OperationalError, match="certificate"):
            connect(address)
