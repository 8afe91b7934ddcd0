"""Replay and rebuild: from the outboxes of real services, while new events go on."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from intake.app import service as intake
from integration.app import service as integration
from sessions.app import service as sessions
from shared.bus.topology import Topology, connect
from shared.clinics import Clinic
from shared.clock import now
from shared.events.intake import ClientRegistered, ConsentGranted, ConsentWithdrawn
from shared.events.integration import RedFlagClosed, RedFlagRaised
from shared.events.language import Event
from shared.main import main
from shared.service import Service
from shared.settings import Settings
from shared.store.clinics import remember_clinic
from shared.store.database import make_engine
from shared.store.transaction import Actor, Origin, Store
from shared.testing.keys import MASTER_KEYS_TEXT
from shared.testing.plugin import database_of, empty, prepare_database, service_settings
from shared.testing.tokens import Signer
from shared.testing.waiting import until
from shared.worker import Worker
from stack.databases import record_addresses

KEPT = ("client", "person_of_client", "consent", "red_flag")


class Place:
    """A real service with its database and, where it is asked for, its worker."""

    def __init__(self, service: Service, settings: Settings, admin: Engine) -> None:
        self.service = service
        self.settings = settings
        self.admin = admin
        self.store = Store(service.name, make_engine(settings.database, pool_size=5), settings.master_keys, clock=now)

    def worker(self, *only: str) -> Worker:
        return Worker(self.service, self.settings, self.store, only=only)

    def say(self, *events: Event) -> None:
        with self.store.transaction("maple", Actor("test"), Origin("test", "request", "request")) as tx:
            for event in events:
                tx.publish(event)

    def rows(self, *tables: str) -> dict[str, list[tuple[object, ...]]]:
        with self.admin.connect() as connection:
            return {
                table: [tuple(row) for row in connection.execute(text(f"select * from {table} order by id"))]
                for table in tables
            }

    def count(self, query: str) -> int:
        with self.admin.connect() as connection:
            return int(connection.scalar(text(query)) or 0)

    def do(self, statement: str) -> None:
        with self.admin.begin() as connection:
            connection.execute(text(statement))


class World:
    """Intake and integration, who speak; and sessions, who hears them."""

    def __init__(self, places: dict[str, Place]) -> None:
        self.places = places
        self.intake, self.integration, self.sessions = (places[name] for name in ("intake", "integration", "sessions"))

    def live(self, client: UUID) -> None:
        """A little of a client's life."""
        registered = replace(ClientRegistered.sample(), subject=client)
        granted = replace(ConsentGranted.sample(), subject=client, consent=uuid4())
        self.intake.say(registered, granted)
        raised = replace(RedFlagRaised.sample(), subject=client, flag=uuid4())
        self.integration.say(raised)
        self.integration.say(replace(RedFlagClosed.sample(), subject=client, flag=raised.flag))
        self.intake.say(replace(ConsentWithdrawn.sample(), subject=client, consent=granted.consent))

    def heard(self) -> int:
        return self.sessions.count("select coalesce(sum(handled), 0) from inbox_stream")

    def said(self) -> int:
        return sum(place.count("select count(*) from outbox") for place in (self.intake, self.integration))


