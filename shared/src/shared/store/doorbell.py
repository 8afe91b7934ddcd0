"""Waking the workers: a NOTIFY after commit, at most one every 2 ms a process; a poll each second is the safety net.

A NOTIFY inside the transaction would halve the writers' throughput, so it has a connection and a moment of its own.
"""

import threading
from typing import Self

import psycopg
import structlog

log = structlog.get_logger()

OUTBOX_BELL = "afterglow_outbox"
INBOX_BELL = "afterglow_inbox"
_QUIET_SECONDS = 0.002


class Doorbell:
    """Tells the listeners in all processes that there is something to do. `ring` returns at once."""

    def __init__(self, address: str, channel: str) -> None:
        self._address = address
        self._channel = channel
        self._rung = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def ring(self) -> None:
        self._rung.set()
        if self._thread is None:  # Started on first use: a thread made before a fork would be lost.
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name=f"bell-{self._channel}", daemon=True)
                    self._thread.start()

    def close(self, seconds: float = 5.0) -> None:
        """Ring no more; wait at most so long for a ring that is on its way."""
        self._closed = True
        self._rung.set()
        if self._thread is not None:
            self._thread.join(timeout=seconds)

    def _run(self) -> None:
        connection: psycopg.Connection[tuple[object, ...]] | None = None
        while not self._closed:
            self._rung.wait()
            self._rung.clear()
            try:
                if connection is None:
                    connection = psycopg.connect(self._address, autocommit=True, connect_timeout=5)
                connection.execute(f"notify {self._channel}".encode())
            except psycopg.Error:
                log.warning("doorbell_silent", channel=self._channel)
                connection = None
            threading.Event().wait(_QUIET_SECONDS)
        if connection is not None:
            connection.close()


class DoorbellListener:
    """Waits for a ring on a channel. One thread's own."""

    def __init__(self, address: str, channel: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True, connect_timeout=5)
        self._connection.execute(f"listen {channel}".encode())

    def wait(self, seconds: float) -> bool:
        """Return at a ring, or after that long; whether it rang."""
        return bool(list(self._connection.notifies(timeout=seconds, stop_after=1)))

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LocalBell:
    """A bell that one thread rings and another of the same process waits for."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def wait(self, seconds: float) -> bool:
        """Return at a ring, or after that long; whether it rang."""
        rang = self._rung.wait(seconds)
        self._rung.clear()
        return rang

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to close."""
