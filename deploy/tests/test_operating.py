"""The operator's commands, on a real inbox."""

import getpass
import json
from dataclasses import replace
from pathlib import Path
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
from shared.testing.keys import MASTER_KEYS_TEXT
from stack.databases import record_addresses
from stack.toys import listener, said_by, take_effect


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
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
    monkeypatch.setenv("AFTERGLOW_OPERATOR", "ana")
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


def copies(bench: Bench, state: str, number: int, *, clinic: str = "maple", before: UUID | None = None) -> None:
    """So many events in that state, each of a stream of its own, that came after all others or before that one."""
    with bench.owner.begin() as connection:
        connection.execute(
            text(
                "insert into inbox_event (consumer, id, publisher, stream, sequence, clinic, type, body, state,"
                " received_at, attempts, next_attempt_at, position) overriding system value"
                " select consumer, gen_random_uuid(), publisher, :clinic || '/client/' || gen_random_uuid(), 1,"
                "   :clinic, type, body, :state, received_at, 7, next_attempt_at,"
                "   case when :before then -i else newest + i end"
                " from generate_series(1, :number) i, (select * from inbox_event where sequence = 2 limit 1) one,"
                " (select 1000 + max(position) as newest from inbox_event) last"
            ),
            {"clinic": clinic, "state": state, "number": number, "before": before is not None},
        )
        connection.execute(
            text(
                "insert into inbox_stream (consumer, publisher, stream, clinic, handled)"
                " select consumer, publisher, stream, clinic, case when state = 'parked' then 0 else 1 end"
                " from inbox_event on conflict do nothing"
            )
        )


def auditors(bench: Bench) -> list[str]:
    with bench.owner.connect() as connection:
        query = text("select actor from audit where action = 'inbox.retry' order by position")
        return list(connection.scalars(query))


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
    mistyped = afterglow("parked", "--service", "notify", "--clinic", "mapel")
    assert (mistyped.exit_code, "no clinic mapel" in mistyped.output) == (2, True)


def test_show_tells_error_and_traceback_and_withholds_what_people_said(parked: UUID) -> None:
    shown = afterglow("show", str(parked), "--service", "notify")
    assert shown.exit_code == 0
    assert "_fails_on_poison" in shown.output
    assert "parked since" in shown.output
    assert "rosa" not in shown.output
    whole = json.loads(afterglow("show", str(parked), "--service", "notify", "--json").output)
    assert (whole["id"], whole["state"]) == (str(parked), "parked")


def test_retry_drains_in_order_what_waited(parked: UUID, bench: Bench) -> None:
    assert effects(bench) == [1]
    _healed.append(True)
    assert afterglow("retry", str(parked), "--service", "notify").exit_code == 0
    assert effects(bench) == [1, 2, 3]


def test_parked_ones_come_before_those_that_were_decided_on_and_that_there_are_more_is_said(
    parked: UUID, bench: Bench
) -> None:
    copies(bench, "skipped", 3, before=parked)
    copies(bench, "parked", 1, clinic="cedar")

    shown = json.loads(afterglow("parked", "--all", "--service", "notify", "--json").stdout)
    assert [one["state"] for one in shown] == ["parked", "parked", "skipped", "skipped", "skipped"]

    shown = afterglow("parked", "--all", "--service", "notify", "--json", "--limit", "2")
    assert [one["state"] for one in json.loads(shown.stdout)] == ["parked", "parked"]
    assert "notify has more than these 2" in shown.stderr
    assert "more than" not in afterglow("parked", "--all", "--service", "notify", "--limit", "5").stderr


def test_a_clinic_is_asked_for_however_many_others_have_parked_before_it(parked: UUID, bench: Bench) -> None:
    copies(bench, "parked", 150)
    copies(bench, "parked", 1, clinic="cedar")
    [listed] = json.loads(afterglow("parked", "--service", "notify", "--clinic", "cedar", "--json").stdout)
    assert listed["stream"].startswith("cedar/")
    assert len(json.loads(afterglow("parked", "--service", "notify", "--json").stdout)) == 152


def test_only_successors_wait_behind_an_event(parked: UUID, bench: Bench) -> None:
    # The third of a line, whose first has not come, broke its schema; the second waits as well as the fourth.
    client, say = uuid4(), said_by("intake")
    _, second, third, fourth = (bench.envelope(say(client, False)) for _ in range(4))
    bench.deliver(second, replace(third, data={"kind": "perhaps"}), fourth)
    listed = json.loads(afterglow("parked", "--service", "notify", "--json").stdout)
    assert {one["sequence"]: one["behind"] for one in listed} == {2: 1, 3: 1}


