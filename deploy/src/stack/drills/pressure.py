"""Back-pressure: a consumer is away for 200,000 events; commands do not slow down, memory stays flat, all drains.

python -m stack.drills.pressure --events 200000
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import text

from shared.events.intake import ConsentGranted
from shared.service_main import open_store
from shared.settings import read_settings
from shared.store.transaction import Actor, Origin
from stack.bench.events import client_of
from stack.bench.stage import HEARER, SPEAKER, Stage

_STEP = 10_000
_STREAMS = 1000
_PACE = 100
_SLOWER, _FATTER = 1.2, 1.3


@click.group(invoke_without_command=True)
@click.option("--events", default=200_000, show_default=True, help="How many pile up.")
@click.option("--json", "as_json", is_flag=True, help="The figures for machines.")
@click.pass_context
def main(context: click.Context, events: int, as_json: bool) -> None:
    """Pile up, measure, drain, count. Ends with 0 only if commands stayed fast, memory flat, and nothing was lost."""
    if context.invoked_subcommand:
        return
    with tempfile.TemporaryDirectory(prefix="afterglow-pressure-") as folder:
        figures, wrongs = run(events, Path(folder), lambda line: click.echo(line, err=True))
    if as_json:
        click.echo(json.dumps(figures, indent=2))
    else:
        click.echo("\n".join(f"{name:<52} {value:>10}" for name, value in figures.items()))
    for wrong in wrongs:
        click.echo(f"WRONG: {wrong}", err=True)
    sys.exit(1 if wrongs else 0)


@main.command(hidden=True)
@click.argument("count", type=int)
def commands(count: int) -> None:
    """Do commands at a steady pace, and print how long one took (median, in microseconds)."""
    store, event = open_store(read_settings(SPEAKER)), ConsentGranted.sample()
    took: list[float] = []
    began = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, began + number / _PACE - time.monotonic()))
        start = time.perf_counter()
        with store.transaction("clinic-0", Actor("drill"), Origin("drill", "request", "request")) as tx:
            # Other clients than those whose events pile up.
            tx.publish(replace(event, subject=client_of(_STREAMS + number % 50)))
        took.append(time.perf_counter() - start)
    sys.stdout.write(json.dumps(statistics.median(took) * 1e6) + "\n")


def run(
    events: int, folder: Path, say: Callable[[str], None], *, commands: int = 800
) -> tuple[dict[str, float], list[str]]:
    """Play the drill in an empty folder; returns figures and what was wrong. So many `commands` are timed, twice."""
    figures: dict[str, float] = {}
    wrongs: list[str] = []
    with Stage(folder) as stage, stage.running("relay", SPEAKER, "--seed", "1") as relay:
        listening = ("listen", HEARER, "--seed", "1", "--folder", str(folder))
        with stage.running(*listening):
            say("the consumer is there")
            before = _command_time(stage, commands)
        light = {"relay": _resident(relay.pid), "broker": stage.broker_memory()}
        _pile_up(stage, events, say)
        after = _command_time(stage, commands)
        full = {"relay": _resident(relay.pid), "broker": stage.broker_memory()}
        figures["events that piled up"] = events
        figures["a command with the consumer there, µs"] = round(before)
        figures["a command with the consumer away, µs"] = round(after)
        for name, size in light.items():
            figures[f"{name} before, MB"], figures[f"{name} after, MB"] = round(size), round(full[name])
        if after > before * _SLOWER:
            wrongs.append(f"commands took {after / before:.2f} times as long")
        if full["relay"] > light["relay"] * _FATTER:
            wrongs.append("the relay's memory grew")
        began = time.monotonic()
        with stage.running(*listening):
            lines, total = _drained(stage, events + 2 * commands, say)
        figures["drained, events/s"] = round(events / (time.monotonic() - began))
        figures["effects"] = total
        if total != events + 2 * commands:
            wrongs.append(f"{total} effects of {events + 2 * commands} events")
        if any(sequences != list(range(1, len(sequences) + 1)) for sequences in lines.values()):
            wrongs.append("a stream was not handled in order")
    return figures, wrongs


def _command_time(stage: Stage, count: int) -> float:
    said = stage.start("commands", count, package="stack.drills.pressure").communicate()[0]
    return float(json.loads(said))


def _pile_up(stage: Stage, events: int, say: Callable[[str], None]) -> None:
    for first in range(0, events, _STEP):
        stage.lay_out(min(_STEP, events - first), streams=_STREAMS, first=first)
        while stage.count(SPEAKER, "select count(*) from outbox where published_at is null") > _STEP:
            time.sleep(0.1)
        say(f"{first + _STEP:8d} piled up, broker {stage.broker_memory():.0f} MB")
    while stage.count(SPEAKER, "select count(*) from outbox where published_at is null"):
        time.sleep(0.1)


def _drained(stage: Stage, wanted: int, say: Callable[[str], None]) -> tuple[dict[str, list[int]], int]:
    deadline = time.monotonic() + 60 + wanted / 300
    while (done := stage.count(HEARER, "select count(*) from effect")) < wanted and time.monotonic() < deadline:
        say(f"{done:8d} effects")
        time.sleep(2)
    lines: dict[str, list[int]] = defaultdict(list)
    with stage.admin(HEARER).connect() as connection:
        for stream, sequence in connection.execute(text("select stream, sequence from effect order by position")):
            lines[stream].append(sequence)
    return lines, sum(map(len, lines.values()))


def _resident(pid: int) -> float:
    """What a process holds in memory, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
