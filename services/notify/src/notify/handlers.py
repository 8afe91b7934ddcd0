"""What notify does when it hears of something: keep what it must know, queue messages, lay deliveries."""

from uuid import UUID

from notify.commands.consents import keep_consent
from notify.commands.deliveries import lay_deliveries, reconsider_deliveries
from notify.commands.messages import (
    drop_calls,
    drop_check_in,
    queue_message,
    reconsider_asking,
    reconsider_messages,
)
from notify.commands.paging import begin_calling, call_anew, end_calls, hold_calls
from notify.domain.messages import Template
from notify.domain.offering import OFFERED
from notify.holdings import HOLDINGS
from notify.models import Consent, Contact, Rest
from shared.bus.everybody import hear_with_everybody
from shared.bus.handlers import Handlers
from shared.clinics import Agreement, AuthorisationKind, ConsentKind
from shared.events.envelope import Envelope
from shared.events.intake import (
    AuthorisationGranted,
    AuthorisationWithdrawn,
    ClearanceDecided,
    ClientRegistered,
    ClientUpdated,
    ClinicRulesApproved,
    ClinicRulesProposed,
    ClinicRulesRejected,
    ConsentGranted,
    ConsentWithdrawn,
    GlassBroken,
    InquiryReceived,
    ScreeningSubmitted,
    SignInAsked,
)
from shared.events.integration import (
    CheckInCompleted,
    CheckInDue,
    CheckInMissed,
    CheckInSkipped,
    InvitationDue,
    MeasureDue,
    RedFlagAcknowledged,
    RedFlagClosed,
    RedFlagRaised,
    RedFlagRaisedV2,
    RedFlagSaidAgain,
    RestBegun,
    RestEnded,
    WindowOpened,
    WordsToRead,
)
from shared.events.language import Event
from shared.events.sessions import AppointmentBooked, EscortDeclined
from shared.links import link_path
from shared.store import Transaction

_OURS = (ConsentKind.MESSAGING, ConsentKind.DATA_SHARING)

handlers = Handlers()

hear_with_everybody(handlers, HOLDINGS)


contacts = handlers.projection("contacts", Contact.id, Consent.client)
"""How clients may be reached, and what they agreed to."""


@contacts.on(ClientRegistered, ClientUpdated)
def keep_address(event: ClientRegistered | ClientUpdated, tx: Transaction) -> None:
    """Keep how the client may be reached."""
    tx.keep(
        Contact,
        event.subject,
        display_name=event.display_name,
        email=event.email,
        phone=event.phone,
        time_zone=event.time_zone,
        language=event.language,
    )


@contacts.on(ConsentGranted, ConsentWithdrawn)
def keep_answer(event: ConsentGranted | ConsentWithdrawn, tx: Transaction) -> None:
    """Keep what was agreed to, or taken back, where it is about messages or partners."""
    if event.kind in _OURS:
        keep_consent(
            event.consent,
            tx,
            client=event.subject,
            kind=Agreement(event.kind),
            partner=event.partner,
            withdrawn_at=event.withdrawn_at if isinstance(event, ConsentWithdrawn) else None,
        )


@contacts.on(AuthorisationGranted, AuthorisationWithdrawn)
def keep_authorisation(event: AuthorisationGranted | AuthorisationWithdrawn, tx: Transaction) -> None:
    """Keep whether a partner may be told what falls under 42 CFR Part 2."""
    if event.kind == AuthorisationKind.PART2 and event.partner is not None:
        keep_consent(
            event.authorisation,
            tx,
            client=event.subject,
            kind=Agreement.PART2,
            partner=event.partner,
            withdrawn_at=event.withdrawn_at if isinstance(event, AuthorisationWithdrawn) else None,
        )


rests = handlers.projection("rests", Rest.client)
"""When clients want to be asked and reminded of nothing. A rest that ended has ended, in whichever order that comes."""


@rests.on(RestBegun)
def keep_rest(event: RestBegun, tx: Transaction) -> None:
    """Keep that the client rests, and until when: then it is over here as there, and nothing more is told of it."""
    tx.keep(Rest, event.rest, client=event.subject, until=event.until)


@rests.on(RestEnded)
def keep_return(event: RestEnded, tx: Transaction) -> None:
    """Keep that the client has come back."""
    tx.keep(Rest, event.rest, client=event.subject, ended_at=event.ended_at)


@handlers.on(RestBegun)
def let_rest(event: RestBegun, tx: Transaction) -> None:
    """What waits to ask or remind the client is not sent, and nobody calls for an answer; all else goes on."""
    reconsider_asking(event.subject, tx)


@handlers.on(ClientRegistered, ClientUpdated)
def send_where_they_are_now(event: ClientRegistered | ClientUpdated, tx: Transaction) -> None:
    """Look anew at what waits to be sent, also at what others had us queue before the client was known."""
    reconsider_messages(event.subject, tx)


@handlers.on(ConsentGranted, ConsentWithdrawn)
def heed_answer(event: ConsentGranted | ConsentWithdrawn, tx: Transaction) -> None:
    """Release what waits for a consent; once it is taken back, nothing leaves on it and what waits is suppressed."""
    if event.kind is ConsentKind.MESSAGING:
        reconsider_messages(event.subject, tx)
    elif event.kind is ConsentKind.DATA_SHARING and event.partner is not None:
        reconsider_deliveries(event.subject, event.partner, tx)


@handlers.on(InquiryReceived)
def call_for_somebody_in_crisis(event: InquiryReceived, tx: Transaction) -> None:
    """Have the staff look at once when somebody who reached out says that they are in a crisis."""
    if event.in_crisis:
        queue_message(Template.INQUIRY_IN_CRISIS, _cause(tx), tx, path="/intake/inquiries/waiting")


