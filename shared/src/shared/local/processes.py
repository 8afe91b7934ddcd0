"""What the servers of this package share: own a folder, reserve a port, start a process, find it again, end it."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO


class LocalServerError(Exception):
    """A server of our own can't be had; the text begins with a sentence that says why and what a person can do."""


def claim(folder: Path) -> IO[str]:
    """Make this process the folder's only owner until the returned file is closed or the process ends, however it ends.

    Raises `LocalServerError` when another living process owns it: what runs in the folder is then that owner's.
    """
    file = (folder / "owner").open("a+")
    try:
        # A POSIX lock, not flock: forked children (web workers) must not keep the folder after its owner's death.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        owner = file.read()
        file.close()
        raise LocalServerError(
            f"The folder {folder} is in use by the running process {owner}: stop that, or choose another folder."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def reserve_port(number: int = 0) -> socket.socket:
    """Keep a TCP port of 127.0.0.1 until the returned socket is closed, even while the server on it is down.

    It is bound but never listens, and lets in only a server that sets SO_REUSEADDR, as servers do: nobody's search for
    a free port finds it, nor does the kernel's for an outgoing connection. `number` asks for a port that was ours
    before; raises OSError when somebody has taken it since.
    """
    reservation = socket.socket()
    try:
        if number:
            # Connections of the former server may linger in TIME_WAIT.
            reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reservation.bind(("127.0.0.1", number))
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except OSError:
        reservation.close()
        raise
    return reservation


def port_of(reservation: socket.socket) -> int:
    """Tell which port a reservation keeps."""
    return int(reservation.getsockname()[1])


def spawn(
    command: Sequence[str | Path],
    *,
    folder: Path,
    log: Path,
    env: Mapping[str, str],
    when_orphaned: signal.Signals,
    account: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C in the terminal is its owner's business alone.

    It works in `folder`, appends what it says to `log`, runs behind the prefix `account` (see `account.py`) and gets
    `when_orphaned` when its owner dies. The command must not fork, so that the child's pid is the server's.
    """
    leash: list[str] = []
    # The kernel takes the end of the *thread* that started a child for its parent's death, so only the main thread may
    # ask for that signal. A child that outlives its owner all the same is found and ended at the next start.
    if threading.current_thread() is threading.main_thread() and shutil.which("setpriv"):
        leash = ["setpriv", "--pdeathsig", when_orphaned.name.removeprefix("SIG"), "--"]
    with log.open("ab") as output:
        return subprocess.Popen(
            # The account comes first: a change of credentials would take the leash off.
            [*account, *leash, *command],
            cwd=folder,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )


def pids_where(file: str, holds: Callable[[bytes], bool]) -> list[int]:
    """Find the processes whose /proc file (`cmdline`, `environ`) holds; of those that we may not read, none does."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if holds((entry / file).read_bytes()):
                    found.append(int(entry.name))
    return found


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Tell whether it came to hold within these seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def end(
    main: Callable[[], list[int]], everything: Callable[[], list[int]], *steps: tuple[signal.Signals, float]
) -> None:
    """End a server: each step signals its main process and gives it that many seconds; what is left then is killed."""
    for number, seconds in steps:
        _send(main(), number)
        if wait_until(lambda: not main(), seconds):
            break
    _send(everything(), signal.SIGKILL)
    wait_until(lambda: not everything(), 5)


def _send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def log_tail(log: Path, since: int = 0, lines: int = 12) -> str:
    """Read the last lines that were written after the byte `since`."""
    with log.open("rb") as file:
        file.seek(since)
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
