"""What is kept of an error tells an operator where to look, and nothing about a person."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from toy import Note, consent, toy_service

from shared.events.intake import ConsentGranted
from shared.service import Service
from shared.store import Transaction
from shared.store.retries import describe
from shared.testing.bench import Bench


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return toy_service("sessions")


def test_a_handler_that_fails_deep_in_a_library_is_named_with_what_the_database_calls_it(bench: Bench) -> None:
    twice = uuid4()

    def write_twice(event: ConsentGranted, tx: Transaction) -> None:
        for _ in range(2):
            tx.session.execute(
                text("insert into note values (:id, :clinic, 'rosa@example.org', 1)"),
                {"id": twice, "clinic": tx.clinic_id},
            )

    service = toy_service("sessions")
    service.handlers.on(ConsentGranted)(write_twice)
    bench.service = service
    bench.arrive(consent(uuid4()))
    with pytest.raises(AssertionError):
        bench.settle()

    with bench.owner.connect() as connection:
        error = connection.scalar(text("select error from inbox_event"))
    kind, *frames = error.splitlines()
    assert kind == "IntegrityError (UniqueViolation 23505)"
    assert any("write_twice" in frame and "test_describing.py" in frame for frame in frames)
    assert any(frame.strip().startswith("shared/bus/inbox.py:") for frame in frames)
    assert sum("sqlalchemy" in frame or "psycopg" in frame for frame in frames) <= 1
    assert "rosa" not in error


def test_an_error_that_was_never_raised_is_its_kind_alone() -> None:
    assert describe(KeyError("rosa@example.org")) == "KeyError"


def test_a_row_that_is_written_late_is_described_as_well(bench: Bench) -> None:
    def add_twice(event: ConsentGranted, tx: Transaction) -> None:
        tx.add(Note(id=UUID(int=1), clinic=tx.clinic_id, words="rosa@example.org", version=1))

    service = toy_service("sessions")
    service.handlers.on(ConsentGranted)(add_twice)
    bench.service = service
    client = uuid4()
    bench.hear(consent(client))
    bench.arrive(consent(client))
    with pytest.raises(AssertionError, match="UniqueViolation 23505"):
        bench.settle()
