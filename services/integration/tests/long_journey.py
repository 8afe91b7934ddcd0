"""A client who has lived with this for years: as much as a journey ever has."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from uuid import UUID

from integration.models import (
    CheckIn,
    Commitment,
    CommitmentReview,
    CompletedVisit,
    Intention,
    Letter,
    LifeEvent,
    Moment,
    Practice,
    PracticeLived,
    Reading,
    Sensation,
    Window,
)
from shared.store.transaction import Actor, Origin, Transaction

from .conftest import Story

YEARS = 3
COUNTS = {
    "intention": 36,
    "moment": 850,
    "sensation": 300,
    "commitment": 150,
    "review": 150,
    "lived": 300,
    "visit": 60,
    "measure": 80,
    "life_event": 24,
    "letter": 12,
}
"""Of each kind; with a window and six check-ins after each fifth visit, about 2,000 in all."""


def live_for_years(story: Story, share: float = 1.0) -> int:
    """Let her live three years of it, or that share of everything; returns how many things that are."""
    with story.bench.store.transaction("maple", Actor("test"), Origin("test", "r", "r")) as tx:
        made = 0
        for row in _lived(story.client, tx, share):
            tx.add(row)
            made += 1
            if isinstance(row, Window):
                tx.session.flush()
        return made


def _lived(client: UUID, tx: Transaction, share: float) -> Iterator[Any]:
    own = {"clinic": "maple", "client_id": client}
    sharing = cycle(["private", "therapist", "care_team"])

    def times(kind: str) -> Iterator[tuple[int, datetime]]:
        number = int(COUNTS[kind] * share)
        step = timedelta(days=365 * YEARS - 2) / max(number, 1)
        yield from ((n, tx.now - timedelta(days=1) - step * n) for n in range(number))

    intentions = [
        Intention(
            id=tx.new_id(),
            **own,
            question="truth",
            words=f"To see {n}.",
            status="held",
            version=1,
            set_at=at,
            changed_at=at,
        )
        for n, at in times("intention")
    ]
    moments = [
        Moment(
            id=tx.new_id(),
            **own,
            kind=("dream", "insight", "release")[n % 3],
            words=f"A moment of the tide, number {n}, and what it was like to stand in it for a while.",
            tags=None,
            visibility=next(sharing),
            felt_at=at,
            written_at=at,
        )
        for n, at in times("moment")
    ]
    commitments = [
        Commitment(
            id=tx.new_id(),
            **own,
            insight_id=moments[min(n * 5 + 2, len(moments) - 1)].id,
            action=f"Walk to the river, {n}.",
            status="kept" if n % 2 else "open",
            visibility=next(sharing),
            made_at=at,
        )
        for n, at in times("commitment")
    ]
    practice = Practice(
        id=tx.new_id(),
        **own,
        name="Hum.",
        remind=False,
        status="living",
        visibility="private",
        begun_at=tx.now - timedelta(days=1000),
    )
    yield from (*intentions, *moments, *commitments, practice)
    tx.session.flush()
    for n, at in times("review"):
        yield CommitmentReview(
            id=tx.new_id(),
            **own,
            commitment_id=commitments[n].id,
            outcome="kept",
            reflection="It was easy.",
            reviewed_at=at,
        )
    for _, at in times("lived"):
        yield PracticeLived(id=tx.new_id(), **own, practice_id=practice.id, words="Quiet.", lived_at=at)
    for _, at in times("sensation"):
        felt = {"region": "chest", "side": "centre", "view": "front", "sensation": "warmth"}
        yield Sensation(id=tx.new_id(), **own, **felt, quality="slow", felt_at=at)
    for n, at in times("visit"):
        visit = CompletedVisit(id=tx.new_id(), **own, kind="integration" if n % 5 else "medicine", completed_at=at)
        yield visit
        if n % 5 == 0:
            window = Window(id=tx.new_id(), **own, visit_id=visit.id, opened_at=at, closes_at=at + timedelta(days=30))
            yield window
            for hours in (24, 72, 168, 336, 720, 2160):
                due = at + timedelta(hours=hours)
                asked = {"window_id": window.id, "hours_after": hours, "due_at": due, "status": "completed"}
                yield CheckIn(id=tx.new_id(), **own, **asked, answered_at=due, how_are_you="Quiet.", slept=True)
    for n, at in times("measure"):
        scored = {"instrument": "phq-9", "version": "1", "score": n % 20, "is_baseline": False, "overlapping": False}
        yield Reading(id=tx.new_id(), **own, **scored, answered_at=at)
    for n, at in times("life_event"):
        shared = {"visibility": next(sharing), "yearly": False}
        yield LifeEvent(id=tx.new_id(), **own, title=f"A birthday, {n}.", **shared, happened_at=at, noted_at=at)
    for _, at in times("letter"):
        yield Letter(id=tx.new_id(), **own, words="Dear me.", written_at=at, opens_at=at + timedelta(days=30))
