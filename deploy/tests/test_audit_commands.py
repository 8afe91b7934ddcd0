"""`afterglow audit verify` and `afterglow sealing rotate` beside a platform."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from shared.main import main
from shared.service import Service
from shared.settings import Settings
from shared.store.auditing import chain
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.testing.keys import MASTER_KEYS_TEXT
from stack.services import NAMES
from stack.toys import listener, take_effect


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return listener("notify", take_effect)


@pytest.fixture(autouse=True)
def _addresses(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_DATABASE", settings.database)
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
    monkeypatch.setenv("AFTERGLOW_OPERATOR", "ana")


@pytest.fixture
def chained(bench: Bench) -> Bench:
    """Four deeds at Maple and Cedar, chained."""
    for clinic in ("maple", "cedar", "maple", "cedar"):
        with bench.store.transaction(clinic, Actor("nurse"), Origin("note.read", "r", "r")):
            pass
    chain(bench.store)
    return bench


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", "verify", "--service", "notify", *arguments], env={"COLUMNS": "200"})


def tamper(bench: Bench, statement: str) -> None:
    with bench.owner.begin() as connection:
        connection.execute(text(statement))


def cut(bench: Bench, clinic: str, after: int) -> None:
    kept = f"(select position from audit_chain where clinic = '{clinic}' and number <= {after})"
    tamper(bench, f"delete from audit where clinic = '{clinic}' and position not in {kept}")
    tamper(bench, f"delete from audit_chain where clinic = '{clinic}' and number > {after}")


def test_heads_are_saved_of_every_clinic(chained: Bench, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"

    assert verify("--save", str(heads)).exit_code == 0

    saved = json.loads(heads.read_text(encoding="utf-8"))
    assert {clinic: head["number"] for clinic, head in saved["notify"].items()} == {"cedar": 2, "maple": 2}


def test_a_chain_with_a_fault_replaces_no_head_that_was_noted(chained: Bench, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    verify("--save", str(heads))
    noted = heads.read_text(encoding="utf-8")
    cut(chained, "maple", 1)

    told = verify("--save", str(heads))

    assert (told.exit_code, "number 2, which was noted" in told.output) == (1, True)
    assert heads.read_text(encoding="utf-8") == noted
    assert verify("--save", str(fresh := tmp_path / "fresh.json"), "--heads", str(heads)).exit_code == 1
    assert not fresh.exists()


def test_what_was_not_looked_at_keeps_the_head_that_was_noted(chained: Bench, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    verify("--save", str(heads))
    noted = json.loads(heads.read_text(encoding="utf-8"))["notify"]
    with chained.store.transaction("cedar", Actor("nurse"), Origin("note.read", "r", "r")):
        pass
    chain(chained.store)

    assert verify("--save", str(heads), "--clinic", "cedar").exit_code == 0

    saved = json.loads(heads.read_text(encoding="utf-8"))["notify"]
    assert (saved["maple"], saved["cedar"]["number"]) == (noted["maple"], 3)


def test_a_clinic_that_is_gone_is_missed_where_it_was_noted(chained: Bench, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    verify("--save", str(heads))
    cut(chained, "cedar", 0)
    tamper(chained, "delete from clinic where id = 'cedar'")
    assert verify().exit_code == 0

    told = verify("--heads", str(heads), "--json")

    assert told.exit_code == 1
    assert {one["clinic"]: [fault["kind"] for fault in one["faults"]] for one in json.loads(told.output)} == {
        "cedar": ["cut"],
        "maple": [],
    }


def test_a_file_that_holds_no_heads_is_named_and_left_as_it_is(chained: Bench, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("Dear diary", encoding="utf-8")

    told = verify("--save", str(other))

    assert (told.exit_code, "notes.txt holds no heads" in told.output) == (1, True)
    assert other.read_text(encoding="utf-8") == "Dear diary"


def rotate(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sealing", "rotate", "--clinic", "maple", *arguments])


def test_who_has_a_clinics_key_replaced_is_in_its_audit(chained: Bench) -> None:
    assert rotate("--by", "ben").exit_code == 0

    with chained.owner.connect() as connection:
        query = "select clinic, actor, action from audit where roles = 'operator' order by position"
        lines = [tuple(row) for row in connection.execute(text(query))]
    # The services of this test have one database.
    assert lines == [("maple", "operator:ben", "sealing.replace_clinic_key")] * len(NAMES)


def test_what_was_replaced_is_told_to_programs_by_service(chained: Bench) -> None:
    done = json.loads(rotate("--json").stdout)

    assert (done["clinic"], [one["service"] for one in done["services"]]) == ("maple", list(NAMES))
    assert {(one["wrapped_by_master"], one["resealed"]) for one in done["services"]} == {(0, None)}
    assert all(isinstance(one["wrapped_data_keys"], int) for one in done["services"])


def test_nobody_has_keys_replaced_without_a_name(chained: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFTERGLOW_OPERATOR")

    nobody = rotate()

    assert (nobody.exit_code, "--by NAME or AFTERGLOW_OPERATOR" in nobody.output) == (2, True)
