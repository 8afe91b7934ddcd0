"""Replay: from the outboxes of real services, while new events go on."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from shared.bus.topology import Topology, connect
from shared.events.intake import ConsentGranted
from shared.testing.waiting import until
from stack.databases import record_addresses

from .outboxes import World, afterglow, run, since, stop


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
