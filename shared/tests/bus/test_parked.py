"""What a person decides about an event that failed for good."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from toy import consent, toy_service, write_down

from shared.bus.inbox import InboxWorker
from shared.events.intake import ConsentGranted
from shared.store.transaction import Transaction
from shared.testing.bench import Bench


class Poisoned:
    """A service whose handler fails on events of the text version `poison`, until it is healed."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.healed = False
        bench.service = toy_service("sessions")
        bench.service.handlers.on(ConsentGranted)(self.react)

    def react(self, event: ConsentGranted, tx: Transaction) -> None:
        if event.text_version == "poison" and not self.healed:
            raise RuntimeError("rosa@example.org")
        write_down(event, tx)

    def arrive(self, client: UUID, *versions: str, clinic: str = "maple") -> list[UUID]:
        return [self.bench.arrive(consent(client, version), clinic=clinic).id for version in versions]

    def work(self) -> None:
        while InboxWorker(self.bench.store, self.bench.service.handlers).handle():
            pass

    def give_up(self) -> None:
        for _ in range(8):
            self.bench.advance(hours=1)
            self.work()

    def heard(self, client: UUID) -> list[int]:
        with self.bench.owner.connect() as connection:
            query = text("select sequence from heard where subject = :client order by position")
            return list(connection.scalars(query, {"client": client}))


@pytest.fixture
def poisoned(bench: Bench) -> Poisoned:
    return Poisoned(bench)


@pytest.fixture
def stopped(poisoned: Poisoned) -> tuple[UUID, UUID]:
    """A client whose second event of four is parked, and that event."""
    client = uuid4()
    _, event, *_ = poisoned.arrive(client, "fine", "poison", "after", "after")
    poisoned.give_up()
    assert poisoned.heard(client) == [1]
    return client, event


def test_an_operator_sees_what_is_parked_and_nothing_about_a_person(
    poisoned: Poisoned, stopped: tuple[UUID, UUID]
) -> None:
    client, event = stopped

    [listed] = poisoned.bench.as_("operator").get("/inbox/parked").get_json()["items"]
    shown = poisoned.bench.as_("operator").get(f"/inbox/events/{event}").get_json()

    assert listed["id"] == str(event)
    assert (listed["sequence"], listed["attempts"], listed["behind"]) == (2, 7, 2)
    assert listed["stream"] == f"maple/client/{client}"
    assert "react" in listed["error"]
    assert "rosa" not in str(shown)
    assert shown["data"]["text_version"] == "poison"


def test_a_list_says_that_there_is_more_of_it(poisoned: Poisoned) -> None:
    for _ in range(2):
        poisoned.arrive(uuid4(), "poison")
    poisoned.give_up()
    operator = poisoned.bench.as_("operator")

    whole, part = (operator.get(f"/inbox/parked{query}").get_json() for query in ("", "?limit=1"))

    assert (len(whole["items"]), whole["more"]) == (2, False)
    assert (part["items"], part["more"]) == (whole["items"][:1], True)
    for wrong in ("0", "1001", "-1", "many", "1.5"):
        answer = operator.get(f"/inbox/parked?limit={wrong}")
        assert (answer.status_code, answer.get_json()["errors"][0]["path"]) == (422, "?limit"), wrong


def test_only_successors_count_as_behind(poisoned: Poisoned) -> None:
    client = uuid4()
    _, second, third, fourth = (poisoned.bench.envelope(consent(client)) for _ in range(4))
    misfit = third.__class__(**{**third.__dict__, "data": {"kind": "perhaps"}})
    poisoned.bench.deliver(second, misfit, fourth)
    [listed] = poisoned.bench.as_("operator").get("/inbox/parked").get_json()["items"]
    assert (listed["sequence"], listed["behind"]) == (3, 1)


def test_a_retry_drains_what_waited_behind_in_order(poisoned: Poisoned, stopped: tuple[UUID, UUID]) -> None:
    client, event = stopped
    poisoned.healed = True

    answer = poisoned.bench.as_("operator").post(f"/inbox/events/{event}/retry")
    poisoned.work()

    assert answer.status_code == 200
    assert poisoned.heard(client) == [1, 2, 3, 4]
    assert poisoned.bench.as_("operator").get("/inbox/parked").get_json()["items"] == []


