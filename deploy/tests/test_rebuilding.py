"""Rebuild: what a service keeps of others is made again from their outboxes, while new events go on."""

import threading
from uuid import uuid4

from shared.testing.waiting import until

from .outboxes import World, afterglow, run, stop

KEPT = ("client", "person_of_client", "consent", "red_flag")


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