def test_waiting_tells_what_has_not_come_from_whom_and_since_when_it_was_said(
    parked: UUID, bench: Bench, settings: Settings
) -> None:
    client, say = uuid4(), said_by("intake")
    _, _, *others = (bench.envelope(say(client, False)) for _ in range(4))
    bench.deliver(*others)
    with bench.owner.begin() as connection:
        # The publisher's database is this one too, so that its outbox can be asked when the event was said.
        connection.execute(
            text(
                "insert into outbox (id, clinic, stream, sequence, type, routing_key, body, occurred_at)"
                " values (gen_random_uuid(), 'maple', :stream, 1, '', '', '', '2026-11-01T10:00:00.5Z')"
            ),
            {"stream": others[0].stream},
        )

    [gap] = json.loads(afterglow("waiting", "--service", "notify", "--json").stdout)
    assert (gap["publisher"], gap["stream"]) == ("intake", others[0].stream)
    assert (gap["missing_from"], gap["missing_to"], gap["behind"]) == (1, 2, 2)
    assert gap["said_at"] == "2026-11-01T10:00:00.500000+00:00"
    shown = afterglow("waiting", "--service", "notify", "--clinic", "maple").stdout
    assert "#1 to #2" in shown
    assert "2026-11-01T10:00:00" in shown
    assert "Nothing waits" in afterglow("waiting", "--service", "notify", "--clinic", "cedar").stdout


def test_who_decides_is_asked_for_and_in_the_audit(
    parked: UUID, bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings
) -> None:
    monkeypatch.delenv("AFTERGLOW_OPERATOR")
    nobody = afterglow("retry", str(parked), "--service", "notify")
    assert nobody.exit_code == 2
    assert "--by NAME or AFTERGLOW_OPERATOR" in nobody.output
    assert afterglow("retry", str(parked), "--service", "notify", "--by", "  ").exit_code == 2
    assert afterglow("retry", str(parked), "--service", "notify", "--by", "ana\nbo").exit_code == 2
    assert auditors(bench) == []

    assert afterglow("retry", str(parked), "--service", "notify", "--by", "ana.b").exit_code == 0
    assert auditors(bench) == ["operator:ana.b"]

    # Beside the embedded platform it is whoever is at this machine.
    record_addresses(tmp_path, {"notify": (settings.database, str(settings.database_owner))})
    monkeypatch.delenv("AFTERGLOW_DATABASE")
    monkeypatch.setattr(getpass, "getuser", lambda: "rosa")
    copies(bench, "parked", 1)
    [other] = json.loads(afterglow("parked", "--json", "--data", str(tmp_path)).stdout)
    assert afterglow("retry", other["id"], "--data", str(tmp_path)).exit_code == 0
    assert auditors(bench) == ["operator:ana.b", "operator:rosa"]


@pytest.mark.parametrize("reason", ["", "  ", "ok", "x" * 501])
def test_a_reason_says_something_as_it_has_to_by_http(parked: UUID, reason: str) -> None:
    refused = afterglow("skip", str(parked), "--service", "notify", "--reason", reason)
    assert refused.exit_code == 2
    assert "--reason" in refused.output


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


def test_programs_are_told_what_was_decided_and_why_it_was_not(parked: UUID) -> None:
    decide = ("discard", str(parked), "--service", "notify", "--reason", "Merged by hand.", "--json")
    done = json.loads(afterglow(*decide).stdout)
    assert done == {"service": "notify", "id": str(parked), "state": "discarded", "behind": 1}

    again = afterglow(*decide)
    assert (again.exit_code, again.stdout) == (1, "")
    assert json.loads(again.stderr)["error"]["code"] == "not_parked"


def test_an_event_that_nobody_has_is_said_plainly(parked: UUID) -> None:
    missing = afterglow("retry", str(uuid4()), "--service", "notify")
    assert missing.exit_code == 1
    assert "No inbox has the event" in missing.output


def test_a_database_that_is_away_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_DATABASE", "postgresql://nobody:secret@127.0.0.1:1/{service}")
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
    answer = afterglow("parked")
    assert answer.exit_code == 3
    assert "The database of intake" in answer.output
    assert "secret" not in answer.output
