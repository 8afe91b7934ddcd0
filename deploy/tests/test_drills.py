"""The drills, short: `make drill`, `make drill-pressure` and `make drill-failover` are the long ones."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from shared.local import rabbitmq
from stack.drills import failover, pressure, storm
from stack.drills.faults import BY_THE_WAY, KINDS


def test_every_event_takes_effect_once_and_in_order_whatever_is_killed(tmp_path: Path) -> None:
    lines: list[str] = []
    verdict = storm.run(storm.Plan(events=1500, seconds=10, seed=11, broker_kills=1), tmp_path, lines.append)
    assert verdict.wrongs == [], "\n".join([*lines, verdict.table()])
    assert verdict.counts["fault: broker killed"] == 1
    assert all(verdict.counts[f"fault: {kind}"] >= 1 for kind in (*KINDS, *BY_THE_WAY))
    assert verdict.counts["parked in sessions"] >= 1
    assert verdict.counts["events retold by sessions"] == verdict.counts["effects in sessions"] >= 1500
    assert verdict.counts["effects in notify"] == 2 * verdict.counts["effects in sessions"]


def test_what_piles_up_while_a_consumer_is_away_drains_in_order(tmp_path: Path) -> None:
    findings = pressure.run(3000, tmp_path, lambda _: None, commands=50)
    # How fast commands were says little on a busy machine; the long drill looks at that.
    assert [wrong for wrong in findings.wrongs() if not wrong.startswith("commands took")] == []
    assert findings.effects > 3000 + 3 * 50


@pytest.mark.parametrize("drill", [storm, pressure, failover])
def test_where_no_server_can_be_had_a_drill_ends_with_the_command_that_installs_it(
    drill: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbitmq, "RABBITMQ", replace(rabbitmq.RABBITMQ, path=Path("/nowhere/rabbitmq-server")))
    result = CliRunner().invoke(drill.main, [])
    assert result.exit_code == 1
    assert result.output.startswith("Error: RabbitMQ is not installed here: run `sudo apt-get")
