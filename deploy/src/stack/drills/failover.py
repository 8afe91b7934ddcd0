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

import click
from rich.console import Console
from rich.table import Table

from shared.bus.topology import Topology, connect
from shared.local.cluster import RabbitMQCluster
from stack.drills.ledger import Verdict, judge
from stack.drills.load import LISTENER, PUBLISHER, Load
from stack.drills.room import room

_SETTLE_SECONDS = 3.0
"""RabbitMQ 3.10 finds no leader for a queue whose node is killed within two seconds of its declaration."""


LONGEST_PAUSE_MS = 10_000
"""How long a publisher may wait at most for a confirmed batch: for an election and its own new beginning.

It is less than the 15 s after which a publisher gives up on a confirm, which no failover should cost.
"""


@dataclass(frozen=True)
class Kill:
    """One death of the leader: which node, who led then, and how long a publisher had to wait at most.

    The counts are of confirmed events, by publisher: before it, and what came while that node was still down.
    """

    node: str
    successor: str
    confirmed_before: tuple[int, ...]
    confirmed_without: tuple[int, ...]
    longest_pause_ms: int


@dataclass(frozen=True)
class Report:
    """What the drill found. `seconds` is how long there was load, `repeated` how many batches were sent again.

    `asked` is how many kills there should have been, `confirmed` the events of each publisher at the end.
    """

    seed: int
    seconds: float
    verdict: Verdict
    asked: int
    kills: list[Kill]
    confirmed: tuple[int, ...]
    repeated: int
    longest_pause_ms: int

    @property
    def wrongs(self) -> list[str]:
        """What does not hold: empty when there was something to lose at each kill, nothing was, and all went on."""
        found = [] if len(self.kills) == self.asked else [f"the leader died {len(self.kills)} times, not {self.asked}"]
        counts = [tuple(0 for _ in self.confirmed), *(kill.confirmed_before for kill in self.kills), self.confirmed]
        for earlier, later in pairwise(counts):
            if not all(then < now for then, now in zip(earlier, later, strict=True)):
                found.append(f"a publisher stood still: {earlier} events were confirmed, then {later}")
        for kill in self.kills:
            if kill.successor == kill.node:
                found.append(f"{kill.node} was killed and leads")
            if not all(kill.confirmed_without):
                found.append(f"without {kill.node} the publishers had {kill.confirmed_without} events confirmed")
        if self.longest_pause_ms > LONGEST_PAUSE_MS:
            found.append(f"a publisher waited for {self.longest_pause_ms} ms")
        if self.verdict.lost:
            found.append(f"{self.verdict.lost} events that were confirmed were lost")
        if self.verdict.overtaken:
            found.append(f"{self.verdict.overtaken} events were overtaken in the queue")
        return found

    @property
    def passed(self) -> bool:
        return not self.wrongs


@dataclass(frozen=True)
class _Death:
    node: str
    successor: str
    at: float
    over: float
    confirmed_before: tuple[int, ...]
    confirmed_without: tuple[int, ...]


class Drill:
    """One run on a cluster that was started. The seed decides the events, the batches and the moments of the kills."""

    def __init__(self, cluster: RabbitMQCluster, *, seconds: float, kills: int, seed: int) -> None:
        self._cluster = cluster
        self._stretch = seconds / (kills + 1)
        self._kills = kills
        self._seed = seed
        self._rng = random.Random(seed)  # nosec B311 # the drill must be repeatable.
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
            Kill(
                death.node,
                death.successor,
                death.confirmed_before,
                death.confirmed_without,
                load.longest_pause_ms(death.at, death.over),
            )
            for death in deaths
        ]
        return Report(
            seed=self._seed,
            seconds=round(end - begin, 1),
            verdict=judge(load.confirmed, load.heard),
            asked=self._kills,
            kills=kills,
            confirmed=load.confirmed_each,
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
        at, before = time.monotonic(), load.confirmed_each
        self._cluster.node(node).kill()
        successor = self._cluster.leader_of(self._queue)
        _say(f"killed {node}, which led, after {sum(before)} confirmed events; {successor} leads now")
        load.go_on(self._rng.uniform(0.5, 2))
        without = load.go_on_until_each_grows(LONGEST_PAUSE_MS / 1000)
        self._cluster.node(node).start()
        # Whoever is killed next, the others must be a majority that has everything.
        self._cluster.wait_for_members(self._queue)
        return _Death(node, successor, at, time.monotonic(), before, without)

    def _let_it_run(self, load: Load) -> None:
        load.go_on(self._stretch * self._rng.uniform(0.7, 1.3))


def run_failover(folder: Path, *, seconds: float, kills: int, seed: int) -> Report:
    """Run the drill on three nodes of its own, in an empty folder. Raises `LocalServerError` where that can't be."""
    with RabbitMQCluster(folder / "cluster") as cluster:
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
    """Kill the leader of an inbox queue under load; fail if what was confirmed is lost or overtaken, or all stops."""
    with room("failover") as folder:
        report = run_failover(folder, seconds=seconds, kills=kills, seed=seed)
    if as_json:
        click.echo(json.dumps(asdict(report) | {"passed": report.passed, "wrongs": report.wrongs}, indent=2))
    else:
        _print(report)
    for wrong in report.wrongs:
        click.echo(f"WRONG: {wrong}", err=True)
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
        table.add_row("    confirmed without it, by publisher", " + ".join(map(str, kill.confirmed_without)))
    table.add_row("longest pause in confirmed publishing, ms", f"{report.longest_pause_ms}")
    Console().print(table)


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
