"""What the kernel knows of the servers under test: their processes, where these listen, when they end."""

import os
import select
from contextlib import suppress
from pathlib import Path

LISTEN = "0A"
LOOPBACK = ("0100007F", "00000000000000000000000001000000")


def processes_of(folder: Path) -> dict[int, str]:
    """Every process that was told of this folder, by what it is called."""
    found = {}
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and os.fsencode(folder) in (place / "environ").read_bytes():
                found[int(place.name)] = (place / "comm").read_text().strip()
        except OSError:
            continue
    return found


def listening(pids: dict[int, str]) -> set[str]:
    """The addresses, in the kernel's hexadecimal, on which these processes wait for connections."""
    sockets = set()
    for fd in (fd for pid in pids for fd in Path(f"/proc/{pid}/fd").iterdir()):
        # Others of its files may be closed while we look.
        with suppress(FileNotFoundError):
            sockets.add(str(fd.readlink()))
    lines = [
        line.split() for table in ("tcp", "tcp6") for line in Path("/proc/net", table).read_text().splitlines()[1:]
    ]
    return {line[1].split(":")[0] for line in lines if line[3] == LISTEN and f"socket:[{line[9]}]" in sockets}


def ended(pid: int) -> bool:
    """Whether the process ends within a minute: its descriptor becomes readable when it does."""
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watch], [], [], 60)[0])
    finally:
        os.close(watch)
