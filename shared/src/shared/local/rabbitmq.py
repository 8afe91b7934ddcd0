import os
import shutil
import subprocess
from pathlib import Path

from .processes import LocalServerError

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends", "rabbitmq-server")


def find_server() -> Path | None:
    """The installed broker's own start script (not the wrapper on the PATH, which insists on the system's account)."""
    return SERVER if os.access(SERVER, os.X_OK) else None


def install_server() -> None:
    """Install Debian's rabbitmq-server when it is absent, and start nothing.

    Needs root and apt-get; raises `LocalServerError` with the one command to run otherwise.
    """
    if find_server():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise LocalServerError(
            "RabbitMQ is not installed here, and only root on a Debian-like system can install it from here: run "
            f"`sudo {' '.join(INSTALL)}`, or name a running server in AFTERGLOW_TEST_AMQP."
        )
    # Debian's packages start their services when they are configured. Asking for single-user mode (sysvinit) and for no
    # contact with systemd keeps them from it for this one call, and leaves no trace in the system's own settings.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1", "SYSTEMD_OFFLINE": "1"}
    patient = [INSTALL[0], "-o", "DPkg::Lock::Timeout=300", *INSTALL[1:]]
    said = ""
    # A machine's package lists may be missing or old; they are renewed only when the install fails without.
    for command in (patient, ["apt-get", "update"], patient):
        done = subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        if find_server():
            return
    raise LocalServerError(f"RabbitMQ could not be installed by `{' '.join(INSTALL)}`:\n{said[-2000:]}")
