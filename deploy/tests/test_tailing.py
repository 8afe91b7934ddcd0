"""Tailing what is said, on a real outbox."""

import itertools
import json
import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from shared.clock import now
from shared.main import main
from shared.service import Service
from shared.settings import Settings
from shared.store.bodies import open_outbox
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.testing.keys import MASTER_KEYS_TEXT
from stack.tailing import Tail, Wanted
from stack.toys import listener, said_by


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return listener("intake")


@pytest.fixture
def intake(bench: Bench, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("AFTERGLOW_DATABASE", settings.database)
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
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
    assert tail("--clinic", "nowhere").exit_code == 2
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
    assert list(watched.look()) == []


def have_said(bench: Bench, times: int, *, seconds: float) -> None:
    """The last event was said so many times more, evenly over the next seconds, as before there was sealing."""
    with bench.owner.begin() as connection:
        last = connection.execute(text("select * from outbox order by occurred_at desc, position desc limit 1")).one()
        connection.execute(
            text(
                "insert into outbox (id, clinic, stream, sequence, type, routing_key, body, occurred_at)"
                " select gen_random_uuid(), clinic, stream, sequence + i, type, routing_key, :body,"
                "   occurred_at + make_interval(secs => :seconds * i / :times)"
                " from generate_series(1, :times) i, (select * from outbox where id = :id) last"
            ),
            {"times": times, "seconds": seconds, "id": last.id, "body": open_outbox(bench.store.keyring, last)},
        )


def test_however_much_was_said_all_of_it_is_shown_once(intake: Bench) -> None:
    intake.clock.at = now() - timedelta(hours=1)
    say(intake, uuid4())
    have_said(intake, 12_000, seconds=1800)
    assert len(shown("--since", "2h")) == 12_001


def test_a_burst_does_not_hold_up_what_is_said_after_it(intake: Bench) -> None:
    began = intake.clock()
    watched, later = Tail([intake.store], Wanted(began)), uuid4()
    say(intake, uuid4())
    have_said(intake, 12_000, seconds=20)
    intake.clock.at = began + timedelta(seconds=25)
    assert len(list(watched.look())) == 12_001

    say(intake, later)

    assert [envelope.subject for envelope in watched.look()] == [later]
    assert list(watched.look()) == []


def test_what_commits_late_is_shown_after_a_look_that_took_longer_than_it(intake: Bench) -> None:
    # The look began before it was said, passed its place before it was committed, and came to its end much later.
    began = intake.clock()
    watched, go_on = Tail([intake.store], Wanted(began)), threading.Event()
    late, other = uuid4(), uuid4()
    say(intake, other)
    have_said(intake, 2500, seconds=10)
    looking = watched.look()
    next(looking)
    intake.clock.at = began + timedelta(seconds=5)
    writing = threading.Thread(target=say, args=(intake, late), kwargs={"before_commit": go_on})
    writing.start()
    rest = [envelope.subject for envelope in itertools.islice(looking, 1400)]
    have_said(intake, 500, seconds=300)
    rest += [envelope.subject for envelope in looking]
    go_on.set()
    writing.join()

    assert len(rest) == 3000
    assert [envelope.subject for envelope in watched.look()] == [late]
    assert list(watched.look()) == []


def test_services_are_shown_in_one_order_and_a_busy_one_hides_no_quiet_one(intake: Bench) -> None:
    quiet = uuid4()
    say(intake, quiet)
    have_said(intake, 12_000, seconds=20)
    both = Tail([intake.store, intake.store], Wanted(intake.clock()))
    times = [envelope.time for envelope in both.look()]
    assert len(times) == 24_002
    assert times == sorted(times)
