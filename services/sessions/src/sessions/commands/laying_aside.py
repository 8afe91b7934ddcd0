"""What is kept of the doses of a client who is erased, and for how long."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sessions import queries
from sessions.domain.retention import keep_until
from sessions.models import Dispensed, Entry
from shared.clinics import RecordCategory, Route
from shared.events.intake import ClientErased
from shared.store import Transaction


def lay_doses_aside(event: ClientErased, tx: Transaction) -> None:
    """Keep of each dose what the log of controlled substances needs, under no name, until the law lets it go."""
    years = {kept.category: kept.years for kept in tx.clinic.retention}.get(RecordCategory.CONTROLLED_SUBSTANCES)
    for visit in queries.visits_of(event.subject, tx):
        for given, stands in queries.doses_of(visit.id, tx):
            line = tx.add(
                Dispensed(
                    id=tx.new_id(),
                    clinic=tx.clinic_id,
                    visit_day=queries.day_of(visit, tx),
                    given_at=given.at,
                    route=Route(stands.data["route"]),
                    dose_mg=Decimal(stands.data["dose_mg"]),
                    lot=stands.data["lot"],
                    given_by=given.actor,
                    ordered_by=tx.one(Entry, UUID(stands.data["order_id"])).actor,
                    keep_until=keep_until(queries.day_of(visit, tx), years),
                )
            )
            over = datetime.combine(line.keep_until + timedelta(days=1), time(), tx.clinic.zone)
            tx.set_timer("dispensed_over", subject=line.id, due_at=over, key=f"dispensed/{line.id}")


def let_go(line_id: UUID, tx: Transaction) -> None:
    """A line has been kept for long enough."""
    line = tx.find(Dispensed, line_id)
    if line is not None:
        tx.session.delete(line)
