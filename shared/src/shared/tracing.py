"""One trace from a request through every handler that followed, as W3C Trace Context has it.

The context travels always, in each event and each log line. Spans are made and leave the process only
where OpenTelemetry's own settings name a collector (`OTEL_EXPORTER_OTLP_ENDPOINT` or `…_TRACES_ENDPOINT`); where they
don't, OpenTelemetry is not even imported.
"""

import os
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from random import getrandbits
from types import TracebackType
from typing import Literal, Protocol, Self

from shared.settings import SettingsError

Kind = Literal["server", "client", "consumer", "internal"]

# A context that the standard has us ignore, as one of zeros alone, is none.
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


class Span:
    """Some work of ours in a trace, until the `with` block or `end` ends it. This one is seen by nobody."""

    def __init__(self, traceparent: str) -> None:
        self.traceparent = traceparent

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits."""
        return self.traceparent[3:35]

    def note(self, name: str, value: str | int) -> None:
        """Say more about the work. Never anything personal: spans go where logs go."""

    def end(self, error: str | None = None) -> None:
        """The work is done, or it failed by a problem of this kind."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.end(kind.__qualname__ if kind else None)


class Tracer(Protocol):
    """Makes the spans of one service."""

    def span(self, name: str, kind: Kind, parent: str | None, facts: Mapping[str, str | int]) -> Span:
        """Begin some work that follows from `parent`, a `traceparent`; without a usable one a new trace begins."""


class _Unseen:
    """Passes the context on, and tells nobody."""

    def span(self, name: str, kind: Kind, parent: str | None, facts: Mapping[str, str | int]) -> Span:
        given = _TRACEPARENT.fullmatch(parent or "")
        trace, flags = given.groups() if given else (f"{getrandbits(128):032x}", "00")  # nosec B311 # no secret.
        return Span(f"00-{trace}-{getrandbits(64):016x}-{flags}")  # nosec B311 # likewise.


@cache
def tracer_of(service: str) -> Tracer:
    """The service's tracer in this process, as the environment was at the first call. Raises `SettingsError`."""
    if not _configured():
        return _Unseen()
    from shared.otel import Exported

    return Exported(service)


def require_tracing() -> None:
    """Raise `SettingsError` where traces are asked for and cannot be had; starts nothing."""
    if not _configured():
        return
    try:
        version("opentelemetry-exporter-otlp-proto-http")
    except PackageNotFoundError:
        message = "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not here: install afterglow-shared[tracing]"
        raise SettingsError(message) from None
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    if protocol != "http/protobuf":
        raise SettingsError(f"OTEL_EXPORTER_OTLP_PROTOCOL: {protocol} is not spoken here, only http/protobuf is")


def _configured() -> bool:
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or os.environ.get("OTEL_TRACES_EXPORTER") == "none"
    return not off and any(os.environ.get(name) for name in _ENDPOINTS)
