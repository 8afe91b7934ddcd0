"""Quorum failover: three RabbitMQ nodes, the inbox queue's leader killed under load, and no confirmed event lost.

python -m stack.drills.failover --seconds 20 --seed 7
"""

import json
import random
import sys
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

from shared.bus.topology import Topology, connect
from shared.local.cluster import RabbitMQCluster
from shared.local.processes import LocalServerError
from stack.drills.ledger import Verdict, judge
from stack.drills.load import LISTENER, PUBLISHER, Load

_SETTLE_SECONDS = 3.0
"""RabbitMQ 3.10 finds no leader for a queue whose node is killed within two seconds of its declaration."""


@dataclass(frozen=True)
class Kill:
    """One death of the leader: which node, how much had been confirmed, and how long a publisher then had to wait."""

    node: str
    confirmed_before: int
    successor: str
    longest_pause_ms: int


@dataclass(frozen=True)
class Report:
    """What the drill found. `seconds` is how long there was load, `repeated` how many batches were sent again."""

    seed: int
    seconds: float
    verdict: Verdict
    kills: list[Kill]
    repeated: int
    longest_pause_ms: int

    @property
    def passed(self) -> bool:
        """Whether there was something to lose at each kill and nothing was."""
        counts = [0, *(kill.confirmed_before for kill in self.kills), self.verdict.confirmed]
        went_on = all(earlier < later for earlier, later in pairwise(counts))
        return went_on and self.verdict.lost == 0 and self.verdict.overtaken == 0


@dataclass(frozen=True)
class _Death:
    node: str
    at: float
    over: float
    confirmed_before: int
    successor: str


class Drill:
    """One run on a cluster that was started. The seed decides the events, the batches and the moments of the kills."""

    def __init__(self, cluster: RabbitMQCluster, *, seconds: float, kills: int, seed: int) -> None:
        self._cluster = cluster
        self._stretch = seconds / (kills + 1)
        self._kills = kills
        self._seed = seed
        self._rng = random.Random(seed)  # noqa: S311 - the drill must be repeatable.
        self._topology = Topology()
        self._queue = self._topology.inbox(LISTENER).name

    def run(self) -> Report:
        """Declare, load, kill, bring back, and count. Raises `LocalServerError` when a node does not come back."""
        self._declare()
        with Load(self._cluster.addresses, self._topology, self._seed) as load:
            begin = time.monotonic()
            deaths = [self._kill_leader(load) for _ in range(self._kills)]
            self._let_it_run(load)
            end = time.monotonic()
            load.finish()
        kills = [
            Kill(death.node, death.confirmed_before, death.successor, load.longest_pause_ms(death.at, death.over))
            for death in deaths
        ]
        return Report(
            seed=self._seed,
            seconds=round(end - begin, 1),
            verdict=judge(load.confirmed, load.received),
            kills=kills,
            repeated=sum(spoken.repeated for spoken in load.spoken),
            longest_pause_ms=load.longest_pause_ms(begin, end),
        )

    def _declare(self) -> None:
        with connect(self._cluster.address) as connection:
            self._topology.declare(connection, LISTENER, [PUBLISHER])
        self._cluster.wait_for_members(self._queue, self._topology.undecodable.name, self._topology.unrouted.name)
        time.sleep(_SETTLE_SECONDS)

    def _kill_leader(self, load: Load) -> _Death:
        self._let_it_run(load)
        node = self._cluster.leader_of(self._queue)
        at, confirmed = time.monotonic(), len(load.confirmed)
        self._cluster.node(node).kill()
        successor = self._cluster.leader_of(self._queue)
        _say(f"killed {node}, which led, after {confirmed} confirmed events; {successor} leads now")
        load.go_on(self._rng.uniform(0.5, 2))
        self._cluster.node(node).start()
        # Whoever is killed next, the others must be a majority that has everything.
        self._cluster.wait_for_members(self._queue)
        return _Death(node, at, time.monotonic(), confirmed, successor)

    def _let_it_run(self, load: Load) -> None:
        load.go_on(self._stretch * self._rng.uniform(0.7, 1.3))


def run_failover(*, seconds: float, kills: int, seed: int) -> Report:
    """Run the drill on three nodes of its own, in a temporary folder. Raises `LocalServerError` where that can't be."""
    with (
        TemporaryDirectory(prefix="afterglow failover ") as folder,
        RabbitMQCluster(Path(folder) / "cluster") as cluster,
    ):
        _say(f"three nodes are one cluster: {', '.join(cluster.names)}")
        return Drill(cluster, seconds=seconds, kills=kills, seed=seed).run()


@click.command()
@click.option(
    "--seconds", type=click.FloatRange(1, 3600), default=20.0, show_default=True, help="Load between kills, in all."
)
@click.option("--kills", type=click.IntRange(1, 20), default=3, show_default=True, help="How often the leader dies.")
@click.option("--seed", default=7, show_default=True, help="Of the events, the batches and the moments of the kills.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def main(seconds: float, kills: int, seed: int, as_json: bool) -> None:
    """Kill the leader of an inbox queue under load; fail if an event that was confirmed is lost or overtaken."""
    try:
        report = run_failover(seconds=seconds, kills=kills, seed=seed)
    except LocalServerError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(asdict(report) | {"passed": report.passed}, indent=2))
    else:
        _print(report)
    sys.exit(0 if report.passed else 1)


def _print(report: Report) -> None:
    table = Table("", "count", title=f"Quorum failover, seed {report.seed}, {report.seconds} s under load")
    table.columns[1].justify = "right"
    for name, count in asdict(report.verdict).items():
        table.add_row(name.replace("_", " "), f"{count}")
    table.add_row("batches sent again", f"{report.repeated}")
    table.add_row("kills", f"{len(report.kills)}")
    for kill in report.kills:
        table.add_row(f"  {kill.node}, then {kill.successor}: longest pause, ms", f"{kill.longest_pause_ms}")
    table.add_row("longest pause in confirmed publishing, ms", f"{report.longest_pause_ms}")
    Console().print(table)


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
