"""What integration keeps of what others tell. Events of different publishers come in any order."""

from sqlalchemy import update

from integration.commands.tending import open_window
from integration.holdings import HOLDINGS
from integration.models import Authorisation, BookedVisit, Client, CompletedVisit, Reading
from shared.bus.everybody import hear_with_everybody
from shared.bus.handlers import Handlers
from shared.events.intake import (
    AuthorisationGranted,
    AuthorisationWithdrawn,
    ClientRegistered,
    ClientUpdated,
    MeasureTaken,
    ScreeningSubmitted,
)
from shared.events.sessions import AppointmentBooked, AppointmentCancelled, SessionCompleted, VisitKind
from shared.measures import UnknownInstrument, load_instrument
from shared.store import Transaction

handlers = Handlers()
hear_with_everybody(handlers, HOLDINGS)

clients = handlers.projection("clients", Client.id, CompletedVisit.client_id, BookedVisit.client_id)
"""Who the clients are, and which visits they have behind them and before them."""


@clients.on(ClientRegistered, ClientUpdated)
def keep_name(event: ClientRegistered | ClientUpdated, tx: Transaction) -> None:
    """Keep what the client wants to be called and where they live; addresses are not for us."""
    tx.keep(Client, event.subject, display_name=event.display_name, time_zone=event.time_zone)


@clients.on(ScreeningSubmitted)
def keep_client(event: ScreeningSubmitted, tx: Transaction) -> None:
    """Know the client, also where a screening is heard of first."""
    tx.keep(Client, event.subject)


@clients.on(SessionCompleted)
def keep_visit(event: SessionCompleted, tx: Transaction) -> None:
    """A visit is over, and has its place in the journey."""
    tx.keep(Client, event.subject)
    tx.keep(CompletedVisit, event.visit, client_id=event.subject, kind=event.kind, completed_at=event.completed_at)


@clients.on(AppointmentBooked)
def keep_booking(event: AppointmentBooked, tx: Transaction) -> None:
    """A visit has its time: the client can be told of it."""
    tx.keep(Client, event.subject)
    times = {"starts_at": event.starts_at, "ends_at": event.ends_at}
    tx.keep(BookedVisit, event.visit, client_id=event.subject, kind=event.kind, cancelled=False, **times)


@clients.on(AppointmentCancelled)
def keep_cancellation(event: AppointmentCancelled, tx: Transaction) -> None:
    """A visit will not take place at its time; one that is booked instead is another visit."""
    tx.session.execute(update(BookedVisit).where(BookedVisit.id == event.visit).values(cancelled=True))


authorisations = handlers.projection("authorisations", Authorisation.client_id)
"""What clients have allowed their care team beyond what everybody in it may see."""


@authorisations.on(AuthorisationGranted, AuthorisationWithdrawn)
def keep_authorisation(event: AuthorisationGranted | AuthorisationWithdrawn, tx: Transaction) -> None:
    """Keep what the client allowed or took back, where it is about the care team and no partner."""
    if event.partner is None:
        withdrawn_at = event.withdrawn_at if isinstance(event, AuthorisationWithdrawn) else None
        told = {"client_id": event.subject, "kind": event.kind, "withdrawn_at": withdrawn_at}
        tx.keep(Authorisation, event.authorisation, **told)


@handlers.on(ScreeningSubmitted)
def keep_baseline(event: ScreeningSubmitted, tx: Transaction) -> None:
    """Keep the scores that came with a screening: later ones are compared with them."""
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
    """After a medicine visit the time between begins."""
    if event.kind == VisitKind.MEDICINE:
        open_window(event.subject, event.visit, event.completed_at, tx)


def _band(taken: MeasureTaken) -> str | None:
    """The band of a baseline; unknown where intake's release has an instrument that this one does not have yet."""
    try:
        band = load_instrument(taken.instrument, int(taken.version)).band(taken.score)
    except (UnknownInstrument, ValueError):
        return None
    return band.code if band else None
