"""gunicorn as we run it, and how it ends: readiness goes first, then the listeners, then the requests in hand."""

import mmap
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import structlog
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker

log = structlog.get_logger()


class Ending:
    """Whether this server was told to end. Made before the fork: what the master writes its process reads."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, 1)

    def begin(self) -> None:
        self._page[0] = 1

    def __call__(self) -> bool:
        return self._page[0] == 1


class WebServer(BaseApplication):
    """gunicorn with threads; the application is made in its one process, after the fork.

    `make_app` is given what tells whether the server is ending, for the application's readiness. For `drain_seconds`
    after SIGTERM everything is served as before, but for that.
    """

    def __init__(
        self, make_app: Callable[[Callable[[], bool]], Any], options: dict[str, Any], *, drain_seconds: int = 0
    ) -> None:
        self.ending = Ending()
        self.drain_seconds = drain_seconds
        self._make_app = make_app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("pre_request", self._before_request)
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        return self._make_app(self.ending)

    def run(self) -> None:
        _Master(self).run()

    def _before_request(self, _: Any, request: Any) -> None:
        """A gateway that keeps its connections must look for another server with its next request."""
        if self.ending():
            request.force_close()


class _Server(ThreadWorker):
    """gunicorn's process that serves, with closed doors from the moment on at which nobody is let in any more."""

    is_leaving = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        _Server.is_leaving = True
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """End in order here as well, once: Ctrl-C on a terminal comes to this process and, by the master, once more.

        gunicorn's own takes the lock of its pool, which whom it interrupts may have, and interrupts `worker_exit`. The
        master kills what doesn't end within its grace.
        """
        self.handle_exit(sig, frame)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        while self.sockets and not (enabled or self.alive):
            self._close(self.sockets.pop())

    def _close(self, listener: Any) -> None:
        """Take in who waits before the door, and have those who come now be refused instead of waiting in vain."""
        known = -1
        while known != self.nr_conns:
            known = self.nr_conns
            self.accept(listener)
        listener.close()


class _Master(Arbiter):
    """gunicorn's master, with a drain before its own way to end; that would close the listeners at once."""

    def __init__(self, server: WebServer) -> None:
        self._ending = server.ending
        self._drain_seconds = server.drain_seconds
        self._cut_off = False
        super().__init__(server)

    def init_signals(self) -> None:
        super().init_signals()
        # The end of the drain is a signal as well: gunicorn's loop goes on with its work while it waits for those.
        signal.signal(signal.SIGALRM, self.signal)

    def signal(self, number: int, frame: FrameType | None) -> None:
        """Take down a signal. Readiness goes here, and not when the loop comes to it."""
        if number in (signal.SIGTERM, signal.SIGINT) and self._ending():
            number = signal.SIGQUIT  # Told twice.
        if number == signal.SIGTERM:
            self._ending.begin()
        super().signal(number, frame)

    def handle_term(self) -> None:
        if self._drain_seconds == 0:
            self.handle_alrm()
        signal.setitimer(signal.ITIMER_REAL, self._drain_seconds)

    def handle_alrm(self) -> NoReturn:
        raise StopIteration  # It is how gunicorn's loop is told to end, with what is in hand.

    def handle_quit(self) -> None:
        if self._ending():
            self.kill_workers(signal.SIGKILL)
        super().handle_quit()

    def kill_workers(self, number: int) -> None:
        """Signal the process that serves; where it must be killed, it had requests in hand still."""
        if number == signal.SIGKILL and self.WORKERS:
            self._cut_off = True
            log.error("requests_cut_off", grace_seconds=self.cfg.graceful_timeout)
        super().kill_workers(number)

    def halt(self, reason: str | None = None, exit_status: int = 0) -> NoReturn:
        try:
            super().halt(reason, exit_status)
        except SystemExit as end:
            sys.exit(end.code or int(self._cut_off))
        raise AssertionError("gunicorn's halt ends the process")


def is_leaving() -> bool:
    """Whether this process finishes what it has in hand, and lets nobody in: what has no end of its own ends now."""
    return _Server.is_leaving


def server_options(bind: str, *, threads: int, grace_seconds: int) -> dict[str, Any]:
    """gunicorn's settings, the same wherever we start it."""
    return {
        "bind": bind,
        "workers": 1,
        "threads": threads,
        "worker_class": _Server,
        # Heartbeat files belong in memory, where there is such a folder.
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # nosec B108 # memory, not a file of ours.
        "graceful_timeout": grace_seconds,
        "timeout": 60,
        "keepalive": 5,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "control_socket_disable": True,
    }
