"""From one service's outbox to another's effects: over a real RabbitMQ, and in one process."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from kombu import Connection, Producer
from sqlalchemy import Engine, text
from toy import consent, toy_service

from shared.bus.ingest import PREFETCH
from shared.bus.publishing import InProcessConfirms, in_process
from shared.bus.topology import Topology, connect
from shared.clinics import Clinic
from shared.clock import now
from shared.events.envelope import CONTENT_TYPE
from shared.events.intake import ConsentGranted
from shared.service import Service
from shared.settings import Settings
from shared.store.clinics import remember_clinic
from shared.store.database import make_engine
from shared.store.transaction import Actor, Origin, Store
from shared.testing.plugin import empty, prepare_database, service_settings
from shared.testing.tokens import Signer
from shared.testing.waiting import until
from shared.worker import Worker


@dataclass
class Station:
    """A service with its worker, as it runs in life."""

    service: Service
    settings: Settings
    store: Store
    admin: Engine

    def worker(self, *only: str) -> Worker:
        return Worker(self.service, self.settings, self.store, only=only or ("relay", "ingest", "inbox"))

    def say(self, client: UUID, count: int = 1) -> None:
        actor, origin = Actor("front-desk"), Origin("consent", "request", "request")
        for _ in range(count):
            with self.store.transaction("maple", actor, origin) as tx:
                tx.publish(consent(client))

    def heard(self) -> dict[UUID, list[int]]:
        found: dict[UUID, list[int]] = {}
        with self.admin.connect() as connection:
            for subject, sequence in connection.execute(text("select subject, sequence from heard order by position")):
                found.setdefault(subject, []).append(sequence)
        return found

    def count(self, query: str) -> int:
        with self.admin.connect() as connection:
            return int(connection.scalar(text(query)) or 0)


def stop(*workers: Worker) -> None:
    for worker in workers:
        worker.request_stop()
    assert all(worker.stop() for worker in workers)


@pytest.fixture(scope="module")
def toys(
    worker: str, amqp: str, database_admin: str, signer: Signer
) -> Iterator[list[tuple[Service, Settings, Engine]]]:
    """A speaker that plays intake and a listener that plays sessions, with their databases."""
    made = []
    for service in (toy_service("intake"), toy_service("sessions", ConsentGranted)):
        settings = service_settings(service, worker, amqp, signer)
        made.append((service, settings, prepare_database(service, settings, database_admin, worker)))
    yield made
    for _, _, admin in made:
        admin.dispose()


@pytest.fixture(params=["amqp", "memory"])
def stations(
    request: pytest.FixtureRequest,
    amqp: str,
    topology: Topology,
    maple: Clinic,
    toys: list[tuple[Service, Settings, Engine]],
) -> Iterator[tuple[Station, Station]]:
    address = amqp if request.param == "amqp" else "memory://"
    made = []
    for service, known, admin in toys:
        settings = replace(known, amqp=address, bus_namespace=topology.namespace)
        empty(admin)
        store = Store(service.name, make_engine(settings.database, pool_size=5), settings.master_keys, clock=now)
        with store.transaction("maple", Actor("clinic-admin"), Origin("configure", "request", "request")) as tx:
            remember_clinic(tx.session.connection(), maple, tx)
        made.append(Station(service, settings, store, admin))
        in_process.subscribe(service.name, service.handlers.publishers)
    with connect(address) as connection:
        for station in made:
            topology.declare(connection, station.service.name, station.service.handlers.publishers)
    yield made[0], made[1]
    with connect(address) as connection:
        topology.remove(connection, ["intake", "sessions"])
    for station in made:
        station.store.engine.dispose()


def test_what_one_service_says_has_its_effect_in_the_other_once_and_in_order(
    stations: tuple[Station, Station],
) -> None:
    speaker, listener = stations
    clients = [uuid4() for _ in range(5)]
    workers = [speaker.worker("relay"), listener.worker("ingest", "inbox")]
    for worker in workers:
        worker.start()
    for client in clients:
        speaker.say(client, 20)
    until(lambda: sum(map(len, listener.heard().values())) == 100)
    stop(*workers)
    assert listener.heard() == {client: list(range(1, 21)) for client in clients}
    assert speaker.count("select count(*) from outbox where published_at is null") == 0


@pytest.mark.parametrize("stations", ["amqp"], indirect=True)  # In one process nobody is away.
def test_events_said_while_the_listener_is_away_arrive_when_it_returns(stations: tuple[Station, Station]) -> None:
    speaker, listener = stations
    relay, client = speaker.worker("relay"), uuid4()
    relay.start()
    speaker.say(client, 10)
    until(lambda: speaker.count("select count(*) from outbox where published_at is null") == 0)
    assert listener.heard() == {}
    hearing = listener.worker("ingest", "inbox")
    hearing.start()
    until(lambda: listener.heard() == {client: list(range(1, 11))})
    stop(relay, hearing)


@pytest.mark.parametrize("stations", ["amqp"], indirect=True)
def test_after_trouble_with_the_broker_the_relay_goes_on_with_all_that_it_held(
    stations: tuple[Station, Station], topology: Topology
) -> None:
    speaker, listener = stations
    with connect(speaker.settings.amqp) as connection:
        topology.remove(connection, ["intake", "sessions"])
    workers = [speaker.worker("relay", "timers"), listener.worker("inbox")]
    for worker in workers:
        worker.start()
    client = uuid4()
    speaker.say(client, 5)
    until(lambda: "relay" in workers[0].troubles())

    hearing = listener.worker("ingest")
    with connect(speaker.settings.amqp) as connection:
        topology.declare(connection, "sessions", listener.service.handlers.publishers)
    hearing.start()
    until(lambda: listener.heard() == {client: [1, 2, 3, 4, 5]})
    stop(*workers, hearing)


def test_everything_published_twice_has_its_effect_once(stations: tuple[Station, Station]) -> None:
    speaker, listener = stations
    client = uuid4()
    workers = [speaker.worker("relay"), listener.worker("ingest", "inbox")]
    for worker in workers:
        worker.start()
    speaker.say(client, 10)
    until(lambda: listener.heard() == {client: list(range(1, 11))})
    with speaker.admin.begin() as connection:
        connection.execute(text("update outbox set published_at = null"))
    speaker.say(client)
    until(lambda: len(listener.heard()[client]) == 11)
    until(lambda: speaker.count("select count(*) from outbox where published_at is null") == 0)
    stop(*workers)
    assert listener.heard() == {client: list(range(1, 12))}


def buckets_of(worker: Worker) -> float | None:
    return worker.meters.registry.get_sample_value("afterglow_relay_buckets", {"service": worker.service.name})


def test_two_relays_share_the_work_and_keep_every_stream_in_order(stations: tuple[Station, Station]) -> None:
    speaker, listener = stations
    clients = [uuid4() for _ in range(8)]
    workers = [speaker.worker("relay"), speaker.worker("relay"), listener.worker("ingest", "inbox")]
    for worker in workers:
        worker.start()
    until(lambda: [buckets_of(worker) for worker in workers[:2]] == [8, 8])
    threads = [threading.Thread(target=speaker.say, args=(client, 15)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: sum(map(len, listener.heard().values())) == 120)
    stop(*workers)
    assert listener.heard() == {client: list(range(1, 16)) for client in clients}


def test_what_nobody_can_read_is_set_aside_with_its_reason_and_the_rest_goes_on(
    stations: tuple[Station, Station], topology: Topology
) -> None:
    speaker, listener = stations
    client = uuid4()
    workers = [speaker.worker("relay"), listener.worker("ingest", "inbox")]
    for worker in workers:
        worker.start()
    with connect(listener.settings.amqp) as connection:
        Producer(connection.channel(), exchange=topology.events, auto_declare=False).publish(
            b"not json",
            routing_key="maple.intake.consent.granted.v1",
            content_type=CONTENT_TYPE,
            content_encoding="binary",
        )
        speaker.say(client, 3)
        until(lambda: listener.heard() == {client: [1, 2, 3]})
        aside = take(connection, topology.undecodable.name)
    stop(*workers)
    assert aside.headers["x-error"] == "the body is not JSON"
    assert aside.headers["x-consumer"] == "sessions"


def take(connection: Connection, queue: str):
    channel = connection.channel()
    found = []

    def look() -> bool:
        message = channel.basic_get(queue, no_ack=True)
        if message is not None:
            found.append(channel.message_to_python(message) if not hasattr(message, "properties") else message)
        return bool(found)

    until(look)
    return found[0]


@pytest.mark.parametrize("stations", ["amqp"], indirect=True)
def test_an_ingest_that_stops_keeps_all_that_it_was_given_and_gives_nothing_back(
    stations: tuple[Station, Station], topology: Topology
) -> None:
    speaker, listener = stations
    relay, ingest, client = speaker.worker("relay"), listener.worker("ingest"), uuid4()
    said = 3 * PREFETCH
    with speaker.store.transaction("maple", Actor("front-desk"), Origin("consent", "request", "request")) as tx:
        for _ in range(said):
            tx.publish(consent(client))
    relay.start()
    until(lambda: speaker.count("select count(*) from outbox where published_at is null") == 0)
    stop(relay)

    with listener.admin.begin() as connection:
        # It has its first messages in hand, and as many as it may have are behind them.
        connection.execute(text("lock table inbox_event in exclusive mode"))
        ingest.start()
        until(lambda: listener.count("select count(*) from pg_locks where not granted") > 0)
        ingest.request_stop()
    assert ingest.stop()

    kept = listener.count("select count(*) from inbox_event")
    with connect(listener.settings.amqp) as connection:
        queue = topology.inbox("sessions")(connection.channel())
        left = list(iter(lambda: queue.get(no_ack=True), None))
    assert kept > 0
    assert kept + len(left) == said
    assert not [message for message in left if message.delivery_info["redelivered"]]


def test_in_one_process_an_event_is_safe_only_when_every_subscriber_has_it() -> None:
    confirms, event = InProcessConfirms(), str(uuid4())
    confirms.subscribe("sessions", ["intake"])
    confirms.subscribe("notify", ["intake"])
    confirms.expect("intake", [event])
    waiting = threading.Thread(target=confirms.wait, args=([event],))
    waiting.start()

    for _ in range(2):  # It was sent twice, and one has it twice.
        confirms.ingested("sessions", [event])
    waiting.join(0.1)
    assert waiting.is_alive()

    confirms.ingested("notify", [None, event])
    waiting.join(5)
    assert not waiting.is_alive()
