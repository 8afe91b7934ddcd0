"""The operator's commands, on a real inbox."""

import json
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from shared.bus.inbox import InboxWorker
from shared.clock import now
from shared.main import main
from shared.service import Service
from shared.settings import Settings
from shared.testing.bench import Bench
from stack.drills.toys import listener, said_by, take_effect


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return listener("notify", _fails_on_poison)


_healed: list[bool] = []


def _fails_on_poison(event, tx) -> None:  # type: ignore[no-untyped-def]
    if getattr(event, "text_version", "") == "poison" and not _healed:
        raise RuntimeError("rosa@example.org")
    take_effect(event, tx)


@pytest.fixture
def parked(bench: Bench, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """The second of three events about a client has failed for good."""
    monkeypatch.setenv("AFTERGLOW_DATABASE", settings.database)
    _healed.clear()
    client, say = uuid4(), said_by("intake")
    bench.arrive(say(client, False))
    event = bench.arrive(say(client, True)).id
    bench.arrive(say(client, False))
    worker = InboxWorker(bench.store, bench.service.handlers)
    for _ in range(8):
        bench.advance(hours=1)
        while worker.handle():
            pass
    return event


def afterglow(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["events", *arguments], env={"COLUMNS": "200"})


def effects(bench: Bench) -> list[int]:
    bench.clock.at = now()  # The commands live in the present.
    while InboxWorker(bench.store, bench.service.handlers).handle():
        pass
    with bench.owner.connect() as connection:
        return list(connection.scalars(text("select sequence from effect order by position")))


def test_parked_lists_what_waits_and_who_waits_behind_it(parked: UUID) -> None:
    [listed] = json.loads(afterglow("parked", "--service", "notify", "--json").output)
    assert (listed["id"], listed["sequence"], listed["behind"]) == (str(parked), 2, 1)
    assert str(parked) in afterglow("parked", "--service", "notify").output
    assert "Nothing is parked" in afterglow("parked", "--service", "notify", "--clinic", "cedar").output


def test_show_tells_error_and_traceback_and_withholds_what_people_said(parked: UUID) -> None:
    shown = afterglow("show", str(parked), "--service", "notify")
    assert shown.exit_code == 0
    assert "_fails_on_poison" in shown.output
    assert "rosa" not in shown.output


def test_retry_drains_in_order_what_waited(parked: UUID, bench: Bench) -> None:
    assert effects(bench) == [1]
    _healed.append(True)
    assert afterglow("retry", str(parked), "--service", "notify").exit_code == 0
    assert effects(bench) == [1, 2, 3]


@pytest.mark.parametrize("decision", ["skip", "discard"])
def test_passing_over_needs_a_reason_and_lets_successors_go_on(parked: UUID, bench: Bench, decision: str) -> None:
    assert afterglow(decision, str(parked), "--service", "notify").exit_code == 2
    assert effects(bench) == [1]

    done = afterglow(decision, str(parked), "--service", "notify", "--reason", "Merged by hand.")

    assert done.exit_code == 0
    assert effects(bench) == [1, 3]
    again = afterglow("retry", str(parked), "--service", "notify")
    assert again.exit_code == 1
    assert "Only a parked event" in again.output


def test_an_event_that_nobody_has_is_said_plainly(parked: UUID) -> None:
    missing = afterglow("retry", str(uuid4()), "--service", "notify")
    assert missing.exit_code == 1
    assert "No inbox has the event" in missing.output


def test_a_database_that_is_away_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_DATABASE", "postgresql://nobody:secret@127.0.0.1:1/{service}")
    answer = afterglow("parked")
    assert answer.exit_code == 1
    assert "The database of intake" in answer.output
    assert "secret" not in answer.output
