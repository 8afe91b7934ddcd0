"""What the pressure drill finds too slow, too fat or lost."""

import os
import threading
from dataclasses import replace

import pytest

from stack.drills.peaks import Peak, peak_of
from stack.drills.pressure import Findings, Memory, Times


@pytest.fixture
def findings() -> Findings:
    """A pressure drill that went well."""
    times = Times(count=800, p50=3000, p99=9000)
    memory = Memory(easy=100, peak=110)
    return Findings(
        piled_up=1000,
        said=4200,
        effects=4200,
        in_order=True,
        drained_a_second=5000,
        attended=times,
        empty=times,
        piling=times,
        full=times,
        relay=memory,
        broker=memory,
        consumer=memory,
    )


def test_a_drill_that_went_well_has_no_wrongs_and_tells_its_figures(findings: Findings) -> None:
    assert findings.wrongs() == []
    assert findings.table()["a command with all of them waiting, p99, µs"] == 9000
    assert findings.table()["consumer ever, peak MB"] == 110


@pytest.mark.parametrize(
    ("spoiled", "wrong"),
    [
        ({"effects": 4199}, "4199 effects of 4200 events"),
        ({"in_order": False}, "a stream was not handled in order"),
        ({"full": Times(800, 3700, 9000)}, "commands took 1.23 times as long"),
        ({"piling": Times(800, 3700, 1.5e6)}, "commands took 1.5 s (p99) while events piled up"),
        ({"relay": Memory(100, 131)}, "the memory of the relay grew from 100 to 131 MB"),
        ({"consumer": Memory(100, 151)}, "the memory of the consumer grew from 100 to 151 MB"),
        ({"broker": Memory(100, 513)}, "the broker held 513 MB, more than 512"),
    ],
)
def test_each_broken_promise_is_a_wrong(findings: Findings, spoiled: dict[str, object], wrong: str) -> None:
    assert replace(findings, **spoiled).wrongs() == [wrong]  # type: ignore[arg-type]


def test_the_median_is_that_of_the_quietest_stretch_and_the_first_commands_are_not_timed() -> None:
    times = Times.of([9.0] * 10 + [0.003] * 100 + [0.006] * 700)
    assert (times.count, round(times.p50), round(times.p99)) == (810, 3000, 6000)


def test_the_largest_size_is_kept_though_it_is_over() -> None:
    sizes, looked = iter([1.0, 5.0, 2.0]), threading.Event()

    def look() -> float:
        size = next(sizes, 0.0)
        if not size:
            looked.set()
        return size

    with Peak(look, every=0.001) as peak:
        assert looked.wait(10)
    assert peak.size == 5.0


def test_the_peak_of_a_process_is_what_the_kernel_kept() -> None:
    assert 1 < peak_of(os.getpid()) < 10_000
