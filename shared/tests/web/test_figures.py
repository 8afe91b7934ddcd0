"""The figures of what waits: each means what docs/operating.md says, also while something stands still."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from toy import consent, toy_service, write_down

from shared.bus.inbox import InboxWorker
from shared.clock import now
from shared.events.intake import ConsentGranted
from shared.service import Service
from shared.store import depths
from shared.store.tenancy import open_carriers
from shared.store.transaction import Actor, Origin, Transaction
from shared.testing.bench import Bench
from shared.web import metrics


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return toy_service("sessions")


@pytest.fixture
def watched(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """In the present, as the database is; every scrape counts anew."""
    monkeypatch.setattr(metrics, "_KEPT_SECONDS", 0.0)
    bench.clock.at = now()
    return bench


def scrape(bench: Bench) -> dict[str, float]:
    shown = bench.as_nobody().get("/metrics").get_data(as_text=True)
    lines = re.findall(r"^afterglow_([a-z_]+){[^}]*} (\S+)$", shown, re.MULTILINE)
    return {name: float(value) for name, value in lines}


def fail_on(bench: Bench, version: str) -> None:
    def react(event: ConsentGranted, tx: Transaction) -> None:
        if event.text_version == version:
            raise RuntimeError(version)
        write_down(event, tx)

    bench.service = toy_service("sessions")
    bench.service.handlers.on(ConsentGranted)(react)


def work(bench: Bench) -> None:
    while InboxWorker(bench.store, bench.service.handlers).handle():
        pass


def test_what_waits_behind_a_failed_or_parked_event_is_not_old_work(watched: Bench) -> None:
    fail_on(watched, "poison")
    client = uuid4()
    watched.clock.at = now() - timedelta(hours=3)
    for version in ("poison", "after", "after"):
        watched.arrive(consent(client, version))
    work(watched)
    failing = scrape(watched)
    assert (failing["inbox_retrying"], failing["inbox_depth"], failing["inbox_ready"]) == (1, 3, 0)
    assert failing["inbox_age_seconds"] == 0

    while scrape(watched)["inbox_retrying"]:
        watched.advance(minutes=20)
        work(watched)
    parked = scrape(watched)
    assert (parked["inbox_parked"], parked["inbox_depth"], parked["inbox_age_seconds"]) == (1, 2, 0)
    assert parked["inbox_gaps"] == 0

    # What could be handled, and is not, still tells its age.
    watched.clock.at = now() - timedelta(minutes=10)
    watched.arrive(consent(uuid4()))
    late = scrape(watched)
    assert (late["inbox_ready"], late["inbox_depth"]) == (1, 3)
    assert 600 <= late["inbox_age_seconds"] < 660


def test_lines_that_wait_for_an_event_that_has_not_come_are_counted_and_told(watched: Bench) -> None:
    lost, misfit = uuid4(), uuid4()
    first, *others = (watched.envelope(consent(lost)) for _ in range(3))
    watched.deliver(*others)
    watched.clock.at += timedelta(seconds=1)
    _, second = (watched.envelope(consent(misfit)) for _ in range(2))
    watched.deliver(replace(second, data={"kind": "perhaps"}))
    watched.arrive(consent(uuid4()))
    work(watched)
    figures = scrape(watched)
    assert (figures["inbox_gaps"], figures["inbox_age_seconds"]) == (2, 0)

    gaps = watched.as_("operator").get("/inbox/waiting").get_json()
    shorter = watched.as_("operator").get("/inbox/waiting?limit=1").get_json()
    elsewhere = watched.as_("operator", clinic="cedar").get("/inbox/waiting").get_json()
    assert [(gap["stream"], gap["missing_from"], gap["missing_to"], gap["behind"]) for gap in gaps["items"]] == [
        (first.stream, 1, 1, 2),
        (second.stream, 1, 1, 1),
    ]
    assert {gap["publisher"] for gap in gaps["items"]} == {"intake"}
    assert gaps["items"][1]["since"] == watched.clock().isoformat()
    assert (gaps["more"], len(shorter["items"]), shorter["more"]) == (False, 1, True)
    assert elsewhere == {"items": [], "more": False}

    watched.deliver(first)
    work(watched)
    assert scrape(watched)["inbox_gaps"] == 1


def test_a_gap_is_looked_for_along_indexes_however_much_else_waits(watched: Bench) -> None:
    for _ in range(300):
        client = uuid4()
        for _ in range(3):
            watched.arrive(consent(client))
    with watched.owner.begin() as connection:
        # As autovacuum does: just emptied, the table is believed to hold one row, for which any index is as good.
        connection.execute(text("analyze inbox_event"))
    with watched.store.engine.begin() as connection:
        open_carriers(connection)
        explained = text(f"explain {depths._OTHERS.text}")
        steps = "\n".join(connection.scalars(explained, {"consumer": "sessions"}))
    assert "Seq Scan" not in steps
    assert re.search(r'Index Cond: \("?position"? < ', steps), steps


def test_a_timer_is_due_when_it_is_to_be_tried_and_retrying_once_it_failed(watched: Bench) -> None:
    kept = watched.service.timers._actions

    def fail(*_: object) -> None:
        raise RuntimeError("rosa@example.org")

    with watched.store.transaction("maple", Actor("desk"), Origin("plan", "request", "request")) as tx:
        for key, due in (("one", tx.now), ("later", tx.now + timedelta(days=1))):
            tx.set_timer("note", subject=uuid4(), due_at=due, key=key, words="hello")
    assert scrape(watched)["timers_due"] == 1

    kept["note"], action = fail, kept["note"]
    try:
        for _ in range(3):
            watched.advance(minutes=3)
        failing = scrape(watched)
        assert (failing["timers_due"], failing["timers_retrying"], failing["timers_parked"]) == (0, 1, 0)
    finally:
        kept["note"] = action


def test_that_the_depths_cannot_be_read_is_a_figure_too(watched: Bench) -> None:
    assert scrape(watched)["depths_readable"] == 1
    with watched.owner.begin() as connection:
        connection.execute(text("alter table timer rename to timer_away"))
    try:
        figures = scrape(watched)
    finally:
        with watched.owner.begin() as connection:
            connection.execute(text("alter table timer_away rename to timer"))
    assert figures["depths_readable"] == 0
    assert "inbox_depth" not in figures
    assert scrape(watched)["depths_readable"] == 1


def test_the_depths_are_counted_once_in_some_seconds(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scrape(bench)["inbox_depth"] == 0
    bench.arrive(consent(uuid4()))
    assert scrape(bench)["inbox_depth"] == 0
    monkeypatch.setattr(metrics, "_KEPT_SECONDS", 0.0)
    assert scrape(bench)["inbox_depth"] == 1
