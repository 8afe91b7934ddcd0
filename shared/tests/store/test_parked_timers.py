"""What a person decides about a timer that failed for good."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from toy import toy_service

from shared.service import Service
from shared.store.timers import Timer
from shared.store.transaction import Actor, Origin, Transaction
from shared.testing.bench import Bench


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return toy_service("sessions")


class Failing:
    """The toy's timer, that fails until it is healed."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.healed = False
        self.works = bench.service.timers._actions["note"]
        bench.service.timers._actions["note"] = self.fire

    def fire(self, timer: Timer, tx: Transaction) -> None:
        if not self.healed:
            raise RuntimeError("rosa@example.org")
        self.works(timer, tx)

    def park(self, clinic: str = "maple") -> UUID:
        subject = uuid4()
        with self.bench.store.transaction(clinic, Actor("desk"), Origin("plan", "request", "request")) as tx:
            tx.set_timer("note", subject=subject, due_at=tx.now, key=str(subject), words="Rosa called.")
        for _ in range(8):
            self.bench.advance(hours=1)
        return subject

    def fired(self) -> list[UUID]:
        with self.bench.owner.connect() as connection:
            return list(connection.scalars(text("select id from note")))


@pytest.fixture
def failing(bench: Bench) -> Iterator[Failing]:
    made = Failing(bench)
    yield made
    bench.service.timers._actions["note"] = made.works


def test_an_operator_sees_what_is_parked_and_nothing_about_a_person(failing: Failing) -> None:
    subject = failing.park()
    failing.park("cedar")
    answer = failing.bench.as_("operator").get("/timers/parked").get_json()
    [listed] = answer["items"]
    assert (listed["kind"], listed["subject"], listed["attempts"]) == ("note", str(subject), 7)
    assert "fire" in listed["error"]
    assert "osa" not in str(answer)
    assert failing.bench.as_("operator").get("/timers/parked?limit=0").status_code == 422


def test_a_retry_fires_it(failing: Failing) -> None:
    subject = failing.park()
    [listed] = failing.bench.as_("operator").get("/timers/parked").get_json()["items"]
    failing.healed = True

    answer = failing.bench.as_("operator").post(f"/timers/{listed['id']}/retry")
    failing.bench.advance(seconds=0)

    assert (answer.status_code, answer.get_json()["state"], answer.get_json()["attempts"]) == (200, "set", 0)
    assert failing.fired() == [subject]
    again = failing.bench.as_("operator").post(f"/timers/{listed['id']}/retry")
    assert (again.status_code, again.get_json()["code"]) == (409, "not_parked")


def test_one_that_is_cancelled_never_fires_and_why_stays_on_record(failing: Failing) -> None:
    subject = failing.park()
    operator = failing.bench.as_("operator")
    [listed] = operator.get("/timers/parked").get_json()["items"]
    failing.healed = True
    assert operator.post(f"/timers/{listed['id']}/cancel", {"reason": ""}).status_code == 422

    answer = operator.post(f"/timers/{listed['id']}/cancel", {"reason": "Told by phone."})
    failing.bench.advance(hours=1)

    assert (answer.status_code, answer.get_json()["state"]) == (200, "cancelled")
    assert "RuntimeError" in answer.get_json()["error"]
    assert answer.get_json()["reason"] == "Told by phone."
    assert failing.fired() == []
    assert operator.get("/timers/parked").get_json() == {"items": [], "more": False}
    with failing.bench.owner.connect() as connection:
        query = text("select roles, subject from audit where action = 'timers.cancel' and clinic = 'maple'")
        assert connection.execute(query).all() == [("operator", str(subject))]


def test_one_whose_cause_is_gone_is_cancelled_with_it(failing: Failing) -> None:
    subject = failing.park()
    with failing.bench.store.transaction("maple", Actor("desk"), Origin("plan", "request", "request")) as tx:
        tx.cancel_timer(str(subject))
    assert failing.bench.as_("operator").get("/timers/parked").get_json()["items"] == []


def test_a_worker_that_comes_too_late_for_a_timer_leaves_no_trace_and_counts_nothing(failing: Failing) -> None:
    subject, bench = uuid4(), failing.bench
    with bench.store.transaction("maple", Actor("desk"), Origin("plan", "request", "request")) as tx:
        tx.set_timer("note", subject=subject, due_at=tx.now, key=str(subject), words="Rosa called.")
    with bench.store.transaction("maple", Actor("desk"), Origin("cancel", "request", "request")) as tx:
        tx.session.execute(text("select from timer where subject = :subject for update"), {"subject": subject})
        assert bench.service.timers.run_due(bench.store) == 0
    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from audit where actor = 'timer'")) == 0


def test_nobody_but_an_operator_of_that_clinic_decides(failing: Failing) -> None:
    failing.park()
    [listed] = failing.bench.as_("operator").get("/timers/parked").get_json()["items"]
    ways = [(f"/timers/{listed['id']}/retry", {}), (f"/timers/{listed['id']}/cancel", {"reason": "Told by phone."})]
    for path, body in ways:
        assert failing.bench.as_("operator", clinic="cedar").post(path, body).status_code == 404
        assert failing.bench.as_("therapist").post(path, body).status_code == 403
        assert failing.bench.as_nobody().post(path, body).status_code == 401
    assert failing.bench.as_("clinic_admin").get("/timers/parked").status_code == 403
