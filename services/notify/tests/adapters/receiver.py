"""A partner's endpoint for webhooks, which reacts as the test says, and the name service that leads there."""

import json
import ssl
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any
from uuid import UUID

from notify.adapters.webhooks import Outcome, WebhookSender

MESSAGE_ID = UUID("0193b2c4-0000-7000-8000-000000000002")
BODY = json.dumps({"type": "afterglow.sessions.session.completed.v1", "place": "Zürich"}, ensure_ascii=False).encode()
LOOPBACK = [ip_network("127.0.0.0/8")]
Reaction = Callable[[BaseHTTPRequestHandler], None]


class Partner:
    """A real HTTP server that reacts as the test says, and keeps what it was sent."""

    def __init__(self, host: str, port: int, reaction: Reaction, tls: ssl.SSLContext | None) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.sni: list[str | None] = []
        partner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                partner.requests.append((self.command, self.path, headers, body))
                reaction(self)

            do_GET = do_POST  # noqa: N815 - as above.

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing: the test looks at `requests`."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """Say nothing: many tests hang up in the middle on purpose."""

        self._server = Server((host, port), Handler)
        if tls is not None:
            tls.sni_callback = lambda sock, name, context: self.sni.append(name)
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_port
        self.url = f"http{'s' if tls else ''}://{host}:{self.port}/hook?tenant=maple"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


Open = Callable[..., Partner]


def answer(status: int, body: bytes = b"", **headers: str) -> Reaction:
    def react(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return react


def deliver(to: Partner | str, **settings: Any) -> Outcome:
    sender = WebhookSender(**{"allow_networks": LOOPBACK, "total_seconds": 10.0, **settings})
    return sender.deliver(to if isinstance(to, str) else to.url, BODY, {"Content-Type": "application/json"})


class Names:
    """A name service that gives the written answers, one for each look-up."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked: list[tuple[str, int]] = []
        self._answers = list(answers)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self._answers.pop(0)


def drip(first: bytes, repeated: bytes) -> Reaction:
    """Write `first`, then `repeated` every 20 ms until the other side has hung up."""

    def react(handler: BaseHTTPRequestHandler) -> None:
        never = threading.Event()
        handler.wfile.write(first)
        while not never.wait(0.02):
            handler.wfile.write(repeated)

    return react
