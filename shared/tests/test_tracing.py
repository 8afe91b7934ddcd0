"""One trace through everything that follows; nothing of OpenTelemetry where nobody asked for it."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from typing import Any
from uuid import uuid4

import pytest
from toy import consent

from shared.bus.handlers import Handlers
from shared.bus.inbox import InboxWorker
from shared.events.intake import ConsentGranted
from shared.events.language import Event
from shared.events.sessions import SessionCheckedIn
from shared.settings import SettingsError
from shared.store import Transaction
from shared.testing.bench import Bench
from shared.testing.collector import Collector
from shared.tracing import require_tracing, tracer_of

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
EXPORTED = """
from shared.tracing import tracer_of
tracer = tracer_of("sessions")
with tracer.span("outer", "server", None, {"afterglow.clinic": "maple"}) as outer:
    with tracer.span("inner", "internal", outer.traceparent, {}) as inner:
        inner.note("afterglow.outcome", "accepted")
try:
    with tracer.span("fails", "consumer", outer.traceparent, {}):
        raise LookupError("rosa@example.org")
except LookupError:
    pass
print(outer.traceparent)
"""


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)


def python(script: str, **environment: str) -> str:
    """What a script prints in a process of its own."""
    given = os.environ | environment
    done = subprocess.run([sys.executable, "-c", script], env=given, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_span_that_follows_keeps_the_trace_and_takes_an_id_of_its_own() -> None:
    span = tracer_of("sessions").span("work", "internal", GIVEN, {})
    assert span.trace_id == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert re.fullmatch(rf"00-{span.trace_id}-[0-9a-f]{{16}}-01", span.traceparent)
    assert span.traceparent != GIVEN


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "rubbish",
        GIVEN.upper(),
        GIVEN + "-more",
        GIVEN + "\n",
        "ff" + GIVEN[2:],
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01",
    ],
)
def test_without_a_context_that_can_be_used_a_new_trace_begins(given: str | None) -> None:
    tracer = tracer_of("sessions")
    one, other = (tracer.span("work", "internal", given, {}) for _ in range(2))
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", one.traceparent)
    assert one.trace_id not in (other.trace_id, GIVEN[3:35])


def test_what_a_handler_says_follows_from_what_it_heard(bench: Bench) -> None:
    handlers = Handlers()

    @handlers.on(ConsentGranted)
    def answer(event: Event, tx: Transaction) -> None:
        tx.publish(SessionCheckedIn.from_data(event.subject, SessionCheckedIn.sample_data()))

    heard = replace(bench.envelope(consent(uuid4())), traceparent=GIVEN)
    bench.deliver(heard)
    InboxWorker(bench.store, handlers).handle()

    [said] = bench.published(SessionCheckedIn)
    assert said.traceparent is not None
    assert said.traceparent[:36] == GIVEN[:36]
    assert said.traceparent != GIVEN


def test_where_no_collector_is_named_opentelemetry_is_not_imported() -> None:
    script = """
import sys
import shared.service_main, shared.web.factory, shared.bus.inbox
from shared.tracing import tracer_of
tracer_of("sessions").span("work", "internal", None, {}).end()
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
    assert python(script) == "[]"


@pytest.mark.parametrize("off", [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}])
def test_traces_can_be_switched_off_as_opentelemetry_has_it(off: dict[str, str]) -> None:
    with Collector() as collector:
        python(EXPORTED, OTEL_EXPORTER_OTLP_ENDPOINT=collector.address, **off)
    assert collector.spans == []


def test_spans_reach_the_collector_with_their_place_in_the_trace_and_no_message_of_an_error() -> None:
    with Collector() as collector:
        traceparent = python(EXPORTED, OTEL_EXPORTER_OTLP_ENDPOINT=collector.address)
    spans = {span.name: span for span in collector.spans}
    outer = spans["outer"]
    assert (outer.service, outer.parent) == ("sessions", "")
    assert traceparent[:-3] == f"00-{outer.trace}-{outer.id}"
    assert outer.facts["afterglow.clinic"] == "maple"
    assert (spans["inner"].trace, spans["inner"].parent) == (outer.trace, outer.id)
    assert spans["inner"].facts["afterglow.outcome"] == "accepted"
    assert (outer.error, spans["fails"].error) == ("", "LookupError")


def test_a_collector_that_is_away_costs_spans_but_no_work() -> None:
    # Nobody listens on the discard port; the process ends by itself all the same, and well.
    assert python(EXPORTED, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")


def test_what_cannot_be_exported_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    require_tracing()  # Nothing is asked for.
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    require_tracing()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    with pytest.raises(SettingsError, match="OTEL_EXPORTER_OTLP_PROTOCOL: grpc is not spoken here"):
        require_tracing()

    def missing(name: str) -> Any:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("shared.tracing.version", missing)
    with pytest.raises(SettingsError, match=r"install afterglow-shared\[tracing\]"):
        require_tracing()
