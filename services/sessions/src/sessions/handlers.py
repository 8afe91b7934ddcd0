"""What sessions keeps of what others tell. Events of different publishers come in any order."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from sessions.commands.holds import review_bookings
from sessions.commands.laying_aside import lay_doses_aside
from sessions.commands.occupying import follow_staff
from sessions.holdings import HOLDINGS
from sessions.models import Client, Consent, PersonOfClient, RedFlag
from shared.bus.everybody import hear_with_everybody
from shared.bus.handlers import Handlers
from shared.clinics import ConsentKind
from shared.events.intake import (
    ClearanceDecided,
    ClearanceExpired,
    ClientRegistered,
    ClientUpdated,
    ClinicConfigured,
    ConsentGranted,
    ConsentWithdrawn,
)
from shared.events.integration import IntentionSet, RedFlagClosed, RedFlagRaised, RedFlagRaisedV2
from shared.store import Transaction

handlers = Handlers()
hear_with_everybody(handlers, HOLDINGS, before_erasure=lay_doses_aside)

clients = handlers.projection("clients", Client.id, PersonOfClient.id, Consent.client_id, RedFlag.client_id)
"""What readiness is decided from, as far as others know it."""


@clients.on(ClientRegistered, ClientUpdated)
def keep_name(event: ClientRegistered | ClientUpdated, tx: Transaction) -> None:
    """Keep what the client wants to be called; addresses are not for us."""
    tx.keep(Client, event.subject, display_name=event.display_name)


@clients.on(ClientRegistered, ClientUpdated)
def keep_person(event: ClientRegistered | ClientUpdated, tx: Transaction) -> None:
    """Keep which human the client is; the database has the times that they are booked for follow."""
    if event.person is not None:
        tx.keep(PersonOfClient, event.subject, person=event.person)


@clients.on(ClearanceDecided)
def keep_clearance(event: ClearanceDecided, tx: Transaction) -> None:
    """Keep our own copy of the standing clearance."""
    tx.keep(
        Client,
        event.subject,
        clearance_id=event.clearance,
        outcome=event.outcome,
        valid_until=event.valid_until,
        cleared_routes=[route.value for route in event.routes],
        weight_kg=event.weight_kg,
        clearance_source=_source(tx),
    )


@clients.on(ClearanceExpired)
def end_clearance(event: ClearanceExpired, tx: Transaction) -> None:
    """The standing clearance is over; a newer decision that already stands in its place is left alone."""
    over = update(Client).where(Client.id == event.subject, Client.clearance_id == event.clearance)
    tx.session.execute(over.values(valid_until=event.valid_until, clearance_source=_source(tx)))


@clients.on(ConsentGranted)
def keep_consent(event: ConsentGranted, tx: Transaction) -> None:
    """Keep a consent as in force."""
    tx.keep(Client, event.subject)
    values = {
        "id": event.consent,
        "clinic": tx.clinic_id,
        "client_id": event.subject,
        "kind": event.kind,
        "source": _source(tx),
    }
    tx.session.execute(insert(Consent).values(values).on_conflict_do_nothing())


@clients.on(ConsentWithdrawn)
def end_consent(event: ConsentWithdrawn, tx: Transaction) -> None:
    """A consent is taken back."""
    taken_back = update(Consent).where(Consent.id == event.consent)
    tx.session.execute(taken_back.values(withdrawn_at=event.withdrawn_at, source=_source(tx)))


@clients.on(IntentionSet)
def keep_intention(event: IntentionSet, tx: Transaction) -> None:
    """An intention is there; its words stay in integration."""
    tx.keep(Client, event.subject, intention_source=_source(tx))


@clients.on(RedFlagRaised, RedFlagRaisedV2)
def keep_flag(event: RedFlagRaised | RedFlagRaisedV2, tx: Transaction) -> None:
    """A red flag is open: no medicine visit starts or goes on to a dose until a person has closed it."""
    tx.keep(Client, event.subject)
    values = {"id": event.flag, "clinic": tx.clinic_id, "client_id": event.subject, "source": _source(tx)}
    tx.session.execute(insert(RedFlag).values(values).on_conflict_do_nothing())


@clients.on(RedFlagClosed)
def close_flag(event: RedFlagClosed, tx: Transaction) -> None:
    """A person looked after it."""
    tx.session.execute(update(RedFlag).where(RedFlag.id == event.flag).values(closed_at=event.closed_at))


@handlers.on(ClinicConfigured)
def compare_staff(event: ClinicConfigured, tx: Transaction) -> None:
    """The clinic may say otherwise now of whom it shares with other clinics; its facts are kept already."""
    follow_staff(tx)


@handlers.on(ClearanceDecided, ClearanceExpired)
def gate_booking(event: ClearanceDecided | ClearanceExpired, tx: Transaction) -> None:
    """Hold the booked visits that the clearance does not cover; release those that it covers again."""
    review_bookings(event.subject, tx)


@handlers.on(ConsentGranted, ConsentWithdrawn)
def gate_by_consent(event: ConsentGranted | ConsentWithdrawn, tx: Transaction) -> None:
    """Hold what the consent to treatment no longer carries, or release what it carries again."""
    if event.kind == ConsentKind.TREATMENT:
        review_bookings(event.subject, tx)


def _source(tx: Transaction) -> dict[str, Any]:
    assert tx.cause is not None  # nosec B101 # handlers always have one.
    return {"event_id": str(tx.cause.id), "type": tx.cause.type, "at": tx.cause.time.isoformat()}
