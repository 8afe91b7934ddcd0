"""What notify does when it hears of something: keep what it must know, queue messages, lay deliveries."""

from datetime import datetime

from notify.commands.consents import keep_consent
from notify.commands.deliveries import lay_deliveries, reconsider_deliveries
from notify.commands.messages import queue_message, reconsider_messages
from notify.domain.messages import Template
from notify.domain.offering import OFFERED
from notify.models import Contact
from shared.bus.handlers import Handlers
from shared.clinics import ConsentKind
from shared.events.envelope import Envelope
from shared.events.intake import (
    ClearanceDecided,
    ClientRegistered,
    ClientUpdated,
    ClinicConfigured,
    ConsentGranted,
    ConsentWithdrawn,
    InquiryReceived,
    ScreeningSubmitted,
)
from shared.events.integration import CheckInDue, RedFlagRaised, WindowOpened
from shared.events.language import Event
from shared.events.sessions import AppointmentBooked
from shared.store import Transaction, keep_clinic

handlers = Handlers()

handlers.on(ClinicConfigured)(keep_clinic)


@handlers.on(ClientRegistered)
def keep_first_address(event: ClientRegistered, tx: Transaction) -> None:
    """Keep how the client may be reached; what other services had us queue before is looked at anew."""
    _keep_address(event, tx)


@handlers.on(ClientUpdated)
def keep_new_address(event: ClientUpdated, tx: Transaction) -> None:
    """Keep how the client may be reached now; what waits to be sent is looked at anew."""
    _keep_address(event, tx)


@handlers.on(ConsentGranted)
def keep_consent_given(event: ConsentGranted, tx: Transaction) -> None:
    """Release the messages, or the deliveries to that partner, that wait for this answer."""
    _keep_consent(event, None, tx)


@handlers.on(ConsentWithdrawn)
def keep_consent_withdrawn(event: ConsentWithdrawn, tx: Transaction) -> None:
    """From now on nothing leaves on this consent; what waits is suppressed."""
    _keep_consent(event, event.withdrawn_at, tx)


@handlers.on(InquiryReceived)
def call_for_somebody_in_crisis(event: InquiryReceived, tx: Transaction) -> None:
    """Have the staff look at once when somebody who reached out says that they are in a crisis."""
    if event.in_crisis:
        queue_message(Template.INQUIRY_IN_CRISIS, _cause(tx), tx, path="/intake/inquiries")


@handlers.on(ClientRegistered)
def welcome(event: ClientRegistered, tx: Transaction) -> None:
    """Greet a new client, once they have agreed to messages."""
    queue_message(Template.WELCOME, _cause(tx), tx)


@handlers.on(ClearanceDecided)
def tell_of_decision(event: ClearanceDecided, tx: Transaction) -> None:
    """Tell the client that there is something to read, whatever was decided."""
    queue_message(Template.DECISION_MADE, _cause(tx), tx)


@handlers.on(AppointmentBooked)
def tell_of_appointment(event: AppointmentBooked, tx: Transaction) -> None:
    """Tell the client that a time is set."""
    queue_message(Template.APPOINTMENT_BOOKED, _cause(tx), tx)


@handlers.on(WindowOpened)
def tell_of_window(event: WindowOpened, tx: Transaction) -> None:
    """Invite the client to tend what a visit has opened."""
    queue_message(Template.WINDOW_OPENED, _cause(tx), tx)


@handlers.on(CheckInDue)
def ask_for_check_in(event: CheckInDue, tx: Transaction) -> None:
    """Ask the client how they are."""
    queue_message(Template.CHECKIN_DUE, _cause(tx), tx)


@handlers.on(ScreeningSubmitted)
def tell_staff_of_screening(event: ScreeningSubmitted, tx: Transaction) -> None:
    """Tell the staff that a screening waits, flagged or not: a clinician looks at each."""
    queue_message(Template.SCREENING_WAITING, _cause(tx), tx, path=f"/intake/screenings/{event.screening}")


@handlers.on(RedFlagRaised)
def call_staff(event: RedFlagRaised, tx: Transaction) -> None:
    """Call the staff at once, at any hour."""
    path = f"/integration/clients/{event.subject}/red-flags"
    queue_message(Template.HELP_WANTED, _cause(tx), tx, path=path)


@handlers.on(*OFFERED)
def offer_to_partners(event: Event, tx: Transaction) -> None:
    """Lay what partners subscribe to in their lines; consent is asked for when it leaves."""
    lay_deliveries(event, _cause(tx), tx)


def _keep_address(event: ClientRegistered | ClientUpdated, tx: Transaction) -> None:
    tx.keep(
        Contact,
        event.subject,
        display_name=event.display_name,
        email=event.email,
        phone=event.phone,
        time_zone=event.time_zone,
        language=event.language,
    )
    reconsider_messages(event.subject, tx)


def _keep_consent(event: ConsentGranted | ConsentWithdrawn, withdrawn_at: datetime | None, tx: Transaction) -> None:
    if event.kind not in (ConsentKind.MESSAGING, ConsentKind.DATA_SHARING):
        return
    keep_consent(
        event.consent, tx, client=event.subject, kind=event.kind, partner=event.partner, withdrawn_at=withdrawn_at
    )
    if event.kind is ConsentKind.MESSAGING:
        reconsider_messages(event.subject, tx)
    elif event.partner is not None:
        reconsider_deliveries(event.subject, event.partner, tx)


def _cause(tx: Transaction) -> Envelope:
    assert tx.cause is not None  # noqa: S101 - a handler always has its event's envelope.
    return tx.cause
