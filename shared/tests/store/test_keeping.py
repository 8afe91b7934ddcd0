"""The outbox by weeks."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from toy import toy_service

from shared.clock import now
from shared.service import Service
from shared.store.keeping import keep_outbox_weeks
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return toy_service("intake")


def say(bench: Bench, at: datetime) -> None:
    from toy import consent

    bench.clock.at = at
    with bench.store.transaction("maple", Actor("desk"), Origin("say", "request", "request")) as tx:
        tx.publish(consent(uuid4()))


def weeks(bench: Bench) -> dict[str, int]:
    with bench.owner.connect() as connection:
        names = connection.scalars(
            text("select relname from pg_class where relnamespace = 'outbox_weeks'::regnamespace and relkind = 'r'")
        ).all()
        return {name: connection.scalar(text(f'select count(*) from outbox_weeks."{name}"')) or 0 for name in names}


def make_week(bench: Bench, monday: datetime) -> str:
    name = f"{monday:%Gw%V}"
    with bench.owner.begin() as connection:
        connection.execute(
            text(
                f'create table if not exists outbox_weeks."{name}" partition of outbox'
                f" for values from ('{monday.isoformat()}') to ('{(monday + timedelta(days=7)).isoformat()}')"
            )
        )
        connection.execute(text(f'alter table outbox_weeks."{name}" owner to intake_owner'))
    return name


def test_the_weeks_ahead_are_there_and_an_event_lies_in_its_own(bench: Bench) -> None:
    keep_outbox_weeks(bench.store, timedelta(days=90))
    say(bench, now())
    found = weeks(bench)
    assert found[f"{now():%Gw%V}"] == 1
    assert found[f"{now() + timedelta(weeks=4):%Gw%V}"] == 0
    assert found["other"] == 0


def test_an_old_week_is_dropped_once_all_of_it_was_published(bench: Bench) -> None:
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    name = make_week(bench, monday)
    say(bench, monday + timedelta(days=2))
    bench.clock.at = datetime(2026, 11, 23, tzinfo=UTC)
    assert keep_outbox_weeks(bench.store, timedelta(days=90)) == []
    assert weeks(bench)[name] == 1

    with bench.owner.begin() as connection:
        connection.execute(text("update outbox set published_at = now()"))
    assert keep_outbox_weeks(bench.store, timedelta(days=365)) == []
    assert keep_outbox_weeks(bench.store, timedelta(days=90)) == [name]
    assert name not in weeks(bench)


def test_events_that_came_while_their_week_was_missing_move_into_it(bench: Bench) -> None:
    this_week = f"{now():%Gw%V}"
    with bench.owner.begin() as connection:
        connection.execute(text(f'alter table outbox detach partition outbox_weeks."{this_week}"'))
        connection.execute(text(f'drop table outbox_weeks."{this_week}"'))
    say(bench, now())
    assert weeks(bench)["other"] == 1

    keep_outbox_weeks(bench.store, timedelta(days=90))

    assert weeks(bench)["other"] == 0
    assert weeks(bench)[this_week] == 1
    assert len(bench.published()) == 1


def test_the_application_reaches_the_weeks_through_the_outbox_alone(bench: Bench) -> None:
    say(bench, now())
    with bench.store.engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(f'select count(*) from outbox_weeks."{now():%Gw%V}"'))
    with bench.store.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from outbox")) == 0
