"""Signals to a process that is stopped, so that it finds them all at once when it goes on."""

import os
import re
import signal
from pathlib import Path

from shared.testing.waiting import until


def halt(pid: int) -> None:
    """Return when it has stopped; SIGCONT has it go on."""
    os.kill(pid, signal.SIGSTOP)
    until(lambda: _status(pid, "State").startswith("T"))


def has_pending(pid: int, number: signal.Signals) -> bool:
    """Whether a stopped process will find that signal when it goes on."""
    return bool(int(_status(pid, "ShdPnd"), 16) >> (number - 1) & 1)


def _status(pid: int, key: str) -> str:
    [value] = re.findall(rf"^{key}:\s*(\w+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return str(value)
