"""An OpenTelemetry collector as small as can be: it takes what is exported over OTLP/HTTP, and keeps it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Seen(NamedTuple):
    """One span, as it arrived: ids in hexadecimal, `parent` empty for the first of a trace, `error` where none was."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    facts: dict[str, str]
    error: str


class Collector:
    """Listens on a port of its own while the context lasts."""

    def __init__(self) -> None:
        self.spans: list[Seen] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = 200 if self.path == "/v1/traces" else 404
                if status == 200:
                    collector.spans += _read(body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def trace(self, trace: str) -> list[Seen]:
        return [span for span in self.spans if span.trace == trace]


def _read(body: bytes) -> list[Seen]:
    found = []
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        about = {fact.key: fact.value.string_value for fact in resource.resource.attributes}
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            facts = {fact.key: fact.value.string_value or str(fact.value.int_value) for fact in span.attributes}
            found.append(
                Seen(
                    about["service.name"],
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    facts,
                    span.status.message,
                )
            )
    return found
