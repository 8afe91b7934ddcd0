"""Many people of a clinic whose series are over, as rows: outcomes are about many, and events would take long."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from integration.models import BookedVisit, CheckIn, CompletedVisit, PlannedSeries, Reading, Window
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench

MADE = Origin("test.many", "r", "r")


def many(
    bench: Bench,
    number: int,
    *,
    clinic: str = "maple",
    visits: int = 6,
    planned: int = 6,
    days_ago: float = 100,
    answered: int | None = None,
    responded: int = 0,
    remitted: int = 0,
    engaged: int = 0,
    protocol: str = "induction",
    instrument: str = "phq-9",
    ahead: bool = False,
) -> list[UUID]:
    """So many people with the same series. The first `responded` of those who `answered` responded, and so on.

    The first `engaged` answered both of their check-ins and had an integration visit after each medicine visit; the
    others answered none and had none.
    """
    found = []
    last = bench.clock() - timedelta(days=days_ago)
    with bench.store.transaction(clinic, Actor("test"), MADE) as tx:
        for place in range(number):
            client, series = uuid4(), uuid4()
            own = {"clinic": clinic, "client_id": client}
            begun = last - timedelta(days=7 * visits)
            tx.add(PlannedSeries(id=series, **own, protocol=protocol, medicine_visits=planned, planned_at=begun))
            visit, window = uuid4(), uuid4()
            for back in range(visits):
                at, of_series = last - timedelta(days=7 * back), visit if back == 0 else uuid4()
                tx.add(CompletedVisit(id=of_series, **own, kind="medicine", completed_at=at, series_id=series))
                if place < engaged:
                    after = at + timedelta(days=2)
                    tx.add(CompletedVisit(id=uuid4(), **own, kind="integration", completed_at=after, series_id=None))
            if ahead:
                start = bench.clock() + timedelta(days=70)
                times = {"starts_at": start, "ends_at": start + timedelta(hours=3)}
                tx.add(BookedVisit(id=uuid4(), **own, kind="medicine", cancelled=False, **times))
            tx.session.flush()
            closes = last + timedelta(days=30)
            tx.add(Window(id=window, **own, visit_id=visit, opened_at=last, closes_at=closes))
            tx.session.flush()
            for hours in (24, 72):
                asked = {"window_id": window, "hours_after": hours, "due_at": last + timedelta(hours=hours)}
                status = "completed" if place < engaged else "missed"
                tx.add(CheckIn(id=uuid4(), **own, **asked, status=status, answered_at=None))
            if answered is None or place < answered:
                tx.add(
                    reading(client, clinic, last + timedelta(days=30), place < responded, place < remitted, instrument)
                )
            found.append(client)
    return found


def reading(
    client: UUID,
    clinic: str,
    at: datetime,
    response: bool | None,
    remission: bool | None,
    instrument: str = "phq-9",
    *,
    overlapping: bool = False,
) -> Reading:
    return Reading(
        id=uuid4(),
        clinic=clinic,
        client_id=client,
        instrument=instrument,
        version="1",
        score=9 if response else 17,
        is_baseline=False,
        answered_at=at,
        baseline=18,
        response=response,
        remission=remission,
        reliable=response,
        overlapping=overlapping,
    )


def month_begins(bench: Bench) -> None:
    """It is December: the figures of all clinics are counted."""
    bench.advance(days=30)
