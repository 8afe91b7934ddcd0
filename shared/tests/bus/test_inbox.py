"""The inbox: once, in order, and a failure stops one client only."""

import threading
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from toy import consent, toy_service, write_down

from shared.bus.inbox import InboxWorker
from shared.events.intake import ConsentGranted
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
    from shared.events.sessions import SeriesPlanned

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
