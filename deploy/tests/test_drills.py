"""The drills, short: `make drill` and `make drill-pressure` are the long ones."""

from pathlib import Path

import pytest

from stack.bench.run import BENCHES, Report, Sizes
from stack.bench.stage import Stage
from stack.drills import pressure, storm


def test_every_event_takes_effect_once_and_in_order_whatever_is_killed(tmp_path: Path) -> None:
    lines: list[str] = []
    verdict = storm.run(storm.Plan(events=1500, seconds=15, seed=11, broker_kills=1), tmp_path, lines.append)
    assert verdict.wrongs == [], "\n".join([*lines, verdict.table()])
    assert verdict.counts["events said"] >= 1500
    assert verdict.counts["fault: broker killed"] == 1
    assert verdict.counts["parked in sessions"] >= 1


def test_an_effect_that_is_lost_or_doubled_is_found(tmp_path: Path) -> None:
    from sqlalchemy import text

    from stack.drills.verdict import judge
    from stack.drills.world import World

    with World(tmp_path) as world:
        said = text(
            "insert into outbox (id, clinic, stream, sequence, type, routing_key, body, occurred_at, published_at)"
            " select gen_random_uuid(), 'elm', 'elm/client/1', n, 't', 'k', '\"poison\"', now(), now()"
            " from generate_series(1, 3) n"
        )
        effect = (
            "insert into effect (clinic, event_id, publisher, stream, sequence)"
            " values ('elm', :id, 'intake', 'elm/client/1', :sequence)"
        )
        with world.admin("intake").begin() as connection:
            connection.execute(said)
            first, second, third = connection.scalars(text("select id from outbox order by sequence")).all()
        with world.admin("sessions").begin() as connection:
            for event, sequence in ((first, 1), (third, 3), (third, 3)):
                connection.execute(text(effect), {"id": event, "sequence": sequence})
        wrongs = "\n".join(judge(world, parked={"sessions": [], "notify": []}).wrongs)
    assert f"sessions: 1 events have no effect, such as {second}" in wrongs
    assert f"sessions: 1 events have more than one effect, such as {third}" in wrongs
    assert "went from 1 to 3" in wrongs
    assert "no poisoned event was parked" in wrongs


def test_what_piles_up_while_a_consumer_is_away_drains_in_order(tmp_path: Path) -> None:
    figures, wrongs = pressure.run(3000, tmp_path, lambda _: None, commands=50)
    # How fast commands were says little on a busy machine; the long drill looks at that.
    assert [wrong for wrong in wrongs if not wrong.startswith("commands took")] == []
    assert figures["effects"] == 3100


@pytest.mark.parametrize("name", ["relay", "inbox"])
def test_the_benchmarks_measure_everything_that_they_name(tmp_path: Path, name: str) -> None:
    report = Report()
    with Stage(tmp_path) as stage:
        BENCHES[name](stage, Sizes(repeats=1, events=1000, seconds=1, streams=100, outbox=100), report)
    figures = report.as_json()
    assert all(one["rate"] > 0 and one["cpu_us"] > 0 for runs in figures["measures"][name].values() for one in runs)
    assert figures["targets"]
    assert all(target["met"] in (True, False) for target in figures["targets"])
    assert "\n".join(report.lines())
