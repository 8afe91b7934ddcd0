"""The benchmarks, as short as can be: `make bench` is the long one."""

import math
from importlib.util import find_spec
from pathlib import Path

import pytest

from stack.bench.benches import BENCHES, Sizes
from stack.bench.flat import moving
from stack.bench.report import Report

OTHERS = {
    "faststream sequential": "faststream",
    "faststream concurrent": "faststream",
    "celery confirmed": "celery",
}
HERE = [name for name, library in OTHERS.items() if find_spec(library)]
PYAMQP = ["py-amqp pipelined", "py-amqp pipelined, tuned"]
SIZES = ("10 clinics, 10^3 streams", "10 clinics, full tables", "a large network")


@pytest.mark.parametrize(
    ("name", "contestants", "targets"),
    [
        (
            "relay",
            {"relay": ["afterglow", *PYAMQP, "kombu confirmed", *HERE]},
            [f"relay / {other}" for other in (*PYAMQP, *HERE)],
        ),
        (
            "inbox",
            {"inbox": ["afterglow", "kombu, one by one"]},
            ["inbox / kombu, one by one", "inbox, events/s of one process"],
        ),
        ("latency", {}, [f"latency at {rate}/s, ms, {part}" for rate in (20, 200) for part in ("p50", "p99")]),
        ("command", {"command": ["row alone", "command"]}, ["command / its row alone, time"]),
        (
            "flat",
            {size: ["relay", "inbox"] for size in SIZES},
            [
                f"{part}: {what} per event, large / small"
                for part in ("relay", "inbox")
                for what in ("CPU of the process", "time")
            ],
        ),
    ],
)
def test_the_benchmarks_measure_everything_that_they_name(
    tmp_path: Path, name: str, contestants: dict[str, list[str]], targets: list[str]
) -> None:
    # What is repeated without contestants shows only when it is.
    report, repeats = Report(), 1 if contestants else 2
    BENCHES[name](tmp_path, Sizes(repeats, events=200, seconds=1, clinics=20, streams=200, outbox=400), report)
    figures = report.as_json()
    assert {bench: list(found) for bench, found in figures["measures"].items()} == contestants
    for runs in (runs for found in figures["measures"].values() for runs in found.values()):
        assert len(runs) == repeats
        assert all(math.isfinite(one[part]) and one[part] > 0 for one in runs for part in ("rate", "cpu_us", "events"))
    assert [target["what"] for target in figures["targets"]] == targets
    for target in figures["targets"]:
        assert len(target["rounds"]) == repeats
        assert all(math.isfinite(value) and value > 0 for value in (target["value"], *target["rounds"]))
    assert len([*report.lines()]) == 2 + sum(map(len, contestants.values())) + len(targets) + len(figures["notes"])


def test_a_target_is_met_by_the_median_of_its_rounds() -> None:
    report = Report()
    report.claim("fast", [1, 2, 9], 2)
    report.claim("slow", [1, 2, 9], 3)
    report.claim("short", [1, 2, 9], 2, at_most=True)
    report.claim("long", [1, 2, 9], 1.9, at_most=True)
    assert [(target["value"], target["met"]) for target in report.targets] == [(2, True), (2, False)] * 2


def test_half_of_the_streams_that_move_in_a_large_network_are_old_ones_from_all_over_it() -> None:
    streams = moving(100, old=10_000, clinics=1000, busy=10)
    old = [stream for stream in streams if stream < 10_000]
    assert (len(set(streams)), len(old)) == (100, 50)
    assert min(old) < 1000
    assert max(old) >= 9000
    assert {stream % 1000 for stream in old} == {stream % 1000 for stream in streams} == set(range(10))


def test_in_a_large_network_old_streams_of_most_clinics_move() -> None:
    old = [stream for stream in moving(10_000, old=1_000_000, clinics=1000, busy=1000) if stream < 1_000_000]
    assert (len(set(old)), len(old)) == (5000, 5000)
    assert len({stream % 1000 for stream in old}) > 950