@pytest.fixture
def world(
    worker: str,
    amqp: str,
    database_admin: str,
    signer: Signer,
    topology: Topology,
    maple: Clinic,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    places = {}
    for service in (intake, integration, sessions):
        settings = replace(service_settings(service, worker, amqp, signer), bus_namespace=topology.namespace)
        admin = prepare_database(service, settings, database_admin, worker)
        empty(admin)
        places[service.name] = place = Place(service, settings, admin)
        with connect(amqp) as connection:
            topology.declare(connection, service.name, service.handlers.publishers)
        with place.store.transaction("maple", Actor("test"), Origin("test", "request", "request")) as tx:
            remember_clinic(tx.session.connection(), maple, tx)
    pattern = {name: database_of(places[name].service, worker) for name in places}
    assert set(pattern.values()) == {f"{name}_{name}_{worker}" for name in places}
    sample = places["sessions"].settings
    monkeypatch.setenv("AFTERGLOW_DATABASE", sample.database.replace("sessions", "{service}"))
    monkeypatch.setenv("AFTERGLOW_DATABASE_OWNER", str(sample.database_owner).replace("sessions", "{service}"))
    monkeypatch.setenv("AFTERGLOW_AMQP", amqp)
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
    monkeypatch.setenv("AFTERGLOW_BUS_NAMESPACE", topology.namespace)
    yield World(places)
    with connect(amqp) as connection:
        topology.remove(connection, list(places))
    for place in places.values():
        place.store.engine.dispose()
        place.admin.dispose()


def afterglow(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def run(world: World) -> list[Worker]:
    workers = [
        world.intake.worker("relay"),
        world.integration.worker("relay"),
        world.sessions.worker("ingest", "inbox"),
    ]
    for one in workers:
        one.start()
    return workers


def stop(workers: list[Worker]) -> None:
    for one in workers:
        one.request_stop()
    assert all(one.stop() for one in workers)


def since() -> str:
    return f"{now() - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"


def test_a_queue_that_was_lost_is_made_good_by_a_replay_while_live_events_go_on(
    world: World, topology: Topology, amqp: str
) -> None:
    relays = [world.intake.worker("relay"), world.integration.worker("relay")]
    for relay in relays:
        relay.start()
    clients = [uuid4() for _ in range(10)]
    for client in clients:
        world.live(client)
    waiting = "select count(*) from outbox where published_at is null"
    until(lambda: world.intake.count(waiting) + world.integration.count(waiting) == 0)
    with connect(amqp) as connection:
        lost = topology.inbox("sessions")(connection.channel()).purge()
    assert lost == world.said()
    stop(relays)

    workers = run(world)
    for client in clients:
        world.live(client)
    assert afterglow("events", "replay", "intake", "--since", since(), "--to", "sessions", "--dry-run").exit_code == 0
    assert world.heard() < world.said()
    for publisher in ("intake", "integration"):
        done = afterglow("events", "replay", publisher, "--since", since(), "--to", "sessions")
        assert done.exit_code == 0, done.output
    until(lambda: world.heard() == world.said())
    stop(workers)

    assert world.sessions.count("select count(*) from consent") == 20
    assert world.sessions.count("select count(*) from inbox_event") == 0


def test_without_its_broker_a_deployed_outbox_is_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.live(uuid4())
    world.intake.do("update outbox set published_at = now()")
    arguments = ("events", "replay", "intake", "--since", since(), "--to", "sessions")
    for address in (None, "", "memory://", "localhost:5672"):
        if address is None:
            monkeypatch.delenv("AFTERGLOW_AMQP")
        else:
            monkeypatch.setenv("AFTERGLOW_AMQP", address)

        answer = afterglow(*arguments)

        assert answer.exit_code == 2, (address, answer.output)
        assert "AFTERGLOW_AMQP" in answer.output
        assert "were published again" not in answer.output
    assert world.intake.count("select count(*) from outbox where published_at is null") == 0
    assert afterglow(*arguments, "--dry-run").exit_code == 0


def test_the_embedded_platform_has_all_hear_it_again_and_says_so_whatever_broker_the_environment_names(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.live(uuid4())
    world.intake.do("update outbox set published_at = now()")
    settings = {name: place.settings for name, place in world.places.items()}
    record_addresses(tmp_path, {name: (one.database, str(one.database_owner)) for name, one in settings.items()})
    monkeypatch.delenv("AFTERGLOW_DATABASE")

    done = afterglow("events", "replay", "intake", "--since", since(), "--to", "sessions", "--data", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert "3 events were published again for all who hear intake" in done.output
    assert world.intake.count("select count(*) from outbox where published_at is null") == 3


@pytest.mark.parametrize(
    ("lost", "says"),
    [
        ("exchange", "The broker has no exchange"),
        ("queue", "The broker has no queue"),
        ("binding", "is not bound to"),
        ("broker", "the broker cannot be reached"),
    ],
)
def test_a_replay_that_would_reach_nobody_is_no_success(
    world: World, topology: Topology, amqp: str, monkeypatch: pytest.MonkeyPatch, lost: str, says: str
) -> None:
    world.live(uuid4())
    exchange, queue = topology.replay("sessions").name, topology.inbox("sessions").name
    with connect(amqp) as connection:
        channel = connection.channel()
        if lost == "exchange":
            channel.exchange_delete(exchange)
        elif lost == "queue":
            channel.queue_delete(queue)
        elif lost == "binding":
            channel.queue_unbind(queue, exchange, "*.intake.#")
    if lost == "broker":
        monkeypatch.setenv("AFTERGLOW_AMQP", "amqp://guest:secret@127.0.0.1:1//")

    answer = afterglow("events", "replay", "intake", "--since", since(), "--to", "sessions")

    assert answer.exit_code == (3 if lost == "broker" else 1), answer.output
    assert says in answer.output
    assert "were published again" not in answer.output
    assert "secret" not in answer.output
    if lost != "broker":
        assert "afterglow provision" in answer.output


def test_a_queue_that_refuses_what_is_replayed_is_said_in_one_line(world: World, topology: Topology, amqp: str) -> None:
    queue = topology.inbox("sessions").name
    with connect(amqp) as connection:
        channel = connection.channel()
        channel.queue_delete(queue)
        # A classic queue says at once that it is full; a quorum queue says so to what comes a little later.
        full = {"x-max-length": 1, "x-overflow": "reject-publish"}
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments=full)
        channel.queue_bind(queue, topology.replay("sessions").name, "*.intake.#")
    world.live(uuid4())

    answer = afterglow("events", "replay", "intake", "--since", since(), "--to", "sessions")

    assert answer.exit_code == 1, answer.output
    assert "the broker refused" in answer.output
    assert "start the same command again" in answer.output


def test_what_was_damaged_is_rebuilt_to_what_it_was_while_live_events_go_on(world: World) -> None:
    workers = run(world)
    clients = [uuid4() for _ in range(10)]
    for client in clients:
        world.live(client)
    until(lambda: world.heard() == world.said())
    before = world.sessions.rows(*KEPT)
    told = world.sessions.count("select count(*) from outbox")

    world.sessions.do(
        "delete from red_flag where closed_at is not null and ctid in (select ctid from red_flag limit 4)"
    )
    world.sessions.do("delete from person_of_client where ctid in (select ctid from person_of_client limit 2)")
    world.sessions.do("update consent set withdrawn_at = null where ctid in (select ctid from consent limit 3)")
    world.sessions.do("update client set display_name_sealed = 'somebody else'")
    dry = afterglow("rebuild", "sessions", "clients", "--dry-run")
    assert "6 rows would be added, 13 rows would be changed" in dry.output, dry.output
    assert world.sessions.rows(*KEPT) != before

    later = [uuid4() for _ in range(10)]
    living = threading.Thread(target=lambda: [world.live(client) for client in (*clients, *later)])
    living.start()
    done = afterglow("rebuild", "sessions", "clients")
    while living.is_alive():
        assert afterglow("rebuild", "sessions", "clients").exit_code == 0
    living.join()
    until(lambda: world.heard() == world.said())
    stop(workers)

    assert done.exit_code == 0, done.output
    after = world.sessions.rows(*KEPT)
    for table in KEPT:
        assert set(map(str, before[table])) <= set(map(str, after[table])), table
    assert len(after["client"]) == 20
    assert world.sessions.count("select count(*) from outbox") == told
    again = afterglow("rebuild", "sessions", "clients", "--dry-run")
    assert "0 rows would be added, 0 rows would be changed" in again.output, again.output


def test_what_lies_sealed_and_is_as_it_was_told_is_left_by_a_rebuild_as_it_is(world: World) -> None:
    listening = world.integration.worker("ingest", "inbox")
    listening.start()
    workers = [*run(world), listening]
    for _ in range(5):
        world.live(uuid4())
    until(lambda: world.heard() == world.said() and world.integration.count("select count(*) from client") == 5)
    stop(workers)

    for service in ("sessions", "integration"):
        answer = afterglow("rebuild", service, "clients")
        assert "5 streams" in answer.output, answer.output
        assert "0 rows added, 0 rows changed" in answer.output, answer.output


def test_programs_are_told_what_was_replayed_and_rebuilt(world: World) -> None:
    workers, client = run(world), uuid4()
    world.live(client)
    until(lambda: world.heard() == world.said())
    stop(workers)

    counted = afterglow("events", "replay", "intake", "--since", since(), "--to", "sessions", "--dry-run", "--json")
    replayed = afterglow("events", "replay", "intake", "--since", since(), "--to", "sessions", "--json")
    rebuilt = afterglow("rebuild", "sessions", "clients", "--json")

    told = [json.loads(answer.stdout) for answer in (counted, replayed)]
    assert [(one["dry_run"], one["events"], one["published"]) for one in told] == [(True, 3, 0), (False, 3, 3)]
    assert (told[1]["publisher"], told[1]["consumer"], told[1]["heard_by"]) == ("intake", "sessions", "sessions")
    assert json.loads(rebuilt.stdout) == {
        "service": "sessions",
        "projection": "clients",
        "dry_run": False,
        "streams": 1,
        "events": 5,
        "added": 0,
        "changed": 0,
        "unexplained": 0,
        "incomplete": [],
    }


def test_a_stream_of_which_the_outbox_has_not_all_is_left_as_it_is_and_named(world: World) -> None:
    workers, client = run(world), uuid4()
    world.live(client)
    until(lambda: world.heard() == world.said())
    stop(workers)
    world.sessions.do("update client set display_name_sealed = 'somebody else'")
    world.intake.do("delete from outbox where sequence = 1")

    done = afterglow("rebuild", "sessions", "clients")

    assert done.exit_code == 1
    assert str(client) in done.output
    assert world.sessions.count("select count(*) from client where display_name_sealed = 'somebody else'") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("events", "replay", "nobody", "--since", "2026-11-01", "--to", "sessions"), "no service nobody"),
        (("events", "replay", "notify", "--since", "2026-11-01", "--to", "sessions"), "does not hear notify"),
        (
            ("events", "replay", "intake", "--since", "2026-11-02", "--until", "2026-11-01", "--to", "sessions"),
            "Nothing",
        ),
        (("rebuild", "sessions", "visits"), "has no projection visits; it has clients"),
        (("rebuild", "nobody", "clients"), "no service nobody"),
    ],
)
def test_a_slip_of_the_operator_is_said_plainly(arguments: tuple[str, ...], says: str) -> None:
    answer = afterglow(*arguments)
    assert answer.exit_code == 2
    assert says in answer.output


def test_a_service_that_hears_a_publisher_late_begins_with_what_is_left_of_its_outbox(world: World) -> None:
    client = uuid4()
    for _ in range(3):
        world.intake.say(replace(ConsentGranted.sample(), subject=client, consent=uuid4()))
    world.intake.do("delete from outbox where sequence = 1")
    world.intake.do("update outbox set published_at = now()")
    arguments = ("events", "replay", "intake", "--since", since(), "--to", "sessions")
    worker = world.sessions.worker("ingest", "inbox")
    worker.start()

    assert afterglow(*arguments).exit_code == 0
    until(lambda: world.sessions.count("select count(*) from inbox_event where state = 'waiting'") == 2)
    assert "1 streams would begin" in afterglow(*arguments, "--begin", "--dry-run").output
    assert world.heard() == 0

    assert "1 streams begin" in afterglow(*arguments, "--begin").output
    until(lambda: world.heard() == 3)
    assert "0 streams begin" in afterglow(*arguments, "--begin").output
    stop([worker])
    assert world.sessions.count("select count(*) from consent") == 2
