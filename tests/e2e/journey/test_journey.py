"""Story 1, whole: one client's journey through four services, as eight processes on a real RabbitMQ and PostgreSQL."""

import json
import signal
from pathlib import Path
from typing import Any

from shared.testing.collector import Collector, Seen
from shared.testing.waiting import until
from stack.mail_sink import read_mails
from stack.processes import EightProcesses
from stack.services import NAMES

from .going import demo, start_demo

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


def messages_to(platform: EightProcesses, run: str) -> list[Any]:
    return [mail for mail in read_mails(platform.folder / "mail") if f"rosa.{run}@" in str(mail.to)]


def test_the_whole_journey_over_eight_processes(platform: EightProcesses) -> None:
    document = demo(platform)

    assert len(document["events"]) == 28
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
    said = []
    for line in process.stderr:
        said.append(line)
        if "consents to treatment" in line:
            for service in NAMES:
                platform.stop(f"{service}-worker", signal.SIGKILL)
                platform.start(f"{service}-worker")
        if "is checked in" in line:
            platform.stop("sessions-web", signal.SIGKILL)
            platform.start("sessions-web")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said[-1][:2000]
    assert len(json.loads(out)["events"]) == 28


def test_the_demo_takes_the_answers_as_a_fhir_file(platform: EightProcesses, tmp_path: Path, repository: Path) -> None:
    shipped = repository / "deploy/src/stack/demo/examples/phq9-baseline.json"
    document = demo(platform, "--phq9", str(shipped))
    assert len(document["events"]) == 28
    broken = tmp_path / "broken.json"
    broken.write_text('{"resourceType": "Patient"}')
    process = start_demo(platform, "--phq9", str(broken))
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "answers the screening" in err
