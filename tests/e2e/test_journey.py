"""Story 1, whole: one client's journey through four services, as eight processes on a real RabbitMQ and PostgreSQL."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.bus.topology import Topology, connect
from shared.testing.collector import Collector, Seen
from shared.testing.waiting import until
from stack.mail_sink import read_mails
from stack.processes import EightProcesses
from stack.services import NAMES

CLINICAL_WORDS = (
    "ketamine",
    "medicine",
    "dose",
    "clearance",
    "screening",
    "phq",
    "depress",
    "session",
    "integration",
    "treatment",
)


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as collector, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        yield collector


@pytest.fixture(scope="module")
def platform(
    tmp_path_factory: pytest.TempPathFactory,
    database_admin: str,
    amqp: str,
    rabbitmq_api: str,
    worker: str,
    collector: Collector,
) -> Iterator[EightProcesses]:
    topology = Topology(f"e2e.{worker}.")
    folder = tmp_path_factory.mktemp("eight processes")
    with EightProcesses(
        folder,
        database_admin=database_admin,
        amqp=amqp,
        rabbitmq_api=rabbitmq_api,
        namespace=topology.namespace,
        suffix=f"_e2e_{worker}",
    ) as running:
        yield running
    with connect(amqp) as connection:
        topology.remove(connection, NAMES)


def demo(platform: EightProcesses, *options: str) -> dict[str, Any]:
    process = start_demo(platform, *options)
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def start_demo(platform: EightProcesses, *options: str) -> "subprocess.Popen[str]":
    services = [f"--service-url={name}={address}" for name, address in platform.addresses.items()]
    command = [sys.executable, "-m", "stack", "demo", "--json", "--data", str(platform.folder), *services, *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def messages_to(platform: EightProcesses, run: str) -> list[Any]:
    return [mail for mail in read_mails(platform.folder / "mail") if f"rosa.{run}@" in str(mail.to)]


def test_the_whole_journey_over_eight_processes(platform: EightProcesses) -> None:
    document = demo(platform)

    assert len(document["events"]) == 26
    assert [event["type"] for event in document["partner"]] == [
        "afterglow.intake.clearance.decided.v1",
        "afterglow.sessions.session.completed.v1",
        "afterglow.integration.measure.scored.v1",
    ]
    assert document["partner"][2]["data"]["response"] is True
    mails = messages_to(platform, document["run"])
    assert len(mails) == 5
    for mail in mails:
        assert mail.subject == "You have a message from Maple Street"
        text = mail.text.lower()
        assert not [word for word in CLINICAL_WORDS if word in text]


def test_one_trace_goes_from_a_request_through_every_handler_that_followed_to_the_partner(
    platform: EightProcesses, collector: Collector
) -> None:
    document = demo(platform)
    decided = {event["id"] for event in document["partner"] if event["type"] == "afterglow.intake.clearance.decided.v1"}

    def told() -> list[Seen]:
        return [span for span in collector.spans if span.facts.get("cloudevents.event_id") in decided]

    until(lambda: any(span.name == "tell partner" for span in told()))
    trace = next(span.trace for span in told() if span.name == "tell partner")
    until(lambda: any(span.service == "sessions" for span in collector.trace(trace)))
    spans = {span.id: span for span in collector.trace(trace)}
    request = next(span for span in spans.values() if not span.parent)
    assert (request.service, request.name) == ("intake", "POST /intake/screenings/<uuid:screening_id>/clearance")
    assert request.facts["http.response.status_code"] == "201"
    assert request.facts["afterglow.clinic"] == "maple"
    # Each follows from another one of the trace, and in the end from the request.
    others = [span for span in spans.values() if span is not request]
    assert all(span.parent in spans for span in others)
    # Nothing in any span of the whole journey tells who it was about.
    said = json.dumps([span._asdict() for span in collector.spans]).lower()
    assert document["run"] not in said
    assert not [word for word in ("rosa", "tomas", "@example") if word in said]


def test_with_notify_away_the_journey_goes_on_and_every_message_and_webhook_arrives_once(
    platform: EightProcesses,
) -> None:
    assert platform.stop("notify-worker") == 0
    process = start_demo(platform)
    assert process.stderr is not None
    seen: list[str] = []
    for line in process.stderr:
        seen.append(line)
        if "PHQ-9 is 9 now" in line:
            break
    assert "PHQ-9 is 9 now" in seen[-1], seen
    run = (platform.folder / "demo" / "last").read_text()
    assert messages_to(platform, run) == []

    platform.start("notify-worker")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    document = json.loads(out)
    assert len(messages_to(platform, run)) == 5
    assert len(document["partner"]) == 3


def test_the_worker_of_any_service_killed_in_the_middle_loses_and_repeats_nothing(platform: EightProcesses) -> None:
    process = start_demo(platform)
    assert process.stderr is not None
    for line in process.stderr:
        if "consents to treatment" in line:
            for service in NAMES:
                platform.stop(f"{service}-worker", signal.SIGKILL)
                platform.start(f"{service}-worker")
        if "is checked in" in line:
            platform.stop("sessions-web", signal.SIGKILL)
            platform.start("sessions-web")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert len(json.loads(out)["events"]) == 26


def test_the_demo_takes_the_answers_as_a_fhir_file(platform: EightProcesses, tmp_path: Path, repository: Path) -> None:
    shipped = repository / "deploy/src/stack/demo/examples/phq9-baseline.json"
    document = demo(platform, "--phq9", str(shipped))
    assert len(document["events"]) == 26
    broken = tmp_path / "broken.json"
    broken.write_text('{"resourceType": "Patient"}')
    process = start_demo(platform, "--phq9", str(broken))
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "answers the screening" in err
