"""The benchmarks, side by side and interleaved: ratios are medians of what was measured in the same round."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from stack.bench.flat import fill, moving
from stack.bench.report import Report, Round
from stack.bench.timing import WARMING, Contestant, Measure
from stack.toys.stage import Stage


@dataclass(frozen=True)
class Sizes:
    """How much is measured; `clinics`, `streams` and `outbox` are a large network and what has gathered there."""

    repeats: int
    events: int
    seconds: float
    clinics: int
    streams: int
    outbox: int


QUICK = Sizes(repeats=1, events=2_000, seconds=3, clinics=1000, streams=10_000, outbox=50_000)
FULL = Sizes(repeats=5, events=20_000, seconds=10, clinics=1000, streams=1_000_000, outbox=10_000_000)

_CLINICS, _STREAMS = 10, range(1000)
"""A small network's."""


def relay(folder: Path, sizes: Sizes, report: Report) -> None:
    """From the outbox to a quorum queue, confirmed, against what publishes the same messages."""
    others = {
        "py-amqp pipelined": ("plain", "pipelined"),
        "py-amqp pipelined, tuned": ("plain", "tuned"),
        "kombu confirmed": ("plain", "confirmed"),
    }
    if find_spec("faststream"):
        others["faststream sequential"] = ("others", "sequential")
        others["faststream concurrent"] = ("others", "concurrent")
    if find_spec("celery"):
        others["celery confirmed"] = ("others", "celery")
    missing = [name for name in ("faststream", "celery") if not find_spec(name)]
    report.notes += [f"{name} is not installed: not compared" for name in missing]
    with Stage(folder, _CLINICS) as stage:
        for _ in range(sizes.repeats):
            stage.clear()
            stage.lay_out(WARMING, _STREAMS)
            ours = Contestant(stage, "ours", "relay", sizes.events).warmed()
            stage.lay_out(sizes.events, _STREAMS)
            measured = {"afterglow": ours.measure()}
            for name, (module, mode) in others.items():
                stage.clear()
                measured[name] = Contestant(stage, module, mode, sizes.events).measure()
            report.add("relay", measured)
    for name, target in (
        ("py-amqp pipelined", 0.8),
        ("py-amqp pipelined, tuned", 0.8),
        ("faststream sequential", 5),
        ("faststream concurrent", 2.5),
        ("celery confirmed", 10),
    ):
        report.ratio(f"relay / {name}", "relay", "afterglow", name, target)


def inbox(folder: Path, sizes: Sizes, report: Report) -> None:
    """From the queue to the handler's commit, in one process."""
    # So many take the slower one long enough.
    few = min(sizes.events, 5000)
    with Stage(folder, _CLINICS) as stage:
        for _ in range(sizes.repeats):
            stage.clear()
            stage.send(WARMING, _STREAMS)
            ours = Contestant(stage, "ours", "inbox", sizes.events).warmed()
            stage.send(sizes.events, _STREAMS)
            measured = {"afterglow": ours.measure()}
            stage.clear()
            stage.send(WARMING + few, _STREAMS)
            measured["kombu, one by one"] = Contestant(stage, "plain", "consumer", few).measure()
            report.add("inbox", measured)
    report.ratio("inbox / kombu, one by one", "inbox", "afterglow", "kombu, one by one", 5)
    rates = [measure.rate for measure in report.measures["inbox"]["afterglow"]]
    report.claim("inbox, events/s of one process", rates, 2000)


def latency(folder: Path, sizes: Sizes, report: Report) -> None:
    """From a command's commit to the commit of the remote handler."""
    p50s, p99s = defaultdict[int, list[float]](list), defaultdict[int, list[float]](list)
    rates = (20, 200)
    with Stage(folder, _CLINICS) as stage:
        for _ in range(sizes.repeats):
            for rate in rates:
                stage.clear()
                waits = _waits(stage, rate, sizes.seconds)
                p50s[rate].append(waits[len(waits) // 2])
                p99s[rate].append(waits[int(len(waits) * 0.99)])
    for rate in rates:
        report.claim(f"latency at {rate}/s, ms, p50", p50s[rate], 10, at_most=True)
        report.claim(f"latency at {rate}/s, ms, p99", p99s[rate], 50, at_most=True)


def _waits(stage: Stage, rate: float, seconds: float) -> Sequence[float]:
    """What each command's event waited for its effect, in milliseconds, the shortest first."""
    hearing = stage.start("stack.bench.latency", "hear")
    said = json.loads(stage.start("stack.bench.latency", "say", rate, seconds).communicate()[0])
    hearing.terminate()
    heard = json.loads(hearing.communicate()[0])
    return sorted((heard[event] - at) / 1e6 for event, at in said.items())


def command(folder: Path, sizes: Sizes, report: Report) -> None:
    """A command with its event, audit and row-level security, against its row alone."""
    names, commands = {"row alone": "plain", "command": "full"}, sizes.events // 4
    with Stage(folder, _CLINICS) as stage:
        for _ in range(sizes.repeats):
            measured = {name: Contestant(stage, "command", mode, commands).measure() for name, mode in names.items()}
            report.add("command", measured)
    report.ratio("command / its row alone, time", "command", "command", "row alone", 1.6, at_most=True)


def flat(folder: Path, sizes: Sizes, report: Report) -> None:
    """The same work in a small network, and beside what has gathered in a large one for a quarter of a year.

    Each has servers of its own, so that a round can take them in turn.
    """
    small, full, large = "10 clinics, 10^3 streams", "10 clinics, full tables", "a large network"
    with Stage(folder / "small", _CLINICS) as little, Stage(folder / "large", sizes.clinics) as great:
        fill(great, clinics=sizes.clinics, streams=sizes.streams, outbox=sizes.outbox)
        old = {"old": sizes.streams, "clinics": sizes.clinics}
        work: dict[str, tuple[Stage, Sequence[int]]] = {
            small: (little, _STREAMS),
            full: (great, moving(len(_STREAMS), **old, busy=_CLINICS)),
            large: (great, moving(max(len(_STREAMS), sizes.events // 2), **old, busy=sizes.clinics)),
        }
        for _ in range(sizes.repeats):
            for name, (stage, streams) in work.items():
                report.add(name, _through(stage, sizes.events, streams))
    for part in ("relay", "inbox"):
        pairs = list(zip(report.measures[large][part], report.measures[small][part], strict=True))
        cost = [many.cpu_us / few.cpu_us for many, few in pairs]
        report.claim(f"{part}: CPU of the process per event, large / small", cost, 1.2, at_most=True)
        time = [few.rate / many.rate for many, few in pairs]
        report.claim(f"{part}: time per event, large / small", time, 1.2, at_most=True)


def _through(stage: Stage, events: int, streams: Sequence[int]) -> Round:
    """Have events go all the way: relayed first, and handled when all of them are in the queue."""
    stage.lay_out(WARMING, streams)
    relaying = Contestant(stage, "ours", "relay", events).warmed()
    hearing = Contestant(stage, "ours", "inbox", events).warmed()
    stage.lay_out(events, streams)
    relayed: Measure = relaying.measure()
    return {"relay": relayed, "inbox": hearing.measure()}


BENCHES: dict[str, Callable[[Path, Sizes, Report], None]] = {
    "relay": relay,
    "inbox": inbox,
    "latency": latency,
    "command": command,
    "flat": flat,
}
"""Each measures in an empty folder and adds what it found to the report."""
