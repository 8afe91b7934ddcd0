"""The most memory that processes and the broker ever held."""

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self


class Peak:
    """Looks at a size each so many seconds, in a thread, as long as the block lasts; `size` is the largest so far."""

    def __init__(self, look: Callable[[], float], *, every: float = 0.5) -> None:
        self.size = 0.0
        self._every = every
        self._look = look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="peak", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.size = max(self.size, self._look())

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            self.size = max(self.size, self._look())


def peak_of(pid: int) -> float:
    """The most that a living process ever held in memory, in MB, as the kernel kept it (VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise ProcessLookupError(f"process {pid} has ended")
    return int(found[1]) * 1024 / 1e6
