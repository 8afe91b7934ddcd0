"""The language and its envelope: what is promised is checked on the way out and on the way in."""

import json
from datetime import UTC, datetime
from typing import get_type_hints
from uuid import uuid4

import pytest

from shared.clock import uuid7
from shared.declared import Sensitivity
from shared.events import catalogue
from shared.events.envelope import Envelope, Undecodable
from shared.events.intake import ClearanceDecided
from shared.events.language import Event, json_schema, open_

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


def envelope(**changes: object) -> Envelope:
    sample = ClearanceDecided.sample()
    values: dict[str, object] = {
        "id": uuid7(NOW),
        "type": ClearanceDecided.type,
        "publisher": "intake",
        "clinic": "maple",
        "about": "client",
        "subject": uuid4(),
        "sequence": 3,
        "time": NOW,
        "correlation_id": "request-1",
        "causation_id": "request-1",
        "data": sample.dump(),
    }
    return Envelope(**(values | changes))  # type: ignore[arg-type]


def message(**changes: object) -> bytes:
    return json.dumps(envelope().as_cloudevent() | changes).encode()


def test_an_envelope_survives_the_wire() -> None:
    sent = envelope()
    read = Envelope.from_bytes(sent.to_bytes(), routing_key="maple.intake.clearance.decided.v1")
    assert read == sent
    assert read.event() == ClearanceDecided.from_data(sent.subject, sent.data)


def test_on_the_wire_it_is_a_cloudevent_with_its_order_and_its_clinic() -> None:
    sent = envelope()
    seen = json.loads(sent.to_bytes())
    assert seen["specversion"] == "1.0"
    assert seen["source"] == "/afterglow/intake"
    assert seen["time"] == "2026-11-02T15:00:00Z"
    assert seen["sequence"] == "3"
    assert seen["clinicid"] == "maple"
    assert seen["partitionkey"] == f"maple/client/{sent.subject}"
    assert seen["dataschema"] == "urn:afterglow:event:intake.clearance.decided:v1"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"{}", "specversion"),
        (message(clinicid=None), "wrong form"),
        (message(clinicid="cedar"), "partitionkey"),
        (b"[" * 100_000, "not JSON"),
        (b" " * (1024 * 1024 + 1), "larger than 1 MiB"),
        (message(sequence="0"), "sequence"),
        (message(sequence=4), "sequence"),
        (message(sequence="99999999999999999999"), "sequence"),
        (message(sequence="\u0664"), "sequence"),
        (message(type="afterglow.intake.a\u0000b.decided.v1"), "type has the wrong form"),
        (message(clinicid="Robert'); drop table"), "clinic has the wrong form"),
        (message(correlationid="a\u0000b"), "correlation_id has the wrong form"),
        (message(causationid="x" * 300), "causation_id has the wrong form"),
        (message(traceparent="not a trace"), "traceparent has the wrong form"),
        (message(id="01936d3e"), "wrong form"),
        (message(subject="client"), "wrong form"),
        (message(data=["outcome"]), "not a JSON object"),
        (message(time="2026-11-02T15:00:00"), "no offset"),
        (message(source="/afterglow/notify"), "does not belong"),
        (json.dumps({k: v for k, v in envelope().as_cloudevent().items() if k != "sequence"}).encode(), "missing"),
    ],
)
def test_a_message_that_breaks_the_promise_is_undecodable_and_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        Envelope.from_bytes(body)


def test_a_forged_clinic_in_the_routing_key_is_undecodable() -> None:
    with pytest.raises(Undecodable, match="routing key"):
        Envelope.from_bytes(message(), routing_key="cedar.intake.clearance.decided.v1")


def test_a_field_that_a_newer_publisher_added_is_tolerated() -> None:
    newer = envelope(data=ClearanceDecided.sample().dump() | {"mood_of_the_moon": "waning"})
    assert isinstance(Envelope.from_bytes(newer.to_bytes()).event(), ClearanceDecided)


def test_a_type_that_this_release_does_not_know_is_read_without_its_data() -> None:
    body = message(type="afterglow.intake.clearance.decided.v9", data={"anything": 1})
    assert Envelope.from_bytes(body).type.endswith("v9")


def test_every_event_says_when_and_what_field_by_field() -> None:
    assert len(catalogue) >= 30
    for event in catalogue.values():
        assert event.__doc__
        schema = json_schema(event)
        for name, field in schema["properties"].items():
            assert field["description"], f"{event.name}.{name}"
            assert field["x-sensitivity"] in set(Sensitivity), f"{event.name}.{name}"


def test_an_event_cannot_be_declared_twice_nor_without_a_sensitivity() -> None:
    with pytest.raises(TypeError, match="declared twice"):

        class Again(Event, name="intake.clearance.decided"):
            """Again."""

            outcome: str = open_("What.", "x")

    from shared.declared import field

    with pytest.raises(TypeError, match="say open_"):

        class Vague(Event, name="intake.something.vague"):
            """Vague."""

            what: str = field("What.", "x")

    assert "afterglow.intake.something.vague.v1" not in catalogue


def test_no_event_has_a_field_for_what_a_client_wrote() -> None:
    clients = [event for event in catalogue.values() if event.about == "client"]
    told = {name for event in clients for name, hint in get_type_hints(event).items() if hint in (str, str | None)}
    assert not told & {"words", "text", "note", "notes", "message", "answers", "body", "journal"}


def test_data_that_breaks_its_schema_is_a_misfit_that_is_named_and_not_quoted() -> None:
    assert envelope().misfit() is None
    misfit = Envelope.from_bytes(message(data={"outcome": "perhaps"})).misfit()
    assert misfit is not None
    assert "schema" in misfit
    assert "perhaps" not in misfit
