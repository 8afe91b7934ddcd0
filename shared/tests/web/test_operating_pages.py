"""What an operator sees of one service, and what they decide there, at pages."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from shared.events.intake import ConsentGranted
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.testing.visitor import Visitor, visitor

DAY_OFF = "The service was mended by hand."


def words(answer: TestResponse, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def consent(client: UUID, **changes: object) -> ConsentGranted:
    return ConsentGranted.from_data(client, ConsentGranted.sample_data() | changes)


@pytest.fixture
def operator(bench: Bench) -> Visitor:
    return visitor(bench, "operator")


@pytest.fixture
def parked(bench: Bench) -> UUID:
    """An event about somebody that breaks its schema, and one that waits behind it."""
    client = uuid4()
    first, second = (bench.envelope(consent(client)) for _ in range(2))
    bench.deliver(first.__class__(**{**first.__dict__, "data": {"kind": "perhaps"}}), second)
    return first.id


@pytest.fixture
def parked_timer(bench: Bench) -> UUID:
    with bench.store.transaction("maple", Actor("test"), Origin("test", "r", "r")) as tx:
        tx.set_timer("ring", subject=uuid4(), due_at=tx.now, key="ring")
    with bench.owner.begin() as connection:
        query = "update timer set state = 'parked', attempts = 7, error = 'KeyError\n  timers.py:40' returning id"
        return UUID(str(connection.scalar(text(query))))


def state_of(bench: Bench, table: str, key: UUID) -> tuple[str, str | None]:
    with bench.owner.connect() as connection:
        row = connection.execute(text(f"select state, reason from {table} where id = :key"), {"key": key}).one()
        return row.state, row.reason


def test_when_nothing_is_stuck_one_sentence_says_so(operator: Visitor) -> None:
    shown = words(operator.get("/operating"))

    assert "Is anything stuck?" in shown
    assert "Everything that Sessions has to do for Maple Street Wellness is done, or not yet due." in shown
    assert "Try again" not in shown


def test_what_waits_for_a_person_stands_there_with_what_waits_behind_it(operator: Visitor, parked: UUID) -> None:
    shown = words(operator.get("/operating"))

    assert "One event waits for a person." in shown
    assert "intake.consent.granted" in shown
    assert "1 later event about the same waits behind it" in shown
    assert "Heard from Intake 1 event waits" in shown


def test_an_operator_elsewhere_sees_nothing_of_it(bench: Bench, parked: UUID, parked_timer: UUID) -> None:
    elsewhere = visitor(bench, "operator", clinic="cedar")

    assert "is done, or not yet due" in words(elsewhere.get("/operating"))
    for path in (f"/operating/events/{parked}", f"/operating/timers/{parked_timer}"):
        assert elsewhere.get(path).status_code == 404
        assert elsewhere.post(f"{path}/retry").status_code == 404


def test_nobody_but_an_operator_sees_the_map(bench: Bench, parked: UUID) -> None:
    for role in ("clinic_admin", "medical_director", "therapist"):
        assert visitor(bench, role).get("/operating").status_code == 403
        assert visitor(bench, role).post(f"/operating/events/{parked}/retry").status_code == 403


def test_an_event_is_shown_with_its_path_and_only_open_data(operator: Visitor, bench: Bench) -> None:
    client = uuid4()
    _, event = (bench.envelope(consent(client, text_version="2")) for _ in range(2))
    bench.deliver(event)

    page = operator.get(f"/operating/events/{event.id}")
    shown = words(page)

    assert "Said by Intake" in shown
    assert "Came to Sessions" in shown
    assert "text_version 2" in shown
    assert str(client) not in page.get_data(as_text=True)
    assert "One line of events waits for one that has not come." in words(operator.get("/operating"))


def test_a_parked_event_is_tried_again(operator: Visitor, bench: Bench, parked: UUID) -> None:
    answer = operator.post(f"/operating/events/{parked}/retry")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sessions/operating")
    assert state_of(bench, "inbox_event", parked) == ("ready", None)


@pytest.mark.parametrize(("decision", "state"), [("skip", "skipped"), ("discard", "discarded")])
def test_a_parked_event_is_passed_over_with_a_reason_and_its_successor_goes_on(
    operator: Visitor, bench: Bench, parked: UUID, decision: str, state: str
) -> None:
    refused = operator.post(f"/operating/events/{parked}/{decision}", reason="")
    assert "Nothing was decided yet" in words(refused, 422)
    assert state_of(bench, "inbox_event", parked) == ("parked", None)

    assert operator.post(f"/operating/events/{parked}/{decision}", reason=DAY_OFF).status_code == 303

    assert state_of(bench, "inbox_event", parked) == (state, DAY_OFF)
    assert "is done, or not yet due" in words(operator.get("/operating"))
    assert DAY_OFF in words(operator.get(f"/operating/events/{parked}"))


def test_what_is_decided_already_is_not_decided_again(operator: Visitor, bench: Bench, parked: UUID) -> None:
    operator.post(f"/operating/events/{parked}/skip", reason=DAY_OFF)

    again = words(operator.post(f"/operating/events/{parked}/discard", reason="Another reason."), 422)

    assert "Only a parked event can be decided on" in again
    assert state_of(bench, "inbox_event", parked) == ("skipped", DAY_OFF)


def test_a_parked_timer_fires_or_never_does(operator: Visitor, bench: Bench, parked_timer: UUID) -> None:
    assert "One timer failed for good." in words(operator.get("/operating"))
    assert "KeyError" in words(operator.get(f"/operating/timers/{parked_timer}"))

    assert operator.post(f"/operating/timers/{parked_timer}/cancel", reason="no").status_code == 422
    assert operator.post(f"/operating/timers/{parked_timer}/cancel", reason=DAY_OFF).status_code == 303
    assert state_of(bench, "timer", parked_timer) == ("cancelled", DAY_OFF)
    assert operator.post(f"/operating/timers/{parked_timer}/retry").status_code == 409


def test_what_could_have_been_done_for_a_minute_is_called_late(operator: Visitor, bench: Bench) -> None:
    bench.arrive(consent(uuid4()))
    at_once = words(operator.get("/operating"))
    bench.advance(minutes=2)
    with bench.store.transaction("maple", Actor("test"), Origin("test", "r", "r")) as tx:
        tx.set_timer("ring", subject=uuid4(), due_at=tx.now - timedelta(minutes=2), key="ring")

    shown = words(operator.get("/operating"))

    assert "is done, or not yet due" in at_once
    assert "One timer is late." in shown
    assert "What it has heard is not handled for a minute or longer." in shown


def test_a_room_alone_is_no_page_and_names_nobody(operator: Visitor, parked: UUID) -> None:
    part = operator.get("/operating/part").get_data(as_text=True)

    assert "<main" not in part
    assert 'data-region="room-sessions"' in part
    assert f"/sessions/operating/events/{parked}/retry" in part
    assert "maple/client" not in part


def test_loops_that_are_not_at_work_are_named(bench: Bench, operator: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = bench.app.extensions["afterglow"]
    monkeypatch.setitem(bench.app.extensions, "afterglow", replace(parts, troubles=lambda: ["relay", "partners-2"]))

    shown = words(operator.get("/operating"))

    assert "Not at work: sending to people and partners and sending what it says." in shown
