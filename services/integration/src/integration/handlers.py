"""What integration keeps of what others tell. Events of different publishers come in any order."""

from sqlalchemy.dialects.postgresql import insert

from integration.commands.tending import open_window
from integration.models import Client, Reading
from shared.bus.handlers import Handlers
from shared.events.intake import ClientRegistered, ClientUpdated, ClinicConfigured, ScreeningSubmitted
from shared.events.sessions import SessionCompleted, VisitKind
from shared.measures import load_instrument
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
    for taken in event.measures:
        instrument = load_instrument(taken.instrument, int(taken.version))
        band = instrument.band(taken.score)
        tx.add(
            Reading(
                id=tx.new_id(),
                clinic=tx.clinic_id,
                client_id=event.subject,
                instrument=taken.instrument,
                version=taken.version,
                score=taken.score,
                band=band.title if band else None,
                is_baseline=True,
                answered_at=taken.answered_at,
                overlapping=False,
            )
        )


@handlers.on(SessionCompleted)
def tend(event: SessionCompleted, tx: Transaction) -> None:
    """A medicine visit is over: the time between begins."""
    if event.kind == VisitKind.MEDICINE:
        open_window(event.subject, event.visit, event.completed_at, tx)