def test_a_retry_that_fails_is_parked_again_after_all_its_attempts(
    poisoned: Poisoned, stopped: tuple[UUID, UUID]
) -> None:
    client, event = stopped
    poisoned.bench.as_("operator").post(f"/inbox/events/{event}/retry")
    poisoned.give_up()
    [listed] = poisoned.bench.as_("operator").get("/inbox/parked").get_json()["items"]
    assert (listed["id"], listed["attempts"]) == (str(event), 7)
    assert poisoned.heard(client) == [1]


@pytest.mark.parametrize(("decision", "data"), [("skip", {"text_version": "poison"}), ("discard", {})])
def test_an_event_that_is_passed_over_lets_its_successors_go_on_and_stays_on_record(
    poisoned: Poisoned, stopped: tuple[UUID, UUID], decision: str, data: dict[str, str]
) -> None:
    client, event = stopped
    operator = poisoned.bench.as_("operator")

    answer = operator.post(f"/inbox/events/{event}/{decision}", {"reason": "Merged by hand."})
    poisoned.work()

    assert answer.status_code == 200
    assert poisoned.heard(client) == [1, 3, 4]
    shown = operator.get(f"/inbox/events/{event}").get_json()
    assert shown["reason"] == "Merged by hand."
    assert shown["decided_by"]
    assert shown["data"].get("text_version") == data.get("text_version")
    again = operator.post(f"/inbox/events/{event}/retry")
    assert (again.status_code, again.get_json()["code"]) == (409, "not_parked")


def test_a_decision_is_in_the_audit_with_who_made_it_and_whom_it_is_about(
    poisoned: Poisoned, stopped: tuple[UUID, UUID]
) -> None:
    client, event = stopped
    poisoned.bench.as_("operator").post(f"/inbox/events/{event}/skip", {"reason": "Merged by hand."})
    with poisoned.bench.owner.connect() as connection:
        query = text("select roles, subject from audit where action = 'inbox.skip' and clinic = 'maple'")
        assert connection.execute(query).all() == [("operator", str(client))]


def _try(call: Callable[..., Any], event: UUID) -> list[int]:
    body = {"reason": "Merged by hand."}
    return [call(f"/inbox/events/{event}/{decision}", body).status_code for decision in ("retry", "skip", "discard")]


def test_nobody_but_an_operator_of_that_clinic_decides(poisoned: Poisoned, stopped: tuple[UUID, UUID]) -> None:
    _, event = stopped
    assert _try(poisoned.bench.as_("operator", clinic="cedar").post, event) == [404, 404, 404]
    assert poisoned.bench.as_("operator", clinic="cedar").get("/inbox/parked").get_json()["items"] == []
    for role in ("front_desk", "therapist", "prescriber", "nurse", "clinic_admin", "medical_director"):
        assert _try(poisoned.bench.as_(role).post, event) == [403, 403, 403], role
    assert _try(poisoned.bench.as_nobody().post, event) == [401, 401, 401]


def test_a_parked_event_whose_predecessor_is_missing_can_be_retried_but_not_passed_over(
    poisoned: Poisoned,
) -> None:
    client = uuid4()
    first, second = (poisoned.bench.envelope(consent(client)) for _ in range(2))
    misfit = second.__class__(**{**second.__dict__, "data": {"kind": "perhaps"}})
    poisoned.bench.deliver(misfit)
    poisoned.work()
    operator = poisoned.bench.as_("operator")

    [parked] = operator.get("/inbox/parked").get_json()["items"]
    refused = operator.post(f"/inbox/events/{second.id}/skip", {"reason": "It will never fit."})

    assert (parked["sequence"], parked["attempts"]) == (2, 0)
    assert "schema" in parked["error"]
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_next")
    poisoned.bench.deliver(first)
    poisoned.work()
    assert operator.post(f"/inbox/events/{second.id}/skip", {"reason": "It will never fit."}).status_code == 200
    assert poisoned.heard(client) == [1]
