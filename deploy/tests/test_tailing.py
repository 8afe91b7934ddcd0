"""Tailing what is said, on a real outbox."""

import json
import threading
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

from shared.clock import now
from shared.main import main
from shared.service import Service
from shared.settings import Settings
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from stack.drills.toys import listener, said_by
from stack.tailing import Tail, Wanted


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return listener("intake")


@pytest.fixture
def intake(bench: Bench, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("AFTERGLOW_DATABASE", settings.database)
    bench.clock.at = now()
    return bench


def say(bench: Bench, client: UUID, clinic: str = "maple", *, before_commit: threading.Event | None = None) -> None:
    with bench.store.transaction(clinic, Actor("desk"), Origin("say", "request", "first-request")) as tx:
        tx.publish(said_by("intake")(client, False))
        if before_commit is not None:
            assert before_commit.wait(10)


def tail(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["events", "tail", "--service", "intake", "--no-follow", *arguments])


def shown(*arguments: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in tail("--json", *arguments).output.splitlines()]


def test_events_are_shown_in_order_of_time_with_their_place_and_what_they_go_back_to(intake: Bench) -> None:
    client = uuid4()
    say(intake, client)
    say(intake, client)
    first, second = shown()
    assert (first["sequence"], second["sequence"]) == (1, 2)
    assert first["about"] == f"client/{client}"
    assert first["correlation"] == "first-request"
    assert "data" not in first
    assert "#1  from first-request" in tail().output


def test_filters_by_clinic_client_type_and_age(intake: Bench) -> None:
    one, other = uuid4(), uuid4()
    say(intake, one)
    say(intake, other, clinic="cedar")
    assert [line["about"] for line in shown("--clinic", "cedar")] == [f"client/{other}"]
    assert [line["about"] for line in shown("--client", str(one))] == [f"client/{one}"]
    assert len(shown("--type", "intake.consent.*")) == 2
    assert shown("--type", "sessions.*") == []
    assert shown("--clinic", "nowhere") == []
    intake.clock.at = now()
    assert tail("--since", "soon").exit_code == 2


def test_open_data_withholds_what_not_everybody_may_read(intake: Bench) -> None:
    say(intake, uuid4())
    [line] = shown("--open-data")
    assert line["data"]["text_version"] == "2026-01"  # type: ignore[index]


def test_what_commits_late_is_shown_once_all_the_same(intake: Bench) -> None:
    # It took its place in the outbox first, and commits after another one was shown.
    watched, go_on = Tail([intake.store], Wanted(intake.clock())), threading.Event()
    late, early = uuid4(), uuid4()
    writing = threading.Thread(target=say, args=(intake, late), kwargs={"before_commit": go_on})
    writing.start()
    say(intake, early)
    assert [envelope.subject for envelope in watched.look()] == [early]
    go_on.set()
    writing.join()
    assert [envelope.subject for envelope in watched.look()] == [late]
    assert watched.look() == []
