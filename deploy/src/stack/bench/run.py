"""The benchmarks, side by side and interleaved: ratios are medians of what was measured in the same round."""

import json
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from stack.bench.flat import fill
from stack.bench.stage import Measure, Stage

Round = dict[str, Measure]


@dataclass
class Report:
    """Figures by benchmark and contestant, and what they mean for the targets."""

    measures: dict[str, dict[str, list[Measure]]] = field(default_factory=dict)
    targets: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, bench: str, measured: Round) -> None:
        for name, measure in measured.items():
            self.measures.setdefault(bench, {}).setdefault(name, []).append(measure)

    def ratio(self, what: str, bench: str, ours: str, other: str, target: float, *, at_most: bool = False) -> None:
        """Compare two contestants round by round, by rate; with `at_most`, by time."""
        found = self.measures.get(bench, {})
        if ours not in found or other not in found:
            return
        pairs = [(a.rate / b.rate) for a, b in zip(found[ours], found[other], strict=True)]
        self.claim(what, statistics.median(1 / pair if at_most else pair for pair in pairs), target, at_most=at_most)

    def claim(self, what: str, value: float, target: float, *, at_most: bool = False) -> None:
        met = value <= target if at_most else value >= target
        bound = f"{'≤' if at_most else '≥'} {target:g}"
        self.targets.append({"what": what, "value": round(value, 3), "target": bound, "met": met})

    def as_json(self) -> dict[str, Any]:
        return {
            "measures": {
                bench: {
                    name: [{"rate": m.rate, "cpu_us": m.cpu_us, "events": m.events} for m in measures]
                    for name, measures in contestants.items()
                }
                for bench, contestants in self.measures.items()
            },
            "targets": self.targets,
            "notes": self.notes,
        }

    def lines(self) -> Iterator[str]:
        yield f"{'':40} {'events/s, median [min-max]':>32} {'CPU µs/event':>14}"
        for bench, contestants in self.measures.items():
            for name, measures in contestants.items():
                rates = [measure.rate for measure in measures]
                cpu = statistics.median(measure.cpu_us for measure in measures)
                span = f"{statistics.median(rates):.0f} [{min(rates):.0f}-{max(rates):.0f}]"
                yield f"{bench + ': ' + name:40} {span:>32} {cpu:14.0f}"
        yield ""
        for target in self.targets:
            met = "met   " if target["met"] else "MISSED"
            yield f"{met} {target['what']}: {target['value']:g} ({target['target']})"
        yield from self.notes


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    repeats: int
    events: int
    seconds: float
    streams: int
    outbox: int


QUICK = Sizes(repeats=1, events=2_000, seconds=3, streams=10_000, outbox=50_000)
CLINICS = 1000
FULL = Sizes(repeats=5, events=20_000, seconds=10, streams=1_000_000, outbox=10_000_000)


def relay(stage: Stage, sizes: Sizes, report: Report) -> None:
    """From the outbox to a quorum queue, confirmed, against what publishes the same messages."""
    few = sizes.events // 10
    contestants: dict[str, Callable[[], Measure]] = {
        "afterglow": lambda: stage.run("ours", "relay", sizes.events),
        "py-amqp pipelined": lambda: stage.run("plain", "pipelined", sizes.events),
        "py-amqp pipelined, tuned": lambda: stage.run("plain", "tuned", sizes.events),
        "kombu confirmed": lambda: stage.run("plain", "confirmed", few),
    }
    if find_spec("faststream"):
        contestants["faststream sequential"] = lambda: stage.run("others", "sequential", few)
        contestants["faststream concurrent"] = lambda: stage.run("others", "concurrent", few)
    if find_spec("celery"):
        contestants["celery confirmed"] = lambda: stage.run("others", "celery", few)
    missing = [name for name in ("faststream", "celery") if not find_spec(name)]
    report.notes += [f"{name} is not installed: not compared" for name in missing]
    for _ in range(sizes.repeats):
        measured = {}
        for name, run in contestants.items():
            stage.clear()
            if name == "afterglow":
                stage.lay_out(sizes.events, streams=1000)
            measured[name] = run()
        report.add("relay", measured)
    report.ratio("relay / py-amqp pipelined", "relay", "afterglow", "py-amqp pipelined", 0.8)
    report.ratio("relay / py-amqp pipelined, tuned", "relay", "afterglow", "py-amqp pipelined, tuned", 0.8)
    report.ratio("relay / faststream sequential", "relay", "afterglow", "faststream sequential", 5)
    report.ratio("relay / faststream concurrent", "relay", "afterglow", "faststream concurrent", 2.5)
    report.ratio("relay / celery confirmed", "relay", "afterglow", "celery confirmed", 10)


