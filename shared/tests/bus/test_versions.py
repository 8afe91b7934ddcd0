"""Releases of different age beside each other: two versions of one event, and fields that only the newer ones know."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from toy import Heard, toy_service

from shared.bus.handlers import Handlers
from shared.declared import Declared
from shared.events import catalogue
from shared.events.envelope import Envelope
from shared.events.intake import ClearanceDecided, ScreeningFlagged, ScreeningSubmitted
from shared.events.language import Event, clinical, open_
from shared.events.sessions import SessionDosed
from shared.store import Transaction
from shared.store.bodies import open_body, open_outbox
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench


@pytest.fixture
def weighed() -> Iterator[Any]:
    """Two versions of one event, which this release declares while the test lasts."""

    class Kilograms(Event, name="intake.test.weighed"):
        """Somebody was weighed, in whole kilograms."""

        weight_kg: int = clinical("Body weight.", 70)

    class Grams(Event, name="intake.test.weighed", version=2):
        """Somebody was weighed, in grams, on a day."""

        weight_g: int = clinical("Body weight.", 70500)
        on: date = open_("Clinic-local.", "2026-11-02")

    yield SimpleNamespace(v1=Kilograms, v2=Grams)
    for version in (Kilograms, Grams):
        catalogue.pop(version.type, None)


def heard(bench: Bench, client: UUID) -> list[tuple[int, str]]:
    with bench.owner.connect() as connection:
        rows = connection.execute(
            text("select sequence, type from heard where subject = :client order by position"), {"client": client}
        )
        return [(sequence, type_.rpartition(".")[2]) for sequence, type_ in rows]


def cursor(bench: Bench, client: UUID) -> int:
    with bench.owner.connect() as connection:
        return int(
            connection.scalar(text("select handled from inbox_stream where stream like :c"), {"c": f"%{client}"}) or 0
        )


def test_a_publisher_says_both_versions_of_one_fact_and_both_can_be_read_off_the_wire(
    bench: Bench, weighed: Any
) -> None:
    client, origin = uuid4(), Origin("weigh", "request", "request")
    speaker = replace_service(bench, "intake")

    with speaker.transaction("maple", Actor("nurse"), origin) as tx:
        tx.publish(weighed.v1(subject=client, weight_kg=70))
        tx.publish(weighed.v2(subject=client, weight_g=70500, on=date(2026, 11, 2)))

    with bench.store.carrier() as session:
        rows = session.execute(text("select id, clinic, routing_key, body, sealed from outbox order by position")).all()
    read = [Envelope.from_bytes(open_outbox(bench.store.keyring, row), routing_key=row.routing_key) for row in rows]
    assert [(one.sequence, one.routing_key) for one in read] == [
        (1, "maple.intake.test.weighed.v1"),
        (2, "maple.intake.test.weighed.v2"),
    ]
    schemas = [one.as_cloudevent()["dataschema"] for one in read]
    assert schemas == ["urn:afterglow:event:intake.test.weighed:v1", "urn:afterglow:event:intake.test.weighed:v2"]
    assert [type(one.event()) for one in read] == [weighed.v1, weighed.v2]


def replace_service(bench: Bench, name: str) -> Any:
    """The same database, spoken for by another service."""
    store = bench.store
    return type(store)(name, store.engine, store.keyring.master, clock=store.clock)


def test_a_consumer_of_both_versions_reacts_to_each_in_the_order_in_which_they_were_said(
    bench: Bench, weighed: Any
) -> None:
    client = uuid4()
    handlers, told = Handlers(), []

    @handlers.on(weighed.v1)
    def in_kilograms(event: Any, tx: Transaction) -> None:
        told.append((event.subject, event.weight_kg * 1000, None))

    @handlers.on(weighed.v2)
    def in_grams(event: Any, tx: Transaction) -> None:
        told.append((event.subject, event.weight_g, event.on))

    bench.service = replace(bench.service, handlers=handlers)
    for event in (weighed.v1, weighed.v2, weighed.v1):
        bench.arrive(replace(event.sample(), subject=client))
    bench.settle()

    assert told == [(client, 70000, None), (client, 70500, date(2026, 11, 2)), (client, 70000, None)]
    assert cursor(bench, client) == 3


def test_a_consumer_that_knows_only_the_old_version_passes_the_new_one_by(bench: Bench, weighed: Any) -> None:
    client = uuid4()
    bench.service = toy_service("sessions", weighed.v1)
    for event in (weighed.v1, weighed.v2, weighed.v1, weighed.v2):
        bench.arrive(replace(event.sample(), subject=client))
    # The release of this consumer is older than version 2: it lets the message in and has no reaction to it.
    del catalogue[weighed.v2.type]
    bench.settle()

    assert heard(bench, client) == [(1, "v1"), (3, "v1")]
    assert cursor(bench, client) == 4


def test_ingest_of_an_older_release_lets_a_new_version_in_unread(weighed: Any) -> None:
    second = envelope_of(weighed.v2, weighed.v2.sample_data())
    body = second.to_bytes()
    del catalogue[weighed.v2.type]

    read = Envelope.from_bytes(body, routing_key="maple.intake.test.weighed.v2")

    assert (read.id, read.sequence, read.data) == (second.id, 1, second.data)


def envelope_of(event: type[Event], data: dict[str, Any]) -> Envelope:
    now = SessionDosed.sample().at
    return Envelope(
        id=uuid4(),
        type=event.type,
        publisher=event.publisher,
        clinic="maple",
        about=event.about,
        subject=uuid4(),
        sequence=1,
        time=now,
        correlation_id="request",
        causation_id="request",
        data=data,
    )


def newer(event: type[Event]) -> dict[str, Any]:
    """The golden sample as a newer publisher would say it: with a field more in every object, however deep."""

    def more(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: more(inner) for name, inner in value.items()} | {"added_later": {"by": "a newer release"}}
        return [more(item) for item in value] if isinstance(value, list) else value

    said: dict[str, Any] = more(event.sample_data())
    return said


@pytest.mark.parametrize("event", catalogue.values(), ids=lambda event: event.name)
def test_what_a_newer_publisher_adds_to_any_event_at_any_depth_is_let_in_and_ignored(event: type[Event]) -> None:
    sent = envelope_of(event, newer(event))

    read = Envelope.from_bytes(sent.to_bytes(), routing_key=sent.routing_key)

    assert read.data["added_later"] == {"by": "a newer release"}
    assert read.event() == event.from_data(sent.subject, event.sample_data())


def test_the_fields_that_were_added_are_inside_of_lists_too() -> None:
    assert newer(ScreeningFlagged)["flags"][0].keys() == {"code", "level", "added_later"}
    assert "added_later" in newer(ScreeningSubmitted)["measures"][0]


def test_whoever_writes_may_not_add_what_is_not_declared() -> None:
    class Part(Declared):
        known: str = open_("Known.", "k")

    class Whole(Declared):
        parts: list[Part] = open_("Parts.", [Part.sample_data()])

    more = {"parts": [{"known": "k", "added": 1}]}
    with pytest.raises(Exception, match="Unknown field"):
        Whole.load(more)
    assert Whole.load(more, tolerant=True) == Whole.sample()


def test_an_unknown_field_reaches_the_handler_as_if_it_were_not_there(bench: Bench) -> None:
    client = uuid4()
    got: list[ClearanceDecided] = []
    handlers = Handlers()

    @handlers.on(ClearanceDecided)
    def keep(event: ClearanceDecided, tx: Transaction) -> None:
        got.append(event)
        tx.add(Heard(clinic=tx.clinic_id, subject=event.subject, sequence=1, type=event.type))

    bench.service = replace(bench.service, handlers=handlers)
    bench.arrive(replace(ClearanceDecided.sample(), subject=client))
    with bench.owner.begin() as connection:
        row = connection.execute(
            text("select id, clinic, body from inbox_event where stream like :c"), {"c": f"%{client}"}
        ).one()
        said = Envelope.from_bytes(open_body(bench.store.keyring, row))
        later = replace(said, data=said.data | {"mood_of_the_moon": "waning"})
        connection.execute(
            text("update inbox_event set body = :body where stream like :c"),
            {"body": later.to_bytes(), "c": f"%{client}"},
        )
    bench.settle()

    assert got == [replace(ClearanceDecided.sample(), subject=client)]
    assert heard(bench, client) == [(1, "v1")]
