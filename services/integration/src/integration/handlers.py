"""What integration keeps of what others tell. Events of different publishers come in any order."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from integration.commands.tending import open_window
from integration.models import Client, CompletedVisit, Reading
from shared.bus.handlers import Handlers
from shared.events.intake import ClientRegistered, ClientUpdated, ClinicConfigured, MeasureTaken, ScreeningSubmitted
from shared.events.sessions import SessionCompleted, VisitKind
from shared.measures import UnknownInstrument, load_instrument
from shared.store import Transaction, keep_clinic

handlers = Handlers()
handlers.on(ClinicConfigured)(keep_clinic)


@handlers.on(ClientRegistered, ClientUpdated)
def keep_name(event: ClientRegistered | ClientUpdated, tx: Transaction) -> None:
    """Keep what the client wants to be called and where they live; addresses are not for us."""
    values = {"display_name": event.display_name, "time_zone": event.time_zone}
    statement = insert(Client).values(id=event.subject, clinic=tx.clinic_id, **values)
    tx.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


@handlers.on(ScreeningSubmitted)
def keep_baseline(event: ScreeningSubmitted, tx: Transaction) -> None:
    """Keep the scores that came with a screening: later ones are compared with them."""
    _know(event.subject, tx)
    for taken in event.measures:
        tx.add(
            Reading(
                id=tx.new_id(),
                clinic=tx.clinic_id,
                client_id=event.subject,
                instrument=taken.instrument,
                version=taken.version,
                score=taken.score,
                band=_band(taken),
                is_baseline=True,
                answered_at=taken.answered_at,
                overlapping=False,
            )
        )


@handlers.on(SessionCompleted)
def tend(event: SessionCompleted, tx: Transaction) -> None:
    """A visit is over, and has its place in the journey; after a medicine visit the time between begins."""
    _know(event.subject, tx)
    values = {"id": event.visit, "clinic": tx.clinic_id, "client_id": event.subject, "kind": event.kind}
    statement = insert(CompletedVisit).values(**values, completed_at=event.completed_at)
    tx.session.execute(statement.on_conflict_do_nothing(index_elements=["id"]))
    if event.kind == VisitKind.MEDICINE:
        open_window(event.subject, event.visit, event.completed_at, tx)


def _know(client_id: UUID, tx: Transaction) -> None:
    """Whoever tells of a client first makes them known here; the name may come later."""
    statement = insert(Client).values(id=client_id, clinic=tx.clinic_id)
    tx.session.execute(statement.on_conflict_do_nothing(index_elements=["id"]))


def _band(taken: MeasureTaken) -> str | None:
    """The band of a baseline; unknown where intake's release has an instrument that this one does not have yet."""
    try:
        band = load_instrument(taken.instrument, int(taken.version)).band(taken.score)
    except (UnknownInstrument, ValueError):
        return None
    return band.code if band else None