def inbox(stage: Stage, sizes: Sizes, report: Report) -> None:
    """From the queue to the handler's commit, in one process."""
    few = max(200, sizes.events // 20)
    for _ in range(sizes.repeats):
        stage.clear()
        stage.send(sizes.events, streams=1000)
        ours = stage.run("ours", "inbox", sizes.events)
        stage.clear()
        stage.send(few, streams=few // 4)
        report.add("inbox", {"afterglow": ours, "kombu, one by one": stage.run("plain", "consumer", few)})
    report.ratio("inbox / kombu, one by one", "inbox", "afterglow", "kombu, one by one", 5)
    rates = [measure.rate for measure in report.measures["inbox"]["afterglow"]]
    report.claim("inbox, events/s of one process", statistics.median(rates), 2000)


def latency(stage: Stage, sizes: Sizes, report: Report) -> None:
    """From a command's commit to the commit of the remote handler."""
    for rate in (20, 200):
        stage.clear()
        hearing = stage.start("latency", "hear")
        said = json.loads(stage.start("latency", "say", rate, sizes.seconds).communicate()[0])
        hearing.terminate()
        heard = json.loads(hearing.communicate()[0])
        waits = sorted((heard[event] - at) / 1e6 for event, at in said.items())
        report.claim(f"latency at {rate}/s, ms, p50", waits[len(waits) // 2], 10, at_most=True)
        report.claim(f"latency at {rate}/s, ms, p99", waits[int(len(waits) * 0.99)], 50, at_most=True)


def command(stage: Stage, sizes: Sizes, report: Report) -> None:
    """A command with its event, audit and row-level security, against its row alone."""
    for _ in range(sizes.repeats):
        names = {"row alone": "plain", "command": "full"}
        report.add("command", {name: stage.run("command", mode, sizes.events // 10) for name, mode in names.items()})
    report.ratio("command / its row alone, time", "command", "command", "row alone", 1.6, at_most=True)


def flat(stage: Stage, sizes: Sizes, report: Report) -> None:
    """The same work in empty tables, and beside what has gathered in a large network for a quarter of a year."""
    events = max(10_000, sizes.events // 2)

    def measure(clinics: int) -> Round:
        stage.purge()
        stage.do("intake", "delete from outbox where published_at is null")
        stage.do("sessions", "delete from inbox_stream where stream not like 'old/%'")
        stage.lay_out(events, streams=max(1000, events // 2), clinics=clinics)
        relayed = stage.run("ours", "relay", events)
        return {"relay": relayed, "inbox": stage.run("ours", "inbox", events)}

    for _ in range(sizes.repeats):
        stage.clear()
        report.add("10 clinics, 10^3 streams", measure(10))
    stage.clear()
    fill(stage, clinics=CLINICS, streams=sizes.streams, outbox=sizes.outbox)
    for _ in range(sizes.repeats):
        report.add("10 clinics, full tables", measure(10))
        report.add("a large network", measure(CLINICS))
    for part in ("relay", "inbox"):
        small, large = (report.measures[name][part] for name in ("10 clinics, 10^3 streams", "a large network"))
        cost = statistics.median(m.cpu_us for m in large) / statistics.median(m.cpu_us for m in small)
        report.claim(f"{part}: CPU of the process per event, large / small", cost, 1.2, at_most=True)
        time = statistics.median(1 / m.rate for m in large) / statistics.median(1 / m.rate for m in small)
        report.claim(f"{part}: time per event, large / small", time, 1.2, at_most=True)


BENCHES: dict[str, Callable[[Stage, Sizes, Report], None]] = {
    "relay": relay,
    "inbox": inbox,
    "latency": latency,
    "command": command,
    "flat": flat,
}


@click.command()
@click.option("--quick", is_flag=True, help="Little of everything, in a minute or two: figures are rough.")
@click.option("--only", type=click.Choice(list(BENCHES)), multiple=True, help="Only this benchmark; may be repeated.")
@click.option("--repeats", type=int, default=None, help="Rounds of each benchmark.")
@click.option("--json", "as_json", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures here.")
def main(quick: bool, only: Sequence[str], repeats: int | None, as_json: Path | None) -> None:
    """Measure, and say which targets are met. Servers are private; nothing leaves this machine."""
    sizes = QUICK if quick else FULL
    if repeats is not None:
        sizes = Sizes(**{**sizes.__dict__, "repeats": repeats})
    report = Report()
    for name in only or BENCHES:
        click.echo(f"{name} ...", err=True)
        clinics = CLINICS if name == "flat" else 10
        with tempfile.TemporaryDirectory(prefix="afterglow-bench-") as folder, Stage(Path(folder), clinics) as stage:
            BENCHES[name](stage, sizes, report)
    click.echo("\n".join(report.lines()))
    if as_json:
        as_json.write_text(json.dumps(report.as_json(), indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
