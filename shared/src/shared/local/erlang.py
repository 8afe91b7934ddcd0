"""What an Erlang node of ours needs besides itself: an environment of its own, a cookie, the port mapper epmd."""

import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from shared.local.processes import LocalServerError, log_tail, pids_where, spawn, wait_until

_MARK = "AFTERGLOW_LOCAL_SERVER"


def environment_of(folder: Path, *, home: Path, epmd: int) -> dict[str, str]:
    """What we inherited, without anything of the system's own Erlang or RabbitMQ, and marked as this folder's."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RABBITMQ_", "ERL_", "NOTIFY_", "WATCHDOG_"))
    }
    ours = {_MARK: folder, "HOME": home, "LC_ALL": "C.UTF-8", "ERL_EPMD_PORT": epmd, "ERL_EPMD_ADDRESS": "127.0.0.1"}
    return {**inherited, **{name: str(value) for name, value in ours.items()}}


def processes_of(folder: Path) -> list[int]:
    """Find what was started for this very folder, by a former owner too."""
    mark = os.fsencode(f"{_MARK}={folder}")
    return pids_where("environ", lambda environment: mark in environment.split(b"\0"))


def make_cookie(home: Path) -> None:
    """The secret by which nodes know one another, for the user alone; one that is there stays."""
    cookie = home / ".erlang.cookie"
    if not cookie.exists():
        home.mkdir(exist_ok=True)
        cookie.touch(mode=0o600)
        cookie.write_text(secrets.token_hex(20))
    cookie.chmod(0o400)


def start_epmd(folder: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Return when epmd listens at the environment's port, where nodes with that environment find one another."""
    port, log = env["ERL_EPMD_PORT"], folder / "epmd.log"
    epmd = spawn(
        ["epmd", "-port", port, "-address", "127.0.0.1"],
        folder=folder,
        log=log,
        env=env,
        when_orphaned=signal.SIGKILL,
    )

    def listens() -> bool:
        with socket.socket() as client:
            return epmd.poll() is not None or client.connect_ex(("127.0.0.1", int(port))) == 0

    if not wait_until(listens, 10) or epmd.poll() is not None:
        epmd.kill()
        epmd.wait()
        raise LocalServerError(f"RabbitMQ's port mapper epmd did not start:\n{log_tail(log)}")
    return epmd


def ask(node: str, expression: str, env: Mapping[str, str]) -> str:
    """Have a node evaluate an Erlang expression, and return what that printed: nothing when node or expression fails.

    This takes Erlang's own `erl_call` milliseconds; RabbitMQ's command line starts a whole Erlang for each question.
    """
    # The cookie is no argument, for everybody could read it; and it is read from here, for erl_call refuses long paths.
    home = env["HOME"]
    command = ["erl_call", "-sname", node, "-r", "-e", "-timeout", "10", "-fetch_stdout", "-no_result_term"]
    try:
        done = subprocess.run(
            command,
            cwd=home,
            env={**env, "HOME": "."},
            input=f"{expression}.\n",
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout if done.returncode == 0 else ""


def binary(text: str) -> str:
    """The text as an Erlang binary, for an expression."""
    return f"<<{','.join(map(str, text.encode()))}>>"
