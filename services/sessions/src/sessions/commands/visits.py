"""A visit begins and ends: check-in, readiness, completion."""

from collections.abc import Iterable
from functools import reduce
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update

from sessions import queries
from sessions.commands.record import write
from sessions.domain.readiness import is_ready
from sessions.domain.statuses import VisitStatus, require
from sessions.models import Occupied, Series, Step, Visit
from shared.errors import Refused
from shared.events.sessions import SessionCheckedIn, SessionCompleted, VisitKind
from shared.languages import Phrase, phrase
from shared.store import Transaction


def check_in(visit_id: UUID, tx: Transaction) -> Visit:
    """The client is here; a medicine visit starts only with every light of its board on."""
    visit = tx.one(Visit, visit_id, lock=True)
    require(visit.status, VisitStatus.BOOKED, code="not_booked", sentence=phrase("Only a booked visit is checked in."))
    day = queries.day_of(visit, tx)
    if day != tx.today:
        raise Refused(
            "not_today",
            phrase("This visit is on {day}, and today is {today} at the clinic.", day=day, today=tx.today),
            facts={"day": day},
        )
    if visit.kind == VisitKind.MEDICINE:
        require_ready(visit, tx)
    move(visit, VisitStatus.CHECKED_IN)
    write(visit, "checked_in", {}, tx)
    tx.publish(SessionCheckedIn(subject=visit.client_id, visit=visit.id, kind=visit.kind, at=tx.now))
    return visit


def require_ready(visit: Visit, tx: Transaction) -> None:
    """Refuse unless every light of the visit's board is on now."""
    off = [light for light in queries.lights_of(visit, tx) if not light.on]
    if not is_ready(off):
        raise Refused(
            "not_ready",
            phrase(
                "The readiness board stops this visit: {facts}", facts=_one_after_another(light.fact for light in off)
            ),
            facts={"lights": [light.name for light in off], "owners": sorted({light.owner for light in off})},
        )


def _one_after_another(facts: Iterable[Phrase]) -> Phrase:
    return reduce(lambda said, fact: phrase("{one} {next}", one=said, next=fact), facts)


def require_medicine(visit: Visit) -> None:
    """Refuse what belongs to a medicine visit in a visit of another kind, which no board has let begin."""
    if visit.kind != VisitKind.MEDICINE:
        raise Refused(
            "not_a_medicine_visit",
            "This belongs to a medicine visit. Book one for it.",
            facts={"kind": visit.kind.value},
        )


def complete(visit_id: UUID, tx: Transaction) -> Visit:
    """A preparation or integration visit is over."""
    visit = tx.one(Visit, visit_id, lock=True)
    if visit.kind == VisitKind.MEDICINE:
        raise Refused("discharge_first", "A medicine visit ends with the discharge of the client.")
    require(
        visit.status,
        VisitStatus.CHECKED_IN,
        code="not_checked_in",
        sentence=phrase("Only a visit that began is completed."),
    )
    close(visit, tx)
    return visit


def close(visit: Visit, tx: Transaction) -> None:
    """The record is closed; room and people are free from now on, if they were not already."""
    move(visit, VisitStatus.COMPLETED)
    write(visit, "completed", {}, tx)
    taken = Occupied.visit_id == visit.id
    tx.session.execute(delete(Occupied).where(taken, func.lower(Occupied.during) >= tx.now))
    tx.session.execute(
        update(Occupied)
        .where(taken, func.upper(Occupied.during) > tx.now)
        .values(during=func.tstzrange(func.lower(Occupied.during), tx.now))
    )
    _close_series(visit, tx)
    tx.publish(
        SessionCompleted(
            subject=visit.client_id, visit=visit.id, series=visit.series_id, kind=visit.kind, completed_at=tx.now
        )
    )


def move(visit: Visit, status: VisitStatus) -> None:
    """The visit stands elsewhere now."""
    visit.status, visit.version = status, visit.version + 1


def _close_series(visit: Visit, tx: Transaction) -> None:
    if visit.series_id is None:
        return
    # One at a time: of two last visits that end at once, neither would see the other as done.
    series = tx.one(Series, visit.series_id, lock=True)
    undone = (
        select(func.count())
        .select_from(Step)
        .outerjoin(Visit, Visit.id == Step.visit_id)
        .where(Step.series_id == visit.series_id, or_(Visit.id.is_(None), Visit.status != VisitStatus.COMPLETED))
    )
    if not tx.session.scalar(undone):
        series.status = "completed"
