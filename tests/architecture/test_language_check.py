"""`afterglow events check`: an incompatible change of an event does not leave, and says whom it would have broken."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shared.events import snapshot
from stack.language import language_now
from stack.language_commands import check_events

DECIDED = "intake.clearance.decided.v1"
Edit = Callable[[dict[str, Any]], None]


def check(*arguments: str) -> Result:
    return CliRunner().invoke(check_events, list(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A snapshot of the language as it is now."""
    snapshot.write(language_now(), tmp_path)
    return tmp_path


def as_it_was(folder: Path, event: str, edit: Edit) -> None:
    """Have the snapshot hold another form of an event, so that the code's is a change of it."""
    path = folder / f"{event}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def said_of(result: Result, event: str) -> str:
    """What the check says of one event: its line, and those that belong to it."""
    found = re.search(rf"^\S+ +{re.escape(event)}.*\n((?: +.*\n)*)", result.output, re.MULTILINE)
    assert found is not None, result.output
    return found[0]


def test_the_language_is_as_its_committed_snapshot_has_it() -> None:
    result = check()

    assert result.exit_code == 0, f"{result.output}\nAn incompatible change needs a new version of the event."
    assert f"{len(language_now())} events, as the snapshot has them" in result.output


def test_an_incompatible_change_ends_with_1_and_names_whom_it_breaks(folder: Path) -> None:
    # In the snapshot nobody could be declined; the code says that they can.
    as_it_was(
        folder, DECIDED, lambda event: event["schema"]["properties"]["outcome"].update(enum=["cleared", "deferred"])
    )

    result = check("--snapshot", str(folder))

    assert result.exit_code == 1
    said = said_of(result, DECIDED)
    assert said.startswith("breaking")
    assert "field outcome: may now also be cleared_with_conditions, declined" in said
    assert "readers that do not know the new form yet" in said
    assert "sessions: keep_clearance, gate_booking" in said
    assert re.search(r"notify: .*tell_of_decision.*offer_to_partners", said)
    # It has no handler for this event, but takes in all that intake says.
    assert "integration: refuses it at ingest" in said
    assert "partners with the scope summary or clinical or contact" in said
    assert "docs/adding-an-event.md" in result.output


def test_a_lowered_sensitivity_breaks_partners_and_no_service(folder: Path) -> None:
    as_it_was(
        folder,
        DECIDED,
        lambda event: event["schema"]["properties"]["decided_at"].update({"x-sensitivity": "clinical"}),
    )

    result = check("--snapshot", str(folder))

    assert result.exit_code == 1
    said = said_of(result, DECIDED)
    assert "field decided_at: was clinical and is now open" in said
    assert "partners with the scope summary or clinical or contact" in said
    assert "sessions" not in said


def test_what_partners_were_never_told_concerns_none_of_them(folder: Path) -> None:
    as_it_was(
        folder,
        "integration.red_flag.raised.v1",
        lambda event: event["schema"]["properties"]["reason"].update(enum=["help_now"]),
    )

    said = said_of(check("--snapshot", str(folder)), "integration.red_flag.raised.v1")

    assert re.search(r"sessions: \w+", said)
    assert "notify: call_staff" in said
    assert "partners" not in said


def test_a_removed_event_breaks_those_who_heard_it_when_the_snapshot_was_taken(folder: Path) -> None:
    copied = json.loads((folder / f"{DECIDED}.json").read_text(encoding="utf-8"))
    copied |= {"type": "afterglow.intake.clearance.revised.v1", "partners": False, "heard_by": ["integration"]}
    (folder / "intake.clearance.revised.v1.json").write_text(json.dumps(copied), encoding="utf-8")

    result = check("--snapshot", str(folder))

    assert result.exit_code == 1
    said = said_of(result, "intake.clearance.revised.v1")
    assert said.startswith("breaking")
    assert "integration: heard it when the snapshot was taken" in said
    assert "sessions" not in said


def test_a_change_that_breaks_nobody_only_wants_to_be_accepted(folder: Path) -> None:
    def lacks_weight(event: dict[str, Any]) -> None:
        del event["schema"]["properties"]["weight_kg"]

    as_it_was(folder, DECIDED, lacks_weight)
    (folder / "sessions.session.held.v1.json").unlink()

    behind = check("--snapshot", str(folder))
    accepted = check("--snapshot", str(folder), "--accept")
    after = check("--snapshot", str(folder))

    assert behind.exit_code == 1
    assert f"compatible  {DECIDED}, field weight_kg: is a new optional field (clinical)" in behind.output
    assert "compatible  sessions.session.held.v1: is new" in behind.output
    assert "Run `afterglow events check --accept`" in behind.output
    assert (accepted.exit_code, after.exit_code) == (0, 0)
    assert snapshot.read(folder) == language_now()


def test_a_change_that_breaks_somebody_is_not_accepted(folder: Path) -> None:
    as_it_was(folder, DECIDED, lambda event: event["schema"]["required"].remove("outcome"))
    before = snapshot.read(folder)

    refused = check("--snapshot", str(folder), "--accept")

    assert refused.exit_code == 1
    assert "field outcome: is now required" in refused.output
    assert snapshot.read(folder) == before != language_now()


def test_a_new_version_that_no_reader_of_the_old_one_could_read_is_accepted_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = language_now()[f"afterglow.{DECIDED}"]
    asked_for = {"because": {"type": "string", "x-sensitivity": "clinical", "examples": ["a reason"]}}
    schema = {"properties": asked_for, "required": ["because"], "type": "object", "description": "It was decided."}
    new = replace(old, type=old.type.replace(".v1", ".v2"), schema=schema)
    both = language_now() | {new.type: new}
    monkeypatch.setattr("stack.language.language_now", lambda: both)

    accepted = check("--snapshot", str(folder), "--accept")

    assert accepted.exit_code == 0, accepted.output
    assert snapshot.read(folder) == both

    monkeypatch.setattr("stack.language.language_now", lambda: both | {old.type: replace(old, schema=schema)})
    assert check("--snapshot", str(folder)).exit_code == 1  # In place of the old one, the same form breaks its readers.
