"""Hostile input on the bus: each ends where an operator sees it, with a reason, and the consumer goes on."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from amqp.exceptions import ConnectionForced
from kombu import Connection, Producer
from sqlalchemy import text
from toy import consent, toy_service

from shared.bus.ingest import Ingest
from shared.bus.topology import Topology, connect
from shared.clock import now, uuid7
from shared.events.envelope import CONTENT_TYPE, Envelope
from shared.events.intake import ConsentGranted
from shared.service import Service
from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.waiting import until
from shared.web.factory import create_app
from shared.worker import Worker

KEY = "maple.intake.consent.granted.v1"


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return toy_service("sessions", ConsentGranted)


class Wire:
    """The broker, as a hostile publisher has it; and the consumer behind it, with its metrics."""

    def __init__(self, connection: Connection, topology: Topology, bench: Bench, settings: Settings) -> None:
        self.connection = connection
        self.topology = topology
        self.bench = bench
        bench.store.clock = now
        self.worker = Worker(
            bench.service,
            replace(settings, bus_namespace=topology.namespace),
            bench.store,
            only=("ingest", "inbox"),
        )
        app = create_app(bench.service, settings, bench.store, meters=self.worker.meters)
        self.client = app.test_client()

    def send(self, body: bytes, *, key: str = KEY, content_type: str = CONTENT_TYPE) -> None:
        producer = Producer(self.connection.channel(), exchange=self.topology.events, auto_declare=False)
        producer.publish(body, routing_key=key, content_type=content_type, content_encoding="binary")

    def set_aside(self) -> list[tuple[str, bytes]]:
        """What was set aside: the reason, and what is kept of the message."""
        channel, found = self.connection.channel(), []
        while message := channel.basic_get(self.topology.undecodable.name, no_ack=True):
            found.append((message.properties["application_headers"]["x-error"], message.body))
        return found

    def reasons(self) -> list[str]:
        return [reason for reason, _ in self.set_aside()]

    def parked(self) -> list[tuple[str, str]]:
        with self.bench.owner.connect() as connection:
            rows = connection.execute(text("select clinic, error from inbox_event where state = 'parked'"))
            return [(row.clinic, row.error) for row in rows]

    def metric(self, name: str) -> float:
        shown = self.client.get("/sessions/metrics").get_data(as_text=True)
        return sum(
            float(line.rsplit(" ", 1)[1]) for line in shown.splitlines() if re.match(rf"{name}({{|_total)", line)
        )

    def goes_on(self) -> None:
        """A good event that is sent after all others still has its effect."""
        client = uuid4()
        self.send(envelope(client).to_bytes())
        until(lambda: client in self.heard())

    def heard(self) -> list[UUID]:
        with self.bench.owner.connect() as connection:
            return list(connection.scalars(text("select subject from heard")))


def envelope(client: UUID, clinic: str = "maple", sequence: int = 1) -> Envelope:
    event = consent(client)
    return Envelope(
        id=uuid7(now()),
        type=event.type,
        publisher="intake",
        clinic=clinic,
        about="client",
        subject=client,
        sequence=sequence,
        time=now(),
        correlation_id="request",
        causation_id="request",
        data=event.dump(),
    )


def changed(**attributes: object) -> bytes:
    return json.dumps(envelope(uuid4()).as_cloudevent() | attributes).encode()


def without(attribute: str) -> bytes:
    return json.dumps({k: v for k, v in envelope(uuid4()).as_cloudevent().items() if k != attribute}).encode()


@pytest.fixture
def wire(bench: Bench, amqp: str, topology: Topology, settings: Settings) -> Iterator[Wire]:
    with connect(amqp) as connection:
        topology.declare(connection, "sessions", ["intake"])
        made = Wire(connection, topology, bench, settings)
        made.worker.start()
        yield made
        made.worker.stop()
        topology.remove(connection, ["sessions"])


@pytest.mark.parametrize(
    ("body", "key", "content_type", "reason"),
    [
        (b"not json", KEY, CONTENT_TYPE, "the body is not JSON"),
        (b"\x80\x04\x95", KEY, "application/x-python-serialize", "the content type"),
        (changed(), KEY, "application/json", "the content type"),
        (b"[" * 200_000, KEY, CONTENT_TYPE, "the body is not JSON"),
        (changed(data={"x": "y" * 2 * 1024 * 1024}), KEY, CONTENT_TYPE, "larger than 1 MiB"),
        (without("clinicid"), KEY, CONTENT_TYPE, "'clinicid' is missing"),
        (without("sequence"), KEY, CONTENT_TYPE, "'sequence' is missing"),
        (changed(), KEY.replace("maple", "cedar"), CONTENT_TYPE, "routing key"),
        (changed(clinicid="cedar"), KEY, CONTENT_TYPE, "partitionkey"),
        (changed(source="/afterglow/notify"), KEY, CONTENT_TYPE, "does not belong to the source"),
        (changed(sequence="9" * 30), KEY, CONTENT_TYPE, "sequence"),
        (changed(correlationid="a\x00b"), KEY, CONTENT_TYPE, "correlation_id"),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_its_reason_counted_and_the_consumer_goes_on(
    wire: Wire, body: bytes, key: str, content_type: str, reason: str
) -> None:
    wire.send(body, key=key, content_type=content_type)
    wire.goes_on()
    [why] = wire.reasons()
    assert reason in why
    assert wire.metric("afterglow_ingest_undecodable") == 1
    assert wire.parked() == []


def test_data_that_breaks_its_schema_is_parked_in_its_place_and_stops_its_client_alone(wire: Wire) -> None:
    client = uuid4()
    bad = replace(envelope(client), data={"kind": "perhaps"})
    wire.send(bad.to_bytes())
    wire.send(envelope(client, sequence=2).to_bytes())
    wire.goes_on()
    [(clinic, error)] = wire.parked()
    assert clinic == "maple"
    assert "does not fit the schema" in error
    assert "perhaps" not in error
    assert client not in wire.heard()
    assert wire.metric("afterglow_inbox_parked") == 1


def test_a_type_that_this_release_does_not_know_is_set_aside_and_its_successors_are_handled(wire: Wire) -> None:
    client = uuid4()
    future = envelope(client).to_bytes().replace(b"consent.granted.v1", b"consent.renewed.v1")
    wire.send(future, key="maple.intake.consent.renewed.v1")
    wire.send(envelope(client, sequence=2).to_bytes())
    wire.goes_on()
    [(reason, body)] = wire.set_aside()
    assert reason == "this release does not know the type"
    assert "data" not in json.loads(body)
    assert wire.metric("afterglow_ingest_undecodable") == 0
    assert client in wire.heard()
    assert wire.metric("afterglow_inbox_unknown_types") == 1


def test_what_cannot_be_set_aside_yet_is_held_on_to_and_not_given_back(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_aside, refusals = Ingest._set_aside, iter([TimeoutError, ConnectionForced])

    def refuse_at_first(ingest: Ingest, aside: Any) -> None:
        if refusal := next(refusals, None):
            raise refusal
        set_aside(ingest, aside)

    monkeypatch.setattr(Ingest, "_set_aside", refuse_at_first)
    wire.send(b"not json")
    until(lambda: wire.reasons() == ["the body is not JSON"])
    wire.goes_on()
    assert wire.metric("afterglow_ingest_undecodable") == 1
    assert wire.worker.troubles() == []


def test_an_event_of_a_clinic_that_nobody_knows_is_held_and_stops_nobody_else(wire: Wire) -> None:
    stranger = envelope(uuid4(), clinic="nowhere")
    wire.send(stranger.to_bytes(), key=stranger.routing_key)
    wire.goes_on()
    wire.goes_on()
    with wire.bench.owner.connect() as connection:
        row = connection.execute(text("select state, attempts, error from inbox_event where clinic = 'nowhere'")).one()
    assert row.attempts >= 1
    assert "NotFound" in row.error
    assert wire.metric("afterglow_inbox_failures") >= 1


def test_another_event_in_a_place_that_is_taken_is_set_aside_and_the_first_one_stands(wire: Wire) -> None:
    client = uuid4()
    wire.send(envelope(client).to_bytes())
    wire.goes_on()
    wire.send(envelope(client).to_bytes())
    wire.goes_on()
    assert wire.reasons() == ["another event has its place or its id"]
    assert wire.heard().count(client) == 1
