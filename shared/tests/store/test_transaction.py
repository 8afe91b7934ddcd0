"""State and events in one transaction."""

import threading
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import ProgrammingError
from toy import Heard, Note, consent

from shared.errors import NotFound, Refused, Stale
from shared.events.envelope import MAX_BYTES
from shared.events.language import catalogue
from shared.store import Actor
from shared.store.tables import idempotency
from shared.store.transaction import Origin
from shared.testing.bench import Bench

ACTOR = Actor("therapist-at-maple", frozenset({"therapist"}))
ORIGIN = Origin("note.write", "request-1", "request-1")
PLANNED = catalogue["afterglow.sessions.series.planned.v1"]


def planned(client: UUID):
    return PLANNED.from_data(client, PLANNED.sample_data())


def test_rows_event_and_audit_line_commit_together(bench: Bench) -> None:
    client = uuid4()
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.add(Note(id=client, clinic="maple", words="x", version=1))
        tx.publish(planned(client))

    [event] = bench.published()
    assert (event.type, event.subject, event.sequence) == (PLANNED.type, client, 1)
    with bench.owner.connect() as connection:
        audit = connection.execute(text("select actor, roles, action from audit")).all()
    assert audit == [("therapist-at-maple", "therapist", "note.write")]


def test_a_failed_deed_leaves_no_row_and_tells_nobody(bench: Bench) -> None:
    client = uuid4()
    with pytest.raises(RuntimeError), bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.add(Note(id=client, clinic="maple", words="x", version=1))
        tx.publish(planned(client))
        raise RuntimeError

    assert bench.published() == []
    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from note")) == 0
        assert connection.scalar(text("select count(*) from audit")) == 0
        assert connection.scalar(text("select count(*) from stream_head")) == 0


def test_sequences_have_no_gap_and_commit_order_is_sequence_order_for_many_writers(bench: Bench) -> None:
    clients = [uuid4() for _ in range(3)]

    def write(start: int) -> None:
        for number in range(20):
            with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
                tx.publish(planned(clients[(start + number) % 3]))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for client in clients:
        in_order_of_position = [e.sequence for e in bench.published() if e.subject == client]
        assert in_order_of_position == list(range(1, 41))


def test_a_service_cannot_publish_for_another(bench: Bench) -> None:
    foreign = catalogue["afterglow.intake.consent.granted.v1"]
    with pytest.raises(ValueError, match="does not publish"), bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.publish(foreign.from_data(uuid4(), foreign.sample_data()))


def test_another_clinics_row_is_not_found(bench: Bench) -> None:
    note = uuid4()
    with bench.store.transaction("cedar", ACTOR, ORIGIN) as tx:
        tx.add(Note(id=note, clinic="cedar", words="x", version=1))

    with pytest.raises(NotFound), bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.one(Note, note)


def test_raw_sql_without_a_clinic_sees_and_writes_nothing(bench: Bench) -> None:
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.add(Note(id=uuid4(), clinic="maple", words="x", version=1))
        tx.add(Heard(clinic="maple", subject=uuid4(), sequence=1, type="x"))
        tx.publish(planned(uuid4()))
        tx.set_timer("note", subject=uuid4(), due_at=tx.now, key="a key")
        tx.session.execute(
            insert(idempotency).values(clinic="maple", actor="x", key="x", fingerprint="x", created_at=tx.now)
        )
    bench.arrive(consent(uuid4()))

    names = ("note", "heard", "audit", "idempotency", "outbox", "stream_head", "inbox_event", "inbox_stream", "timer")
    with bench.owner.connect() as owner, bench.store.engine.connect() as connection:
        for table in (*names, "clinic"):
            assert owner.scalar(text(f"select count(*) from {table}")) > 0, table
            assert connection.scalar(text(f"select count(*) from {table}")) == 0, table
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(text(f"insert into note values ('{uuid4()}', 'maple', 'x', 1)"))


def test_no_transaction_opens_the_carriers_of_every_clinic(bench: Bench) -> None:
    for clinic in ("*", "", "maple\n", "Maple"):
        with pytest.raises(NotFound), bench.store.transaction(clinic, ACTOR, ORIGIN):
            pytest.fail("it opened")


def test_an_event_that_is_larger_than_its_readers_take_is_refused_with_all_that_came_with_it(bench: Bench) -> None:
    client = uuid4()
    with pytest.raises(Refused, match="event_too_large"), bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.add(Note(id=client, clinic="maple", words="x", version=1))
        tx.publish(replace(planned(client), protocol="x" * MAX_BYTES))
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        assert tx.find(Note, client) is None


def test_a_worker_for_all_clinics_opens_the_carriers_and_no_tenant_table(bench: Bench) -> None:
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.add(Note(id=uuid4(), clinic="maple", words="x", version=1))
        tx.publish(planned(uuid4()))

    with bench.store.carrier() as session:
        assert session.scalar(text("select count(*) from outbox")) == 1
        assert session.scalar(text("select count(*) from note")) == 0
        assert session.scalar(text("select count(*) from audit")) == 0


def test_an_audit_line_cannot_be_changed_or_removed(bench: Bench) -> None:
    with bench.store.transaction("maple", ACTOR, ORIGIN):
        pass
    for attack in ("delete from audit", "update audit set actor = 'nobody'"):
        with pytest.raises(ProgrammingError, match="permission denied"), bench.store.carrier() as session:
            session.execute(text(attack))


def test_a_decision_on_an_old_version_is_stale(bench: Bench) -> None:
    note = uuid4()
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.add(Note(id=note, clinic="maple", words="x", version=2))
    with pytest.raises(Stale), bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.one(Note, note, version=1)


def test_a_timer_fires_once_at_its_time_and_a_cancelled_one_never(bench: Bench) -> None:
    kept, cancelled = uuid4(), uuid4()
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        for subject in (kept, cancelled):
            due = tx.now.replace(hour=16)
            tx.set_timer("note", subject=subject, due_at=due, key=f"note-{subject}", words="now")
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.cancel_timer(f"note-{cancelled}")

    bench.advance(minutes=59)
    assert notes(bench) == []
    bench.advance(minutes=1)
    bench.advance(hours=5)
    assert notes(bench) == [kept]


def test_a_stop_waits_for_the_timer_in_hand_and_leaves_the_others_set(bench: Bench) -> None:
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        for number in range(3):
            tx.set_timer("note", subject=uuid4(), due_at=tx.now, key=f"note-{number}", words="now")

    told = iter([False, True])
    bench.service.timers.run_due(bench.store, stopping=lambda: next(told))

    with bench.owner.connect() as connection:
        states = connection.scalars(text("select state from timer order by state")).all()
    assert states == ["fired", "set", "set"]


def test_a_timer_that_fails_is_tried_again_and_then_parked(bench: Bench) -> None:
    subject = uuid4()
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.set_timer("note", subject=subject, due_at=tx.now, key="bad", nothing="here")
    for _ in range(8):
        bench.advance(hours=1)
    with bench.owner.connect() as connection:
        state, attempts, error = connection.execute(text("select state, attempts, error from timer")).one()
    assert (state, attempts) == ("parked", 7)
    assert error.startswith("KeyError")


def notes(bench: Bench) -> list[UUID]:
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        return [note.id for note in tx.all(select(Note))]
