"""Back-pressure: a consumer is away for 200,000 events; commands do not slow down, memory stays flat, all drains.

    python -m stack.drills.pressure --events 200000

Commands are timed with the consumer at work; with it away and nothing waiting, before and after all the rest; while
events pile up as fast as they can be laid out; and with all of them waiting. What is compared, nothing and all of it
waiting, differs in the backlog alone.
"""

import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click
from sqlalchemy import text

from shared.events.intake import ConsentGranted
from shared.service_main import ToldToStop, open_store
from shared.settings import read_settings
from shared.store.transaction import Actor, Origin
from stack.drills.peaks import Peak, peak_of
from stack.drills.room import room
from stack.toys.events import client_of
from stack.toys.stage import HEARER, SPEAKER, Stage

SLOWER = 1.2
"""How many times as long the median command may take with all of it waiting as with nothing waiting."""

LONGEST_US = 1_000_000
"""How long a command may take while events pile up with all the machine's strength, at its p99."""

RELAY_FATTER, CONSUMER_FATTER = 1.3, 1.5
"""How many times as much memory they may ever hold as at an easy pace: whole batches, but never the backlog."""

BROKER_MB = 512
"""Where RabbitMQ's alarm stops every publisher, as `shared.local.rabbitmq` sets it; the backlog must fit below."""

_ACTORS, _OURSELVES = "stack.drills.actors", "stack.drills.pressure"
_STEP = 10_000
_STREAMS = 1000
_PACE = 100
_FIRST = 10
_STRETCHES = 8
_FEW = 100
_UNPUBLISHED = "select count(*) from outbox where published_at is null"
_EFFECTS = "select count(*) from effect"


