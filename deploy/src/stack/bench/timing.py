"""How a contestant, in a process of its own, measures itself, and how its figures are had from it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from stack.toys.stage import Stage

WARMING = 100
"""How many messages each contestant is given before it is measured."""

_WARM = "warm"


@dataclass(frozen=True)
class Measure:
    """What one run of one contestant cost. `cpu` is the measuring process's own, in seconds."""

    events: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def cpu_us(self) -> float:
        """Microseconds of CPU an event."""
        return 1e6 * self.cpu / self.events


class Contestant:
    """A module of `stack.bench` that runs beside us on a stage: `Contestant(stage, "plain", "pipelined", 20000)`."""

    def __init__(self, stage: Stage, module: str, *arguments: object) -> None:
        self._process = stage.start(f"stack.bench.{module}", *arguments)

    def warmed(self) -> "Contestant":
        """Return when it is warm and waits to be told, for those that use `until_told`."""
        assert self._process.stdout is not None  # nosec B101 # the stage has it piped.
        if self._process.stdout.readline().decode().strip() != _WARM:
            raise subprocess.CalledProcessError(self._process.wait(), self._process.args)
        return self

    def measure(self) -> Measure:
        """Have it go on if it waits, and return its figures when it has ended."""
        said = self._process.communicate(b"\n")[0]
        if self._process.returncode:
            raise subprocess.CalledProcessError(self._process.returncode, self._process.args)
        return Measure(**json.loads(said.splitlines()[-1]))


def until_told() -> None:
    """In a contestant: say that it is warm, and wait until its events are there."""
    sys.stdout.write(_WARM + "\n")
    sys.stdout.flush()
    sys.stdin.readline()


@contextmanager
def measured(events: int) -> Iterator[None]:
    """In a contestant: print, when the block ends, how long so many events took and what CPU this process used."""
    began, cpu = time.perf_counter(), time.process_time()
    yield
    figures = {"events": events, "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    sys.stdout.write(json.dumps(figures) + "\n")
