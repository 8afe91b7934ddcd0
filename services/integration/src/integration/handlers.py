"""What integration keeps of what others tell. Events of different publishers come in any order."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from integration.commands.asking import ask_in_the_morning, call_off, go_on_with_calendar, plan_after, plan_before
from integration.commands.checkins import ask_by_their_clock, open_window
from integration.commands.intentions import carry_meanwhile
from integration.commands.outcomes import begin_counting, count_without_erased
from integration.commands.practices import keep_to_their_clock
from integration.holdings import HOLDINGS
from integration.models import Authorisation, BookedVisit, Client, CompletedVisit, DosedVisit, PlannedSeries, Reading
from shared.bus.everybody import hear_with_everybody
from shared.bus.handlers import Handlers
from shared.events.intake import (
    AuthorisationGranted,
    AuthorisationWithdrawn,
    ClientErased,
    ClientRegistered,
    ClientUpdated,
    ClinicConfigured,
    MeasureTaken,
    ScreeningSubmitted,
)
from shared.events.sessions import (
    AppointmentBooked,
    AppointmentCancelled,
    SeriesPlanned,
    SessionCompleted,
    SessionDosed,
    VisitKind,
)
from shared.measures import find_instrument
from shared.store import Transaction

handlers = Handlers()
hear_with_everybody(handlers, HOLDINGS)

clients = handlers.projection(
    "clients",
    Client.id,
    CompletedVisit.client_id,
    BookedVisit.client_id,
    DosedVisit.client_id,
    PlannedSeries.client_id,
)
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
    told = {"kind": event.kind, "completed_at": event.completed_at, "series_id": event.series}
    tx.keep(CompletedVisit, event.visit, client_id=event.subject, **told)


@clients.on(SessionDosed)
def keep_route(event: SessionDosed, tx: Transaction) -> None:
    """By which route the medicine was given says when to ask; a second dose of a visit changes nothing about it."""
    tx.keep(Client, event.subject)
    values = {"id": event.visit, "clinic": tx.clinic_id, "client_id": event.subject}
    told = insert(DosedVisit).values(**values, route=event.route, dosed_at=event.at)
    tx.session.execute(told.on_conflict_do_nothing(index_elements=["id"]))


@clients.on(SeriesPlanned)
def keep_series(event: SeriesPlanned, tx: Transaction) -> None:
    """A series says for how long measures are asked by the calendar, and what an outcome belongs to."""
    tx.keep(Client, event.subject)
    told = {"protocol": event.protocol, "medicine_visits": event.medicine_visits, "planned_at": _said_at(tx)}
    tx.keep(PlannedSeries, event.series, client_id=event.subject, **told)


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


@handlers.on(ClientRegistered, ClientUpdated)
def live_by_their_clock(event: ClientRegistered | ClientUpdated, tx: Transaction) -> None:
    """Where the client lives is known, or known anew: what waits for a time of day waits for that of their own clock.

    That is practices that they wanted to be invited to, check-ins of a week and later, and what is asked by days.
    """
    keep_to_their_clock(event.subject, tx)
    ask_by_their_clock(event.subject, tx)
    ask_in_the_morning(event.subject, tx)


@handlers.on(SessionCompleted)
def tend(event: SessionCompleted, tx: Transaction) -> None:
    """After a medicine visit the time between begins."""
    if event.kind == VisitKind.MEDICINE:
        open_window(event.subject, event.visit, event.completed_at, tx)


@handlers.on(AppointmentBooked)
def carry_intentions(event: AppointmentBooked, tx: Transaction) -> None:
    """What was set for a medicine visit while its event was on the way is for it."""
    if event.kind == VisitKind.MEDICINE:
        carry_meanwhile(event.subject, event.visit, _said_at(tx), tx)


@handlers.on(AppointmentBooked)
def ask_before(event: AppointmentBooked, tx: Transaction) -> None:
    """Before a medicine visit the clinic may want to know how the client is."""
    if event.kind == VisitKind.MEDICINE:
        plan_before(event.subject, event.visit, event.starts_at, tx)


@handlers.on(AppointmentCancelled)
def ask_no_more(event: AppointmentCancelled, tx: Transaction) -> None:
    """Nobody is asked before a visit that does not take place."""
    call_off(event.subject, event.visit, tx)


@handlers.on(SessionCompleted)
def ask_after(event: SessionCompleted, tx: Transaction) -> None:
    """After a medicine visit the clinic may want to know how it was, and later how it has been since."""
    if event.kind == VisitKind.MEDICINE:
        plan_after(event.subject, event.visit, event.series, event.completed_at, tx)


@handlers.on(SeriesPlanned)
def ask_meanwhile(event: SeriesPlanned, tx: Transaction) -> None:
    """While a series lasts some measures are asked by the calendar."""
    go_on_with_calendar(event.subject, event.series, tx)


@handlers.on(ClinicConfigured)
def count_each_month(event: ClinicConfigured, tx: Transaction) -> None:
    """From now on the clinic's outcomes are counted, and told to the network that it belongs to now."""
    begin_counting(tx)


@handlers.on(ClientErased)
def count_without_them(event: ClientErased, tx: Transaction) -> None:
    """Whoever is erased is in no number either."""
    count_without_erased(tx)


def _said_at(tx: Transaction) -> datetime:
    assert tx.cause is not None  # nosec B101 # a handler always has its event's envelope.
    return tx.cause.time


def _band(taken: MeasureTaken) -> str | None:
    """The band of a baseline; unknown where intake's release has an instrument that this one does not have yet."""
    instrument = find_instrument(taken.instrument, taken.version)
    band = instrument.band(taken.score) if instrument else None
    return band.code if band else None