@dataclass(frozen=True)
class Times:
    """How long commands took, in microseconds; the first few, which open connections, are only counted.

    `p50` is the median of the quietest of several stretches: whatever else is at work on the machine for a while is not
    the backlog's doing, and what the backlog does shows in all of them. `p99` is of all.
    """

    count: int
    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Times":
        steady = seconds[_FIRST:] or seconds
        size = max(1, len(steady) // _STRETCHES)
        stretches = (steady[begin : begin + size] for begin in range(0, len(steady) - size + 1, size))
        slowest = sorted(steady)[int(len(steady) * 0.99)]
        return cls(len(seconds), 1e6 * min(map(statistics.median, stretches)), 1e6 * slowest)


@dataclass(frozen=True)
class Memory:
    """The most that one of them held, in MB: at an easy pace, and ever."""

    easy: float
    peak: float


@dataclass(frozen=True)
class Findings:
    """What the drill measured. `said` is how many events should have taken effect, in all."""

    piled_up: int
    said: int
    effects: int
    in_order: bool
    drained_a_second: float
    attended: Times
    empty: Times
    piling: Times
    full: Times
    relay: Memory
    broker: Memory
    consumer: Memory

    def table(self) -> dict[str, float]:
        """The figures with their names."""
        named = {
            "with the consumer at work": self.attended,
            "with it away, nothing waiting": self.empty,
            "while events pile up": self.piling,
            "with all of them waiting": self.full,
        }
        times = {
            f"a command {when}, {part}, µs": round(getattr(each, part))
            for when, each in named.items()
            for part in ("p50", "p99")
        }
        held = {"relay": self.relay, "broker": self.broker, "consumer": self.consumer}
        memory = {
            f"{name} {when}, peak MB": round(size)
            for name, each in held.items()
            for when, size in (("at an easy pace", each.easy), ("ever", each.peak))
        }
        return {
            "events that piled up": self.piled_up,
            "events in all": self.said,
            "effects": self.effects,
            "drained, events/s": round(self.drained_a_second),
            **times,
            **memory,
        }

    def wrongs(self) -> list[str]:
        """What does not hold."""
        found = []
        if self.effects != self.said:
            found.append(f"{self.effects} effects of {self.said} events")
        if not self.in_order:
            found.append("a stream was not handled in order")
        if self.full.p50 > self.empty.p50 * SLOWER:
            found.append(f"commands took {self.full.p50 / self.empty.p50:.2f} times as long")
        if self.piling.p99 > LONGEST_US:
            found.append(f"commands took {self.piling.p99 / 1e6:.1f} s (p99) while events piled up")
        for name, memory, fatter in (
            ("relay", self.relay, RELAY_FATTER),
            ("consumer", self.consumer, CONSUMER_FATTER),
        ):
            if memory.peak > memory.easy * fatter:
                found.append(f"the memory of the {name} grew from {memory.easy:.0f} to {memory.peak:.0f} MB")
        if self.broker.peak > BROKER_MB:
            found.append(f"the broker held {self.broker.peak:.0f} MB, more than {BROKER_MB}")
        return found


@click.group(invoke_without_command=True)
@click.option("--events", default=200_000, show_default=True, help="How many pile up.")
@click.option("--json", "as_json", is_flag=True, help="The figures for machines.")
@click.pass_context
def main(context: click.Context, events: int, as_json: bool) -> None:
    """Pile up, measure, drain, count. Ends with 0 only if commands stayed fast, memory flat, and nothing was lost."""
    if context.invoked_subcommand:
        return
    with room("pressure") as folder:
        findings = run(events, folder, lambda line: click.echo(line, err=True))
    if as_json:
        click.echo(json.dumps(findings.table(), indent=2))
    else:
        click.echo("\n".join(f"{name:<52} {value:>10}" for name, value in findings.table().items()))
    for wrong in findings.wrongs():
        click.echo(f"WRONG: {wrong}", err=True)
    sys.exit(1 if findings.wrongs() else 0)


@main.command(hidden=True)
@click.argument("count", type=int)
def commands(count: int) -> None:
    """Do commands at a steady pace, so many or until SIGTERM.

    Prints a line when it has begun, and at the end one with how long each took, in seconds, in order.
    """
    stopping = ToldToStop()
    store, event = open_store(read_settings(SPEAKER)), ConsentGranted.sample()
    took: list[float] = []
    began = time.monotonic()
    while len(took) < count and not stopping():
        time.sleep(max(0.0, began + len(took) / _PACE - time.monotonic()))
        start = time.perf_counter()
        with store.transaction("clinic-0", Actor("drill"), Origin("drill", "request", "request")) as tx:
            # Other clients than those whose events pile up.
            tx.publish(replace(event, subject=client_of(_STREAMS + len(took) % 50)))
        took.append(time.perf_counter() - start)
        if len(took) == 1:
            click.echo("begun")
    click.echo(json.dumps(took))


def run(events: int, folder: Path, say: Callable[[str], None], *, commands: int = 1600) -> Findings:
    """Play the drill in an empty folder. So many `commands` are timed in each quiet stretch."""
    listening = (_ACTORS, "listen", HEARER, "--seed", "1", "--folder", str(folder))
    with (
        Stage(folder) as stage,
        stage.running(_ACTORS, "relay", SPEAKER, "--seed", "1") as relay,
        Peak(stage.broker_memory) as broker,
    ):
        with stage.running(*listening) as consumer:
            say("the consumer is at work")
            attended = _time_commands(stage, commands)
            _drain(stage, attended.count, say)
            consumer_easy = peak_of(consumer.pid)
        say("the consumer is away, and nothing waits")
        empty = _time_commands(stage, commands)
        relay_easy, broker_easy = peak_of(relay.pid), broker.size
        with _commands_meanwhile(stage) as piling:
            _pile_up(stage, events, say)
        say("all of it waits")
        full = _time_commands(stage, commands)
        said = events + sum(times.count for times in (attended, empty, *piling, full))
        began, before = time.monotonic(), stage.count(HEARER, _EFFECTS)
        with stage.running(*listening) as consumer:
            _drain(stage, said, say)
            drained = (said - before) / (time.monotonic() - began)
            consumer_peak = peak_of(consumer.pid)
        lines = _effects(stage)
        # A machine that was busy at first must not pass for the speed that is compared with.
        empty = min(empty, _time_commands(stage, commands), key=lambda times: times.p50)
        relay_peak = peak_of(relay.pid)
    return Findings(
        piled_up=events,
        said=said,
        effects=sum(map(len, lines.values())),
        in_order=all(sequences == list(range(1, len(sequences) + 1)) for sequences in lines.values()),
        drained_a_second=drained,
        attended=attended,
        empty=empty,
        piling=piling[0],
        full=full,
        relay=Memory(relay_easy, relay_peak),
        broker=Memory(broker_easy, broker.size),
        consumer=Memory(consumer_easy, consumer_peak),
    )


def _time_commands(stage: Stage, count: int) -> Times:
    said = stage.start(_OURSELVES, "commands", count).communicate()[0]
    return Times.of(json.loads(said.splitlines()[-1]))


@contextmanager
def _commands_meanwhile(stage: Stage) -> Iterator[list[Times]]:
    """Have commands done as long as the block lasts; their times are there when it has ended."""
    times: list[Times] = []
    process = stage.start(_OURSELVES, "commands", sys.maxsize)
    assert process.stdout is not None  # nosec B101 # the stage has it piped.
    try:
        # Before its first command it would not know what SIGTERM means.
        process.stdout.readline()
        yield times
    finally:
        process.terminate()
        said = process.communicate()[0]
    times.append(Times.of(json.loads(said)))


def _pile_up(stage: Stage, events: int, say: Callable[[str], None]) -> None:
    for first in range(0, events, _STEP):
        stage.lay_out(min(_STEP, events - first), range(_STREAMS))
        while stage.count(SPEAKER, _UNPUBLISHED) > _STEP:
            time.sleep(0.1)
        say(f"{first + _STEP:8d} piled up, broker {stage.broker_memory():.0f} MB")
    # Commands go on meanwhile: some of theirs may be on their way at any moment.
    while stage.count(SPEAKER, _UNPUBLISHED) > _FEW:
        time.sleep(0.1)


def _drain(stage: Stage, wanted: int, say: Callable[[str], None]) -> None:
    """Wait until so many events have had their effect, or it takes too long."""
    deadline = time.monotonic() + 60 + wanted / 300
    while (done := stage.count(HEARER, _EFFECTS)) < wanted and time.monotonic() < deadline:
        say(f"{done:8d} effects")
        time.sleep(0.5)


def _effects(stage: Stage) -> dict[str, list[int]]:
    lines: dict[str, list[int]] = defaultdict(list)
    with stage.admin(HEARER).connect() as connection:
        for stream, sequence in connection.execute(text("select stream, sequence from effect order by position")):
            lines[stream].append(sequence)
    return lines


if __name__ == "__main__":
    main()
