"""A worker ends within one grace, however many loops it has, and says which did not end."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from toy import toy_service

from shared.service import Service
from shared.settings import Settings
from shared.store.transaction import Store
from shared.testing.bench import Bench
from shared.worker import Worker


@dataclass
class Stubborn:
    """A job that is at work until it is let go, whatever it is told."""

    name: str
    let_go: threading.Event

    def run_once(self, store: Store, stopping: Any) -> int:
        self.let_go.wait(30)
        return 1


@pytest.fixture
def let_go() -> Any:
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def worker_of(bench: Bench, settings: Settings) -> Any:
    def make(*jobs: Stubborn) -> Worker:
        service = Service(**{**toy_service("sessions").__dict__, "jobs": lambda _: jobs})
        return Worker(service, settings, bench.store, only=("timers", "jobs"))

    return make


def test_the_grace_is_that_of_all_loops_together_and_who_outlasts_it_is_named_once(
    worker_of: Any, let_go: threading.Event
) -> None:
    worker = worker_of(*(Stubborn(f"stubborn-{number}", let_go) for number in range(8)))
    worker.start()

    began = time.monotonic()
    with structlog.testing.capture_logs() as lines:
        assert worker.stop(0.5) is False

    # Eight graces one after the other would be four seconds.
    assert time.monotonic() - began < 3
    [line] = [line for line in lines if line["event"] == "loops_cut_off"]
    assert line["loops"] == [f"stubborn-{number}" for number in range(8)]


def test_a_stop_of_some_loops_leaves_the_others_at_work(worker_of: Any, let_go: threading.Event) -> None:
    worker = worker_of(Stubborn("stubborn", let_go))
    worker.start()

    worker.request_stop(["timers"])
    assert worker.join(time.monotonic() + 10) == []

    assert worker.troubles() == ["timers"]
    let_go.set()
    assert worker.stop()
