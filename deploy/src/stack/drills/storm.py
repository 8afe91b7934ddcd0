"""The storm: thousands of events while everything that can be killed is killed; then every effect is counted.

    python -m stack.drills.storm --events 20000 --seconds 120 --seed 7

Two services speak (2 processes and 2 relays each) about 200 clients of 5 clinics, two listen (3 workers each) with
handlers that fail at random. Meanwhile processes are killed -9, relays die between publishing and marking, the broker
and PostgreSQL are killed and restarted, connections are dropped, and a gremlin publishes events of the outboxes again,
out of order.
"""

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import click

from stack.drills.cast import Cast
from stack.drills.gremlin import Gremlin
from stack.drills.verdict import Verdict, judge
from stack.drills.world import World

SETTLE_SECONDS = 300


@dataclass(frozen=True)
class Plan:
    """How hard the storm blows. It lasts until both so many events were said and so many seconds have passed."""

    events: int
    seconds: float
    seed: int
    broker_kills: int
    failures: float = 0.02
    suicides: float = 0.02
    poison: int = 3


@click.command()
@click.option("--events", default=20_000, show_default=True, help="At least so many are said.")
@click.option("--seconds", default=90.0, show_default=True, help="At least so long it storms.")
@click.option("--seed", default=7, show_default=True, help="Of all chances.")
@click.option("--broker-kills", default=2, show_default=True, help="How often the broker is killed -9.")
@click.option("--json", "as_json", is_flag=True, help="The counts for machines.")
def main(events: int, seconds: float, seed: int, broker_kills: int, as_json: bool) -> None:
    """Storm, settle, heal, count. Ends with 0 only if every event took effect exactly once and in order."""
    with tempfile.TemporaryDirectory(prefix="afterglow-storm-") as folder:
        verdict = run(Plan(events, seconds, seed, broker_kills), Path(folder), lambda line: click.echo(line, err=True))
    click.echo(json.dumps(verdict.counts, indent=2) if as_json else verdict.table())
    for wrong in verdict.wrongs:
        click.echo(f"WRONG: {wrong}", err=True)
    sys.exit(1 if verdict.wrongs else 0)


def run(plan: Plan, folder: Path, say: Callable[[str], None]) -> Verdict:
    """Play the whole drill in an empty folder; `say` is told how it goes."""
    with ExitStack() as stack:
        world = stack.enter_context(World(folder))
        cast = stack.enter_context(Cast(world, plan.seed, failures=plan.failures, suicides=plan.suicides))
        cast.start(poison=plan.poison)
        gremlin = stack.enter_context(Gremlin(world, plan.seed))
        faults = _storm(plan, world, cast, say)
        say("the storm is over: what was said settles")
        cast.hush()
        gremlin.stop()
        cast.spare_relays()
        parked_wrongs = _settle(world, cast, say)
        say("the poison is healed: what was parked is retried")
        (folder / "healed").touch()
        retried = world.retry_parked()
        healed_wrongs = _settle(world, cast, say)
        stopped = cast.stop()
        verdict = judge(world, parked=retried)
        verdict.counts |= {
            "published again by the gremlin": gremlin.published,
            "handlers failed": world.failures(),
            **{f"fault: {name}": count for name, count in sorted(faults.items())},
        }
        verdict.wrongs += [*parked_wrongs, *healed_wrongs]
        verdict.wrongs += [] if stopped else ["a process did not end by SIGTERM within its grace"]
        return verdict


def _storm(plan: Plan, world: World, cast: Cast, say: Callable[[str], None]) -> Counter[str]:
    """Break one thing after another until enough was said for long enough."""
    chance = random.Random(plan.seed)  # noqa: S311 - chance, not secrecy.
    breakable: dict[str, Callable[[], object]] = {
        "listener killed": cast.kill_a_listener,
        "relay killed": cast.kill_a_relay,
        "speaker killed": cast.kill_a_speaker,
        "broker connections dropped": world.proxy.cut,
        "database connections dropped": world.drop_database_connections,
        "database killed": world.kill_database,
    }
    faults: Counter[str] = Counter()
    began = time.monotonic()
    limit = began + plan.seconds * 3 + plan.events / 100
    broker_due = [plan.seconds * (kill + 1) / (plan.broker_kills + 1) for kill in range(plan.broker_kills)]
    while (elapsed := time.monotonic() - began) < plan.seconds or world.said() < plan.events:
        if time.monotonic() > limit:
            raise click.ClickException("It took too long to say so much.")
        if broker_due and elapsed > broker_due[0]:
            broker_due.pop(0)
            name = "broker killed"
            fault: Callable[[], object] = world.kill_broker
        else:
            name = chance.choice(list(breakable))
            fault = breakable[name]
        fault()
        faults[name] += 1
        cast.revive()
        say(f"{elapsed:5.0f} s  {world.said():6d} said  {name}")
        time.sleep(chance.uniform(0.5, 2.5))
        faults["relay died before marking"] += cast.revive()
    return faults


def _settle(world: World, cast: Cast, say: Callable[[str], None]) -> list[str]:
    """Wait until every line has been handled, but for what waits behind a parked event."""
    deadline = time.monotonic() + SETTLE_SECONDS
    left = world.unsettled()
    while left and time.monotonic() < deadline:
        cast.revive()
        say(f"         {left:6d} to settle")
        time.sleep(1)
        with suppress(ConnectionError):
            left = world.unsettled()
    return [f"{left} lines were stuck {SETTLE_SECONDS} s after the storm"] if left else []


if __name__ == "__main__":
    main()
