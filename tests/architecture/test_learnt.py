"""What is put back before a test is what a service kept when it heard of the clinics: nothing less, nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from shared.clinics import Clinic
from shared.clock import HeldClock
from shared.testing.bench import Bench
from shared.testing.learnt import Learnt
from shared.testing.plugin import MONDAY, database_of, open_bench, prepare_database, service_settings
from shared.testing.tokens import Signer
from stack.services import NAMES, all_services


def kept(database: Engine) -> dict[str, Any]:
    """Every row of every table, and how far each sequence is."""
    with database.connect() as connection:
        tables = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
        rows = {
            table: connection.scalars(text(f"select one::text from {table} one order by 1")).all() for table in tables
        }
        counted = connection.execute(text("select sequencename, last_value from pg_sequences order by 1")).all()
    return rows | {"": [tuple(one) for one in counted]}


Opener = Callable[[HeldClock], AbstractContextManager[Bench]]


@pytest.fixture(params=NAMES)
def opened(
    request: pytest.FixtureRequest,
    worker: str,
    amqp: str,
    signer: Signer,
    database_admin: str,
    _databases: dict[str, Engine],
) -> Opener:
    """Each service in turn, on an empty database."""
    [service] = [service for service in all_services() if service.name == request.param]
    settings, called = service_settings(service, worker, amqp, signer), database_of(service, worker)
    if called not in _databases:
        _databases[called] = prepare_database(service, settings, database_admin, worker)
    return lambda clock: open_bench(service, settings, _databases[called], clock, signer)


def test_what_is_put_back_is_what_was_there(opened: Opener, maple: Clinic, cedar: Clinic) -> None:
    learnt, seen = Learnt(), []
    # For the first time there may be no keys yet; the second time it is learnt, and the third it is put back.
    for _ in range(3):
        with opened(HeldClock(MONDAY)) as bench:
            learnt.know(bench, maple, cedar)
            sequences, arrived = bench.remembered()
            seen.append((kept(bench.owner), sequences, [(one.type, one.clinic, one.data) for one in arrived]))

    assert seen[1] == seen[2]
    assert len(seen[1][0]["clinic"]) == 2
    assert len(seen[1][2]) == (0 if bench.service.name == "intake" else 2)


def test_of_another_clinic_or_at_another_time_it_is_learnt_anew(opened: Opener, maple: Clinic, cedar: Clinic) -> None:
    learnt, later = Learnt(), MONDAY + timedelta(hours=1)
    for _ in range(2):
        with opened(HeldClock(MONDAY)) as bench:
            learnt.know(bench, maple, cedar)

    with opened(HeldClock(MONDAY)) as bench:
        learnt.know(bench, cedar)
        assert len(kept(bench.owner)["clinic"]) == 1
    with opened(HeldClock(later)) as bench, bench.owner.connect() as connection:
        learnt.know(bench, maple, cedar)
        assert set(connection.scalars(text("select changed_at from clinic"))) == {later}
