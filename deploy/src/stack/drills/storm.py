"""The storm: thousands of events while everything that can be killed is killed; then every effect is counted.

    python -m stack.drills.storm --events 20000 --seconds 120 --seed 7

Two services speak (2 processes each) about 200 clients of 5 clinics, two listen (3 workers each) with handlers that
fail at random; one of these tells an event of its own for each that it hears, and the other hears those too. Who
publishes has 2 relays. Meanwhile processes are killed -9, relays die between publishing and marking, the broker and
PostgreSQL are killed and restarted, connections are dropped, and a gremlin publishes events of the outboxes again, out
of order. A speaker notes each commit that was acknowledged in a file, so that the databases are not their own witness.

`kill -9` leaves what the kernel was given: that a commit outlives a power cut is for PostgreSQL's fsync, off here.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from stack.drills.account import take_account
from stack.drills.cast import Cast
from stack.drills.faults import FAILURE, REPEAT, SUICIDE, Faults
from stack.drills.gremlin import Gremlin
from stack.drills.room import room
from stack.drills.verdict import Verdict, judge
from stack.drills.world import World

START_SECONDS = 120
SETTLE_SECONDS = 300


@dataclass(frozen=True)
class Plan:
    """How hard the storm blows. It lasts until so many events were said, so long, and until each fault has happened."""

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
@click.option(
    "--broker-kills",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="How often the broker is killed -9.",
)
@click.option("--json", "as_json", is_flag=True, help="The counts for machines.")
def main(events: int, seconds: float, seed: int, broker_kills: int, as_json: bool) -> None:
    """Storm, settle, heal, count. Ends with 0 only if what was acknowledged took effect exactly once and in order."""
    with room("storm") as folder:
        verdict = run(Plan(events, seconds, seed, broker_kills), folder, lambda line: click.echo(line, err=True))
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
        _await_work(world, cast, say)
        gremlin = stack.enter_context(Gremlin(world, plan.seed))
        faults = _storm(plan, world, cast, gremlin, say)
        say("the storm is over: what was said settles")
        cast.hush()
        gremlin.stop()
        cast.spare_relays()
        stuck = _settle(world, cast, say)
        say("the poison is healed: what was parked is retried")
        (folder / "healed").touch()
        retried = world.retry_parked()
        stuck += _settle(world, cast, say)
        cast.stop()
        happened = {
            **faults.happened,
            SUICIDE: cast.suicides,
            FAILURE: world.failures(),
            REPEAT: gremlin.published,
        }
        short = [] if world.said() >= plan.events else [f"fewer than {plan.events} events were said in time"]
        accidents = [*short, *stuck, *cast.accidents, *gremlin.accidents]
        return judge(take_account(world, parked=retried, happened=happened, accidents=accidents))


def _await_work(world: World, cast: Cast, say: Callable[[str], None]) -> None:
    """Wait until everybody hears and is heard: whoever is killed before that shows nothing."""
    deadline = time.monotonic() + START_SECONDS
    while not world.at_work():
        cast.revive()
        if time.monotonic() > deadline:
            reasons = "\n".join(cast.accidents) or "all of them live"
            raise click.ClickException(f"After {START_SECONDS} s not everybody is at work: {reasons}")
        time.sleep(0.2)
    say("everybody is at work: the storm begins")


def _storm(plan: Plan, world: World, cast: Cast, gremlin: Gremlin, say: Callable[[str], None]) -> Faults:
    """Break one thing after another until enough was said for long enough and everything broke at least once."""
    chance = random.Random(plan.seed)  # nosec B311 # chance, not secrecy.
    broker_at = [plan.seconds * kill / plan.broker_kills for kill in range(1, plan.broker_kills)]
    faults = Faults(world, cast, chance, broker_at=broker_at)
    began = time.monotonic()
    limit = plan.seconds * 3 + plan.events / 100 + START_SECONDS

    def is_over(elapsed: float) -> bool:
        if elapsed < plan.seconds or world.said() < plan.events:
            return False
        return not faults.due and all((cast.suicides, gremlin.published, world.failures()))

    # What was not said or did not happen by then is for the verdict to tell.
    while not is_over(elapsed := time.monotonic() - began) and elapsed < limit:
        what = faults.strike(elapsed)
        cast.revive()
        say(f"{elapsed:5.0f} s  {world.said():6d} said  {what}")
        time.sleep(chance.uniform(0.5, 2.5))
        cast.revive()
    return faults


def _settle(world: World, cast: Cast, say: Callable[[str], None]) -> list[str]:
    """Wait until every line has been handled, but for what waits behind a parked event; says what never was."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while (left := world.unsettled()) and time.monotonic() < deadline:
        cast.revive()
        say(f"         {left:6d} to settle")
        time.sleep(1)
    return [f"{left} lines were stuck {SETTLE_SECONDS} s after the storm"] if left else []


if __name__ == "__main__":
    main()
