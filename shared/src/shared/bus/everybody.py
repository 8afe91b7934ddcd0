"""What every service hears and keeps alike: the clinics, caseloads, opened records, and who was erased."""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from shared.bus.handlers import Handlers
from shared.events.intake import (
    CaseloadJoined,
    CaseloadLeft,
    ClientErased,
    ClinicConfigured,
    GlassBroken,
    InquiryErased,
)
from shared.store.clinics import keep_clinic
from shared.store.erasure import erase, erase_inquiry
from shared.store.holdings import Holding
from shared.store.tables import caseload, glass
from shared.store.tenancy import await_changes
from shared.store.transaction import Transaction

LayAside = Callable[[ClientErased, Transaction], None]


def hear_with_everybody(
    handlers: Handlers, holdings: Sequence[Holding], *, before_erasure: LayAside | None = None
) -> None:
    """Register what every service does at these events.

    `before_erasure` lays aside, under no name, what the law has the service keep of a client who is erased.
    """
    handlers.on(ClinicConfigured)(keep_clinic)
    handlers.on(CaseloadJoined)(keep_on_caseload)
    handlers.on(CaseloadLeft)(take_off_caseload)
    handlers.on(GlassBroken)(keep_opened)

    @handlers.on(ClientErased)
    def erase_here(event: ClientErased, tx: Transaction) -> None:
        """Keep nothing of the client but what the law asks for, and say in the audit what went."""
        await_changes(tx.session.connection(), event.subject)
        lay_aside = None if before_erasure is None else partial(before_erasure, event, tx)
        gone = erase(event.subject, holdings, tx, inquiries=event.inquiries, lay_aside=lay_aside)
        tx.audit_now("client.erase", gone, event.subject)

    @handlers.on(InquiryErased)
    def erase_inquiry_here(event: InquiryErased, tx: Transaction) -> None:
        """Keep nothing of how somebody reached out who became no client."""
        gone = erase_inquiry(event.subject, holdings, tx)
        tx.audit_now("inquiry.erase", gone | {"inquiry": str(event.subject)})


def keep_on_caseload(event: CaseloadJoined, tx: Transaction) -> None:
    """From now on the client is among those of a member of the staff."""
    values = {"client_id": event.subject, "staff": event.staff, "clinic": tx.clinic_id, "joined_at": event.joined_at}
    tx.session.execute(insert(caseload).values(values).on_conflict_do_nothing())


def take_off_caseload(event: CaseloadLeft, tx: Transaction) -> None:
    """The client is nobody's of that member of the staff any more."""
    tx.session.execute(delete(caseload).where(caseload.c.client_id == event.subject, caseload.c.staff == event.staff))


def keep_opened(event: GlassBroken, tx: Transaction) -> None:
    """Somebody has opened this client's record with a reason, until it closes by itself."""
    values = {
        "id": event.access,
        "clinic": tx.clinic_id,
        "client_id": event.subject,
        "staff": event.staff,
        "broken_at": event.broken_at,
        "closes_at": event.closes_at,
    }
    tx.session.execute(insert(glass).values(values).on_conflict_do_nothing())
