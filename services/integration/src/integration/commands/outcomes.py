"""The outcomes of a clinic are counted, looked through for small cells, and written down as what may be told."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from integration.domain.figures import tell
from integration.domain.outcomes import Counts, count
from integration.domain.small_cells import FEWEST
from integration.models import OutcomeFigures
from integration.queries.outcomes import answered_after, courses_until, rows_of_clinic
from shared.store import Transaction
from shared.store.tables import timer

TIMER = "outcomes"
_AT_NIGHT = time(3)
_ALONE = text("select pg_advisory_xact_lock(hashtext('outcomes'), hashtext(:clinic))")


def begin_counting(tx: Transaction) -> None:
    """Have the clinic's outcomes counted each month from the next on; and lay what it tells in its present network."""
    told = OutcomeFigures.clinic == tx.clinic_id
    tx.session.execute(update(OutcomeFigures).where(told).values(network=tx.clinic.network))
    waiting = select(timer.c.id).where(timer.c.key == TIMER, timer.c.state == "set")
    if tx.session.execute(waiting).first() is None:
        _count_next_month(tx)


def count_outcomes(tx: Transaction) -> None:
    """Count up to the first day of this month. A protocol is told anew once enough people have come to what is told.

    Whoever compares what is told with what was told before so learns of that many people together, and of nobody alone.
    """
    tx.session.execute(_ALONE, {"clinic": tx.clinic_id})
    before = {row.protocol: row.people for row in rows_of_clinic(tx)}
    until = tx.today.replace(day=1)
    for protocol, counts in _counted(until, tx).items():
        if protocol not in before or counts.people - before[protocol] >= FEWEST:
            _write(protocol, counts, until, tx)
    _count_next_month(tx)


def count_without_erased(tx: Transaction) -> None:
    """Somebody was erased: what is told is counted anew up to the same days, without them, at once."""
    tx.session.execute(_ALONE, {"clinic": tx.clinic_id})
    rows = [(row.protocol, row.counted_until) for row in rows_of_clinic(tx)]
    for until in {until for _, until in rows}:
        counted = _counted(until, tx)
        for protocol in (protocol for protocol, up_to in rows if up_to == until):
            _write(protocol, counted.get(protocol, Counts(0, 0, 0)), until, tx)


def _counted(until: date, tx: Transaction) -> dict[str, Counts]:
    at = datetime.combine(until, time(), tx.clinic.zone)
    courses = courses_until(at, tx)
    return count(courses, answered_after(courses, at, tx), at)


def _write(protocol: str, counts: Counts, until: date, tx: Transaction) -> None:
    """Keep what may be told; where nothing may be any more, nothing is kept."""
    told = tell(protocol, counts)
    if not told:
        gone = delete(OutcomeFigures).where(OutcomeFigures.clinic == tx.clinic_id, OutcomeFigures.protocol == protocol)
        tx.session.execute(gone)
        return
    values = {
        "network": tx.clinic.network,
        "counted_until": until,
        "people": counts.people,
        "told": [figure.stored() for figure in told],
    }
    kept = insert(OutcomeFigures).values(clinic=tx.clinic_id, protocol=protocol, **values)
    tx.session.execute(kept.on_conflict_do_update(index_elements=["clinic", "protocol"], set_=values))


def _count_next_month(tx: Transaction) -> None:
    first = (tx.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    at = datetime.combine(first, _AT_NIGHT, tx.clinic.zone)
    tx.set_timer(TIMER, subject=tx.clinic.subject, due_at=at, key=TIMER)
