"""One HTTP request to addresses that have been vetted, with an end that no peer can put off."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from notify.adapters.guard import Address, Destination

MAX_ANSWER_BYTES = 64 * 1024

# urllib3 warns about malformed answers and quotes the URL, which may carry the receiver's secret.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

Resolver = Callable[[str, int], Sequence[str]]
"""Looks a host name up (name, port) and returns its addresses as text; raises OSError when there are none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said; its body has been read (up to a limit) and thrown away."""

    status: int
    retry_after: str | None


class Deadline:
    """A moment on the monotonic clock by which everything must be over."""

    def __init__(self, seconds: float) -> None:
        self._begun = time.monotonic()
        self._seconds = seconds

    @property
    def spent(self) -> float:
        """Seconds since this deadline was set."""
        return time.monotonic() - self._begun

    def left(self) -> float:
        """Return the seconds that remain; raises TimeoutError when none do."""
        if (left := self._seconds - self.spent) <= 0:
            raise TimeoutError
        return left


def system_resolver(host: str, port: int) -> list[str]:
    """Look a name up as the operating system does, in its order of preference."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def look_up(destination: Destination, resolver: Resolver, deadline: Deadline, seconds: float) -> Sequence[str]:
    """Resolve once. Raises TimeoutError after `seconds`, OSError when the name has no address."""
    if destination.literal is not None:
        return [str(destination.literal)]
    # The C library cannot be interrupted, and may take half a minute over a name server that is silent. So a
    # thread of its own waits for it, and ends by itself when we have long gone on.
    found: Future[Sequence[str]] = Future()

    def resolve() -> None:
        try:
            found.set_result(resolver(destination.host, destination.port))
        except Exception as error:  # It is raised again below, in the thread that asked.
            found.set_exception(error)

    threading.Thread(target=resolve, name="webhook-look-up", daemon=True).start()
    addresses = found.result(min(seconds, deadline.left()))
    if not addresses:
        raise socket.gaierror(socket.EAI_NONAME, "no address")
    return addresses


def post(
    destination: Destination,
    addresses: Sequence[Address],
    body: bytes,
    headers: Mapping[str, str],
    *,
    deadline: Deadline,
    connect_seconds: float,
    tls: ssl.SSLContext,
) -> Answer:
    """POST to the first of `addresses` that lets us in; the name serves for Host, SNI and certificate only.

    Environment proxies are not asked, redirects not followed, compressed answers not unpacked. Raises TimeoutError
    at the deadline, OSError (with ssl.SSLError) and urllib3's HTTPError or http.client's HTTPException when the
    network or the receiver misbehaves.
    """
    sock = _connect(addresses, destination.port, min(connect_seconds, deadline.left()))
    if destination.scheme == "https":
        # The handshake waits until the deadline's watch is set.
        sock = tls.wrap_socket(sock, server_hostname=destination.host, do_handshake_on_connect=False)
    with closing(sock), _cut_off(sock, deadline):
        if isinstance(sock, ssl.SSLSocket):
            sock.settimeout(min(connect_seconds, deadline.left()))
            sock.do_handshake()
        kind = HTTPSConnection if destination.scheme == "https" else HTTPConnection
        with closing(kind(destination.host, destination.port, timeout=deadline.left())) as connection:
            # Given an open socket, and forbidden to open another, it has no way to look the name up again.
            connection.sock = sock
            connection.auto_open = 0
            connection.request("POST", destination.target, body, headers, preload_content=False, decode_content=False)
            with closing(connection.getresponse()) as response:
                _discard_body(response)
                return Answer(response.status, response.headers.get("Retry-After"))


def _connect(addresses: Sequence[Address], port: int, seconds: float) -> socket.socket:
    budget = Deadline(seconds)
    failure: OSError | None = None
    for tried, address in enumerate(addresses):
        # An address that swallows packets must leave time for the next one.
        share = budget.left() / (len(addresses) - tried)
        try:
            return socket.create_connection((str(address), port), timeout=share)
        except OSError as error:
            failure = error
    raise failure or TimeoutError


@contextmanager
def _cut_off(sock: socket.socket, deadline: Deadline) -> Iterator[None]:
    """Shut the socket down at the deadline, whatever is going on, and turn what follows into TimeoutError.

    A socket's own time-out starts anew with every read, so a receiver that sends one byte now and then could
    hold a worker for ever.
    """
    late = threading.Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):
            # The plain socket's method: SSLSocket's would also take the TLS state away under the reader's feet.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    watch = threading.Timer(deadline.left(), cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    except Exception as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    else:
        # An answer without a length looks whole when it is cut off.
        if late.is_set():
            raise TimeoutError
    finally:
        watch.cancel()


def _discard_body(response: urllib3.HTTPResponse) -> None:
    left = MAX_ANSWER_BYTES
    while left > 0 and (chunk := response.read(8192)):
        left -= len(chunk)
