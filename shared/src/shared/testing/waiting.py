"""Waiting for what happens elsewhere, without guessing how long it takes."""

import time
from collections.abc import Callable


def until(look: Callable[[], bool], seconds: float = 30) -> None:
    """Return as soon as it is so; fail after that long."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
