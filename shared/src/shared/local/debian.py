"""Programs that Debian packages: they are installed when they are not there, by whoever may, and nothing is started."""

import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from shared.local.processes import LocalServerError


@dataclass(frozen=True)
class Program:
    """A program that people know by `name`, at `path` once `package` is installed."""

    name: str
    package: str
    path: Path

    def find(self) -> Path | None:
        return self.path if os.access(self.path, os.X_OK) else None

    def require(self) -> Path:
        """Find it, or raise `LocalServerError` with the command that installs it."""
        found = self.find()
        if found is None:
            raise LocalServerError(self._how_to_install)
        return found

    def install(self) -> Path:
        """Install it when it is not there, as root, and start nothing.

        Raises `LocalServerError` with the one command to run where this can't be done.
        """
        # Another process of this checkout may be installing it: it is there, then, before all that it needs is.
        with Path(__file__).open(encoding="utf-8") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            return self.find() or self._installed()

    def _installed(self) -> Path:
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise LocalServerError(self._how_to_install)
        # Debian's packages start their services when they are configured. Single-user mode (for sysvinit) and no
        # contact with systemd, for this one call, keep them from it, and leave no trace in the system's settings.
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1", "SYSTEMD_OFFLINE": "1"}
        install = ["apt-get", "-o", "DPkg::Lock::Timeout=300", *self._installing[1:]]
        said = ""
        # A machine's package lists may be missing or old; they are renewed only when it doesn't go without.
        for command in (install, ["apt-get", "update"], install):
            done = subprocess.run(
                command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
            said = done.stdout + done.stderr
            found = self.find()
            if found is not None:
                return found
        raise LocalServerError(f"{self.name} could not be installed by `{' '.join(self._installing)}`:\n{said[-2000:]}")

    @property
    def _installing(self) -> list[str]:
        return ["apt-get", "install", "--yes", "--no-install-recommends", self.package]

    @property
    def _how_to_install(self) -> str:
        command = " ".join(self._installing)
        return f"{self.name} is not installed here: run `sudo {command}` (or your system's own way to install it)."


CHROMIUM = Program("Chromium", "chromium-headless-shell", Path("/usr/bin/chromium-headless-shell"))
"""The part of it that draws pages without a window: it takes a fifth less time for them than the whole."""

NGINX = Program("nginx", "nginx-light", Path("/usr/sbin/nginx"))
RABBITMQ = Program("RabbitMQ", "rabbitmq-server", Path("/usr/lib/rabbitmq/bin/rabbitmq-server"))
"""RabbitMQ's own start script: the wrapper on the PATH insists on the system's account."""
