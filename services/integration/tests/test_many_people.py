"""A desk of sixty people, each with months behind them: what the database is asked, and how long it takes."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from integration.models import (
    AgendaItem,
    Base,
    CheckIn,
    Commitment,
    CommitmentReview,
    CompletedVisit,
    Moment,
    Plan,
    Reading,
    Sensation,
    Window,
)
from shared.store.transaction import Actor, Origin, Transaction
from shared.testing.bench import Bench
from shared.testing.visitor import Visitor, visitor

from .conftest import Story

SIXTY, MOMENTS, CHECK_INS, READINGS = 60, 40, 6, 10
ROUNDS = 15


def things_of(client_id: UUID, tx: Transaction) -> Iterator[Base]:
    """What there is of one client after some months."""
    window, commitment = uuid4(), uuid4()

    def own(days_ago: float, at: str, **more: Any) -> dict[str, Any]:
        then = {at: tx.now - timedelta(days=days_ago)}
        return {"id": uuid4(), "clinic": "maple", "client_id": client_id} | then | more

    yield CompletedVisit(**own(9, "completed_at", kind="medicine", series_id=None))
    closes_at = tx.now + timedelta(days=21)
    yield Window(**own(9, "opened_at", visit_id=uuid4(), closes_at=closes_at) | {"id": window})
    for number in range(MOMENTS):
        shared = {"visibility": "therapist", "shared_at": tx.now} if number % 4 == 0 else {"visibility": "private"}
        said = {"kind": "dream", "words": f"A house with {number} windows.", "written_at": tx.now}
        yield Moment(**own(number * 3, "felt_at", **shared, **said))
    for number in range(CHECK_INS):
        said = {"hours_after": number, "status": "completed", "how_are_you": "Quiet.", "slept": True}
        yield CheckIn(**own(8 - number, "due_at", window_id=window, answered_at=tx.now, **said))
    for number in range(READINGS):
        scored = {"instrument": "phq-9", "version": "1", "score": 18 - number, "overlapping": False}
        yield Reading(**own(number * 14, "answered_at", is_baseline=False, **scored))
    yield AgendaItem(**own(1, "added_at", author="client", words="Mornings.", status="to_bring"))
    said = {"kind": "integration", "version": 1, "parts": {"matters": "Slower mornings."}, "proposed_by": "client"}
    yield Plan(**own(1, "proposed_at", client_agreed_at=tx.now, **said))
    said = {"action": "Walk.", "status": "open", "visibility": "therapist"}
    yield Commitment(**own(5, "made_at", **said) | {"id": commitment})
    yield CommitmentReview(**own(1, "reviewed_at", commitment_id=commitment, outcome="kept", reflection="Softer."))
    felt = {"region": "chest", "side": "centre", "view": "front", "sensation": "warmth"}
    for number in range(READINGS):
        yield Sensation(**own(number, "felt_at", **felt))


@pytest.fixture
def with_people(bench: Bench) -> Callable[[int], UUID]:
    """Have so many more clients on the caseload, with months behind them; returns the last one."""

    def more(count: int) -> UUID:
        stories = [Story(bench).registered() for _ in range(count)]
        with bench.store.transaction("maple", Actor("test"), Origin("test", "test", "test")) as tx:
            for story in stories:
                for thing in things_of(story.client, tx):
                    tx.add(thing)
                    if isinstance(thing, Window | Commitment):
                        tx.session.flush()  # What follows points to it.
        return stories[-1].client

    return more


@pytest.fixture
def therapist(bench: Bench) -> Visitor:
    return visitor(bench, "therapist")


def asked_by(bench: Bench, read: Callable[[], None]) -> list[str]:
    """What the database is asked."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(re.sub(r"\s+", " ", statement))

    read()  # What is asked once for each process has been asked.
    event.listen(bench.store.engine, "before_cursor_execute", note)
    read()
    event.remove(bench.store.engine, "before_cursor_execute", note)
    return said


def test_sixty_people_take_as_many_statements_as_three_on_the_desk_and_on_each_persons_page(
    bench: Bench, therapist: Visitor, with_people: Callable[[int], UUID], record_property: Any
) -> None:
    pages = ["/people", f"/people/{with_people(3)}"]

    def reading(page: str) -> Callable[[], None]:
        def read() -> None:
            assert therapist.get(page).status_code == 200

        return read

    few = {page: asked_by(bench, reading(page)) for page in pages}
    with_people(SIXTY - 3)
    many = {page: asked_by(bench, reading(page)) for page in pages}

    for page, name in zip(pages, ("the desk", "a person's page"), strict=True):
        assert len(many[page]) == len(few[page]), set(many[page]) ^ set(few[page])
        took = sorted(timed(reading(page)) for _ in range(ROUNDS))
        said = f"{name} of {SIXTY} people: {len(many[page])} statements, {took[ROUNDS // 2]:.0f} ms (median), "
        record_property("figure", f"{said}{took[-1]:.0f} ms (slowest of {ROUNDS})")


def timed(read: Callable[[], None]) -> float:
    """Milliseconds of one reading."""
    began = time.perf_counter()
    read()
    return 1000 * (time.perf_counter() - began)
