"""Spans that leave for an OpenTelemetry collector. Imported only where one is configured; see `shared.tracing`."""

import os
from collections.abc import Mapping

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span as OtelSpan
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.tracing import Kind, Span

_W3C = TraceContextTextMapPropagator()
# What is not yet exported when a process ends may hold it up by up to four batches of this.
_TIMEOUT_SECONDS = float(os.environ.get("OTEL_EXPORTER_OTLP_TIMEOUT", "2"))


class Exported:
    """One service's tracer. Spans are sent in batches from a thread; a collector that is away costs spans, no work."""

    def __init__(self, service: str) -> None:
        provider = TracerProvider(
            resource=Resource.create({"service.name": service, "service.namespace": "afterglow"}),
        )
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=_TIMEOUT_SECONDS)))
        self.provider = provider
        self._tracer = provider.get_tracer("afterglow")

    def span(self, name: str, kind: Kind, parent: str | None, facts: Mapping[str, str | int]) -> Span:
        context = _W3C.extract({"traceparent": parent} if parent else {})
        return _Span(self._tracer.start_span(name, context, SpanKind[kind.upper()], facts))


class _Span(Span):
    def __init__(self, span: OtelSpan) -> None:
        self._span = span
        context = span.get_span_context()
        super().__init__(f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}")

    def note(self, name: str, value: str | int) -> None:
        self._span.set_attribute(name, value)

    def end(self, error: str | None = None) -> None:
        if error:
            self._span.set_status(Status(StatusCode.ERROR, error))
        self._span.end()
