"""The partner of the demo: a primary care practice whose system receives signed webhooks."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class PartnerSystem:
    """Receives webhooks, checks each signature, and writes down what came, also across a restart of the demo."""

    def __init__(self, ledger: Path, *, host: str, port: int = 0) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._secret: str | None = None
        self._server = ThreadingHTTPServer((host, port), _handler(self))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, name="partner", daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def trust(self, secret: str) -> None:
        """Check signatures with this secret from now on."""
        self._secret = secret

    def received(self) -> list[dict[str, Any]]:
        """Every accepted webhook in order of arrival: its `webhook_id` and the `event`."""
        if not self._ledger.exists():
            return []
        return [json.loads(line) for line in self._ledger.read_text(encoding="utf-8").splitlines()]

    def receive(self, headers: dict[str, str], body: bytes) -> int:
        """The HTTP status for one webhook."""
        if self._secret is None:
            return 503
        try:
            Webhook(self._secret).verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return 401
        line = json.dumps({"webhook_id": headers["webhook-id"], "event": json.loads(body)})
        with self._lock, self._ledger.open("a", encoding="utf-8") as ledger:
            ledger.write(line + "\n")
        return 204


def _handler(system: PartnerSystem) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status = system.receive({key.lower(): value for key, value in self.headers.items()}, body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """The demo prints its own lines."""

    return Handler
