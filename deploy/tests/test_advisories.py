"""What is said of advisories, found, none, or out of reach."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stack.advisories import main

CLEAN = {"name": "flask", "version": "3.1.0", "vulns": []}
BAD = {"name": "oldie", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "flask", "skip_reason": "Dependency not found and could not be audited"}


def audited(monkeypatch: pytest.MonkeyPatch, lock: Path, *packages: dict[str, Any]) -> tuple[int, str]:
    def run(*_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, json.dumps({"dependencies": packages}), "")

    monkeypatch.setattr(subprocess, "run", run)
    lock.write_text("")
    done = CliRunner().invoke(main, [str(lock)])
    return done.exit_code, done.output.strip()


def test_an_advisory_ends_the_audit_with_1_and_says_what_mends_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended, said = audited(monkeypatch, tmp_path / "dev.txt", CLEAN, BAD)
    assert ended == 1
    assert said.splitlines() == [
        "dev.txt: 2 of 2 packages audited, 1 advisories",
        "  oldie 1.0: PYSEC-2026-1, mended in 1.1",
    ]


def test_nothing_known_is_told_with_how_many_were_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert audited(monkeypatch, tmp_path / "dev.txt", CLEAN, UNKNOWN) == (
        0,
        "dev.txt: 1 of 2 packages audited, 0 advisories",
    )


def test_where_the_service_is_out_of_reach_that_is_said_and_nothing_is_called_clean(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended, said = audited(monkeypatch, tmp_path / "dev.txt", UNKNOWN)
    assert ended == 0
    assert said == "dev.txt: NOT AUDITED, the advisory service cannot be reached from here"

    def hang(*_: Any, **options: Any) -> None:
        raise subprocess.TimeoutExpired("pip-audit", options["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    assert "NOT AUDITED" in CliRunner().invoke(main, [str(tmp_path / "dev.txt")]).output