@handlers.on(ClientRegistered)
def welcome(event: ClientRegistered, tx: Transaction) -> None:
    """Greet a new client, once they have agreed to messages."""
    queue_message(Template.WELCOME, _cause(tx), tx)


@handlers.on(SignInAsked)
def send_sign_in_link(event: SignInAsked, tx: Transaction) -> None:
    """Send the client the link that they asked for."""
    path = link_path(tx.clinic_id, event.link)
    queue_message(Template.SIGN_IN_LINK, _cause(tx), tx, path=path, expires_at=event.valid_until)


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
    queue_message(Template.CHECKIN_DUE, _cause(tx), tx, check_in=event.check_in)


@handlers.on(MeasureDue)
def ask_for_measure(event: MeasureDue, tx: Transaction) -> None:
    """Ask the client some questions, or remind them of them: how often is integration's to decide."""
    queue_message(Template.MEASURE_DUE, _cause(tx), tx)


@handlers.on(InvitationDue)
def invite(event: InvitationDue, tx: Transaction) -> None:
    """Invite the client to what they wanted to be invited to."""
    queue_message(Template.INVITATION_DUE, _cause(tx), tx)


@handlers.on(CheckInMissed)
def have_somebody_call(event: CheckInMissed, tx: Transaction) -> None:
    """Have the staff call a client who went quiet, when the clinic is open."""
    path = f"/intake/clients/{event.subject}/care"
    queue_message(Template.CHECKIN_MISSED, _cause(tx), tx, path=path, check_in=event.check_in)


@handlers.on(CheckInCompleted)
def have_nobody_call(event: CheckInCompleted, tx: Transaction) -> None:
    """They have answered: nobody needs to call who has not been told to."""
    drop_calls(event.subject, tx)
    drop_check_in(event.subject, event.check_in, tx)


@handlers.on(CheckInSkipped)
def let_it_be(event: CheckInSkipped, tx: Transaction) -> None:
    """They left this one out: nobody asks for it, and nobody calls because of it."""
    drop_check_in(event.subject, event.check_in, tx)


@handlers.on(WordsToRead)
def have_somebody_read(event: WordsToRead, tx: Transaction) -> None:
    """Tell the staff, when the clinic is open, that a person is asked to read something. It is no alarm."""
    queue_message(Template.WORDS_TO_READ, _cause(tx), tx, path="/integration/to-read")


@handlers.on(ScreeningSubmitted)
def tell_staff_of_screening(event: ScreeningSubmitted, tx: Transaction) -> None:
    """Tell the staff that a screening waits, flagged or not: a clinician looks at each."""
    queue_message(Template.SCREENING_WAITING, _cause(tx), tx, path=f"/intake/screenings/{event.screening}/review")


@handlers.on(ClinicRulesProposed)
def call_the_director(event: ClinicRulesProposed, tx: Transaction) -> None:
    """Tell the staff that a rule set waits: until a medical director approves it, everybody goes by the old one."""
    queue_message(Template.RULES_WAITING, _cause(tx), tx, path=_proposal(event.proposal, tx))


@handlers.on(ClinicRulesApproved, ClinicRulesRejected)
def tell_staff_of_rules(event: ClinicRulesApproved | ClinicRulesRejected, tx: Transaction) -> None:
    """Tell the staff what was decided before they meet it in their work: rules come into force by themselves."""
    queue_message(Template.RULES_DECIDED, _cause(tx), tx, path=_proposal(event.proposal, tx))


@handlers.on(EscortDeclined)
def tell_staff_of_missing_escort(event: EscortDeclined, tx: Transaction) -> None:
    """Have the staff find somebody else to take the client home."""
    queue_message(Template.ESCORT_DECLINED, _cause(tx), tx, path=f"/sessions/visits/{event.visit}/page")


@handlers.on(RedFlagRaised, RedFlagRaisedV2)
def call_staff(event: RedFlagRaised | RedFlagRaisedV2, tx: Transaction) -> None:
    """Call whoever is on call at once, at any hour, and others after them until somebody is on it."""
    begin_calling(event.flag, _cause(tx), tx)


@handlers.on(RedFlagSaidAgain)
def call_staff_anew(event: RedFlagSaidAgain, tx: Transaction) -> None:
    """Somebody was on it, and the client called again: begin with the first on call."""
    call_anew(event.flag, _cause(tx), tx)


@handlers.on(RedFlagAcknowledged)
def let_them_work(event: RedFlagAcknowledged, tx: Transaction) -> None:
    """A person is on it: call nobody else for a while."""
    hold_calls(event.flag, event.left_to_it_until, tx)


@handlers.on(RedFlagClosed)
def call_nobody_any_more(event: RedFlagClosed, tx: Transaction) -> None:
    """A person has looked after it."""
    end_calls(event.flag, tx)


@handlers.on(GlassBroken)
def tell_clinic_of_opened_record(event: GlassBroken, tx: Transaction) -> None:
    """Tell the clinic at once, at any hour, that somebody has opened a record that is not theirs."""
    path = f"/intake/clients/{event.subject}/care/openings"
    queue_message(Template.RECORD_OPENED, _cause(tx), tx, path=path)


@handlers.on(*OFFERED)
def offer_to_partners(event: Event, tx: Transaction) -> None:
    """Lay what partners subscribe to in their lines; consent is asked for when it leaves."""
    lay_deliveries(event, _cause(tx), tx)


def _proposal(proposal: UUID, tx: Transaction) -> str:
    return f"/intake/clinics/{tx.clinic_id}/settings/changes/{proposal}"


def _cause(tx: Transaction) -> Envelope:
    assert tx.cause is not None  # nosec B101 # a handler always has its event's envelope.
    return tx.cause
