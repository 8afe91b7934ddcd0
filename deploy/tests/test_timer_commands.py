"""The operator's commands about timers, on real ones."""

import json
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from toy import toy_service

from shared.main import main
from shared.service import Service
from shared.settings import Settings
from shared.store.timers import Timer
from shared.store.transaction import Actor, Origin, Transaction
from shared.testing.bench import Bench
from shared.testing.keys import MASTER_KEYS_TEXT


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return toy_service("notify")


def _fail(timer: Timer, tx: Transaction) -> None:
    raise RuntimeError("rosa@example.org")


@pytest.fixture
def parked(bench: Bench, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[UUID]:
    """A timer of Maple's that failed for good."""
    monkeypatch.setenv("AFTERGLOW_DATABASE", settings.database)
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
    monkeypatch.setenv("AFTERGLOW_OPERATOR", "ana")
    monkeypatch.setitem(bench.service.timers._actions, "note", _fail)
    with bench.store.transaction("maple", Actor("desk"), Origin("plan", "request", "request")) as tx:
        tx.set_timer("note", subject=uuid4(), due_at=tx.now, key="one", words="Rosa called.")
    for _ in range(8):
        bench.advance(hours=1)
    with bench.owner.connect() as connection:
        yield connection.execute(text("select id from timer")).scalar_one()


def afterglow(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["timers", *arguments, "--service", "notify"], env={"COLUMNS": "200"})


def state(bench: Bench) -> tuple[str, int]:
    with bench.owner.connect() as connection:
        row = connection.execute(text("select state, attempts from timer")).one()
        return row.state, row.attempts


def test_parked_lists_what_failed_for_good_without_what_it_was_set_with(parked: UUID) -> None:
    [listed] = json.loads(afterglow("parked", "--json").stdout)
    assert (listed["id"], listed["service"], listed["clinic"], listed["kind"]) == (
        str(parked),
        "notify",
        "maple",
        "note",
    )
    shown = afterglow("parked").stdout
    assert str(parked) in shown
    assert "osa" not in shown + str(listed)
    assert "No timer is parked" in afterglow("parked", "--clinic", "cedar").stdout


def test_retry_sets_it_again_with_all_its_attempts_in_the_operators_name(parked: UUID, bench: Bench) -> None:
    done = afterglow("retry", str(parked))
    assert done.exit_code == 0, done.output
    assert state(bench) == ("set", 0)
    with bench.owner.connect() as connection:
        assert list(connection.scalars(text("select actor from audit where action = 'timers.retry'"))) == [
            "operator:ana"
        ]
    again = afterglow("retry", str(parked))
    assert again.exit_code == 1
    assert "Only a parked timer" in again.output


def test_cancel_needs_a_reason_and_somebody(parked: UUID, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert afterglow("cancel", str(parked)).exit_code == 2
    assert afterglow("cancel", str(parked), "--reason", "").exit_code == 2
    monkeypatch.delenv("AFTERGLOW_OPERATOR")
    assert afterglow("cancel", str(parked), "--reason", "Told by phone.").exit_code == 2
    assert state(bench) == ("parked", 7)

    done = afterglow("cancel", str(parked), "--reason", "Told by phone.", "--by", "ana", "--json")
    assert json.loads(done.stdout) == {"service": "notify", "id": str(parked), "kind": "note", "state": "cancelled"}
    assert state(bench) == ("cancelled", 7)
    with bench.owner.connect() as connection:
        assert connection.execute(text("select reason from timer")).scalar_one() == "Told by phone."


def test_a_timer_that_nobody_has_is_said_plainly(parked: UUID) -> None:
    missing = afterglow("retry", str(uuid4()))
    assert missing.exit_code == 1
    assert "No service has the timer" in missing.output
