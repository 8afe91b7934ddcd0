"""The inbox: once, in order, and a failure stops one client only."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from toy import Heard, consent, toy_service, write_down

from shared.bus.inbox import InboxWorker
from shared.events.intake import ConsentGranted
from shared.events.integration import IntentionSet
from shared.events.sessions import SeriesPlanned
from shared.store import Transaction, inbox
from shared.store.inbox import Arrival
from shared.testing.bench import Bench


def heard(bench: Bench, client: UUID | None = None) -> list[int]:
    with bench.owner.connect() as connection:
        rows = connection.execute(text("select subject, sequence from heard order by position")).all()
    return [row.sequence for row in rows if client in (None, row.subject)]


def states(bench: Bench, client: UUID) -> list[tuple[int, str]]:
    with bench.owner.connect() as connection:
        query = text("select sequence, state from inbox_event where stream like :client order by sequence")
        return [(row.sequence, row.state) for row in connection.execute(query, {"client": f"%{client}"})]


def cursor(bench: Bench, client: UUID) -> int:
    with bench.owner.connect() as connection:
        query = text("select handled from inbox_stream where stream like :client")
        return int(connection.scalar(query, {"client": f"%{client}"}) or 0)


def test_each_event_has_its_effect_once_and_in_order(bench: Bench) -> None:
    client = uuid4()
    for _ in range(5):
        bench.arrive(consent(client))
    bench.settle()
    bench.settle()
    assert heard(bench, client) == [1, 2, 3, 4, 5]


def test_an_event_that_overtook_its_predecessor_waits_for_it(bench: Bench) -> None:
    client = uuid4()
    first, *later = [bench.envelope(consent(client)) for _ in range(4)]
    bench.deliver(*later)
    bench.settle()
    assert heard(bench, client) == []

    bench.deliver(first)
    bench.settle()
    assert heard(bench, client) == [1, 2, 3, 4]


def test_events_of_two_clinics_in_one_batch_stay_apart(bench: Bench) -> None:
    client = uuid4()
    bench.arrive(consent(client), clinic="maple")
    bench.arrive(consent(client), clinic="cedar")
    bench.settle()
    with bench.owner.connect() as connection:
        assert sorted(connection.scalars(text("select clinic from heard"))) == ["cedar", "maple"]


def test_a_poison_event_stops_its_client_and_no_other(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, healthy = uuid4(), uuid4()

    def fail_for_one(event: ConsentGranted, tx: object) -> None:
        if event.subject == poisoned and event.text_version == "poison":
            raise RuntimeError("rosa@example.org")
        write_down(event, tx)  # type: ignore[arg-type]

    service = toy_service("sessions")
    service.handlers.on(ConsentGranted)(fail_for_one)
    bench.service = service
    for version in ("fine", "poison", "after"):
        bench.arrive(consent(poisoned, version))
        bench.arrive(consent(healthy, version))

    with pytest.raises(AssertionError, match="RuntimeError"):
        bench.settle()
    assert heard(bench, poisoned) == [1]
    assert heard(bench, healthy) == [1, 2, 3]

    for _ in range(8):
        bench.advance(hours=1)
        while InboxWorker(bench.store, service.handlers).handle():
            pass
    assert states(bench, poisoned) == [(2, "parked"), (3, "waiting")]
    assert states(bench, healthy) == []
    with bench.owner.connect() as connection:
        attempts, error = connection.execute(
            text("select attempts, error from inbox_event where state = 'parked'")
        ).one()
    assert attempts == 7
    assert "fail_for_one" in error
    assert "rosa" not in error


def test_many_workers_side_by_side_handle_each_event_once_and_in_order(bench: Bench) -> None:
    clients = [uuid4() for _ in range(20)]
    for _ in range(10):
        for client in clients:
            bench.arrive(consent(client))

    def work() -> None:
        worker, idle = InboxWorker(bench.store, bench.service.handlers), 0
        while idle < 3:
            idle = 0 if worker.handle(streams=4, events=8) else idle + 1

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    bench.settle()
    for client in clients:
        assert heard(bench, client) == list(range(1, 11))


def test_an_event_nobody_reacts_to_only_moves_the_cursor(bench: Bench) -> None:
    client = uuid4()
    bench.service = toy_service("sessions")
    bench.arrive(consent(client))
    bench.arrive(consent(client))
    bench.settle()
    assert heard(bench) == []
    assert states(bench, client) == []
    assert cursor(bench, client) == 2


def test_what_the_handler_says_is_told_with_its_writes_and_names_its_cause(bench: Bench) -> None:
    client = uuid4()
    service = toy_service("sessions")

    @service.handlers.on(ConsentGranted)
    def answer(event: ConsentGranted, tx: object) -> None:
        tx.publish(SeriesPlanned.from_data(event.subject, SeriesPlanned.sample_data()))  # type: ignore[attr-defined]

    bench.service = service
    cause = bench.hear(consent(client))
    [answered] = bench.published(SeriesPlanned)
    assert answered.causation_id == str(cause.id)
    assert answered.correlation_id == cause.correlation_id


def test_a_duplicate_of_what_waits_or_was_handled_changes_nothing(bench: Bench) -> None:
    client = uuid4()
    first, second, third = (bench.envelope(consent(client)) for _ in range(3))
    bench.deliver(first, first, third, third)
    bench.settle()
    bench.deliver(first, second, first, third)
    bench.settle()
    bench.deliver(third, second, first)
    bench.settle()
    assert heard(bench, client) == [1, 2, 3]
    assert states(bench, client) == []


def test_an_event_that_arrives_while_its_predecessor_is_handled_is_not_forgotten(bench: Bench) -> None:
    # Its ingest sees the old cursor, and the handler does not see it: one of them must wait for the other.
    client, in_hand, go_on = uuid4(), threading.Event(), threading.Event()
    service = toy_service("sessions")

    @service.handlers.on(ConsentGranted)
    def slowly(event: ConsentGranted, tx: object) -> None:
        in_hand.set()
        assert go_on.wait(10)
        write_down(event, tx)  # type: ignore[arg-type]

    bench.service = service
    first, second = (bench.envelope(consent(client)) for _ in range(2))
    bench.deliver(first)
    handling = threading.Thread(target=bench.settle)
    handling.start()
    assert in_hand.wait(10)
    bench.deliver(second)  # Does not wait for the handler.
    go_on.set()
    handling.join()
    bench.settle()
    assert heard(bench, client) == [1, 2]


def test_an_event_that_arrives_while_its_predecessor_is_marked_is_not_forgotten(bench: Bench) -> None:
    client = uuid4()
    first, second = (bench.envelope(consent(client)) for _ in range(2))
    bench.deliver(first)
    handling = threading.Thread(target=InboxWorker(bench.store, bench.service.handlers).handle)
    with bench.store.carrier() as arriving:
        inbox.lay_in(arriving, "sessions", bench.store.keyring, [Arrival(second, second.to_bytes())], bench.clock())
        handling.start()  # It can't see the second one, which has seen that it comes too early.
        bench.somebody_waits()
    handling.join()

    bench.settle()
    assert heard(bench, client) == [1, 2]


def test_a_line_that_is_blocked_takes_no_place_from_another_publishers(bench: Bench) -> None:
    client = uuid4()
    bench.service.handlers.on(IntentionSet)(write_down)
    blocked = [bench.envelope(consent(client)) for _ in range(3)]
    bench.deliver(*blocked[1:])
    bench.arrive(IntentionSet.from_data(client, IntentionSet.sample_data()))
    worker = InboxWorker(bench.store, bench.service.handlers)
    assert worker.handle(streams=1, events=1) == 1
    assert heard(bench, client) == [1]


def test_a_fact_of_a_publisher_that_lost_its_memory_is_told_from_a_duplicate(bench: Bench) -> None:
    client = uuid4()
    handled = [bench.envelope(consent(client)) for _ in range(3)]
    bench.deliver(*handled)
    bench.settle()
    bench.clock.at += timedelta(hours=3)

    anew = replace(bench.envelope(consent(client)), sequence=2)
    with bench.store.carrier() as session:
        arrivals = [Arrival(envelope, envelope.to_bytes()) for envelope in (handled[0], anew)]
        new, strangers = inbox.lay_in(session, "sessions", bench.store.keyring, arrivals, bench.clock())
    assert not new
    assert [stranger.envelope.id for stranger in strangers] == [anew.id]


def test_an_event_that_another_worker_handled_meanwhile_is_not_held(bench: Bench) -> None:
    client = uuid4()
    bench.arrive(consent(client))
    with bench.store.carrier() as session:
        stream = inbox.claim(session, "sessions", bench.clock(), streams=1, failed_before=False)
        [row] = inbox.read_next(session, "sessions", stream, bench.clock(), limit=1)
    bench.settle()
    with bench.store.carrier() as session:
        assert inbox.hold(session, row, "it failed", bench.clock(), ()) is None


def test_a_handler_of_a_projection_can_only_keep(bench: Bench) -> None:
    service = toy_service("sessions")

    @service.handlers.projection("consents", Heard.subject).on(ConsentGranted)
    def tell(event: ConsentGranted, tx: Transaction) -> None:
        tx.publish(SeriesPlanned.from_data(event.subject, SeriesPlanned.sample_data()))

    bench.service = service
    with pytest.raises(AssertionError, match="TypeError"):
        bench.hear(consent(uuid4()))


def test_many_small_streams_are_seen_to_be_more_than_one_turn(bench: Bench) -> None:
    for _ in range(3):
        bench.arrive(consent(uuid4()))
    worker = InboxWorker(bench.store, bench.service.handlers)
    assert worker.handle(events=2) == 2
    assert worker.sees_more
    assert worker.handle(events=2) == 1
    assert not worker.sees_more


def test_what_became_ready_behind_a_full_turn_is_seen(bench: Bench) -> None:
    client = uuid4()
    for _ in range(inbox.EACH + 1):
        bench.arrive(consent(client))
    worker = InboxWorker(bench.store, bench.service.handlers)
    assert worker.handle() == inbox.EACH
    assert worker.sees_more


def test_a_second_worker_takes_other_streams_than_the_first(bench: Bench) -> None:
    clients = [uuid4() for _ in range(12)]
    for client in clients:
        bench.arrive(consent(client))
    with bench.store.carrier() as one, bench.store.carrier() as other:
        ours = inbox.claim(one, "sessions", bench.clock(), streams=5, failed_before=False)
        theirs = inbox.claim(other, "sessions", bench.clock(), streams=5, failed_before=False)
    assert len(ours) == len(theirs) == 5
    assert not set(ours) & set(theirs)


def test_a_failure_in_a_large_transaction_costs_no_other_stream_its_turn(bench: Bench) -> None:
    service, calls = toy_service("sessions"), []

    @service.handlers.on(ConsentGranted)
    def react(event: ConsentGranted, tx: object) -> None:
        calls.append(event.subject)
        if event.text_version == "poison":
            raise RuntimeError
        write_down(event, tx)  # type: ignore[arg-type]

    bench.service = service
    clients = [uuid4() for _ in range(60)]
    for number, client in enumerate(clients):
        bench.arrive(consent(client, "poison" if number % 20 == 10 else "fine"))
    worker = InboxWorker(bench.store, service.handlers)
    while worker.handle():
        pass
    assert len(heard(bench)) == 57
    # Each of the three failures undoes at most what was done before it; nothing is tried over and over.
    assert len(calls) < 60 * 4
