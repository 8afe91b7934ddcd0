"""A client is erased: one person asks for it with a reason, another confirms, and nobody can undo it.

How somebody reached out who became no client is erased by one person alone.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text

from intake.domain.persons import goes_by, same_address, same_number
from intake.holdings import HOLDINGS
from intake.models import Client, ErasureRequest, Inquiry
from shared.errors import Invalid, NotFound, Refused
from shared.events.intake import ClientErased, InquiryErased
from shared.languages import phrase
from shared.store import Transaction, erasure

_SIGN_OUT = text("select sign_in_end_all(:subject)")


@dataclass(frozen=True)
class Erased:
    """What is left to say of a client: when, and how many rows of each of intake's tables went."""

    client_id: UUID
    erased_at: datetime
    rows: dict[str, int]


@dataclass(frozen=True)
class ErasedInquiry:
    """What is left to say of an inquiry."""

    id: UUID
    erased_at: datetime


def request_erasure(client_id: UUID, reason: str, name: str, tx: Transaction) -> ErasureRequest:
    """Ask that a client be erased. `name` is what they want to be called, typed by whoever means them."""
    client = tx.one(Client, client_id, lock=True)
    _check_name(client.display_name, name)
    if tx.find(ErasureRequest, client_id) is not None:
        raise Refused(
            "erasure_already_requested",
            "Somebody has asked for this already. Have a second person confirm it, or put it aside.",
        )
    return tx.add(
        ErasureRequest(
            client_id=client_id, clinic=tx.clinic_id, reason=reason, requested_by=tx.actor.id, requested_at=tx.now
        )
    )


def withdraw_erasure(client_id: UUID, tx: Transaction) -> ErasureRequest:
    """Put a request aside: the client stays."""
    tx.one(Client, client_id, lock=True)
    request = requested_erasure(client_id, tx)
    tx.session.delete(request)
    return request


def confirm_erasure(client_id: UUID, name: str, tx: Transaction) -> Erased:
    """Erase a client here, and have every other service do so; the last that is told about them.

    Whoever else is about to change something of theirs either has done so before, or finds no such client.
    """
    client = tx.one(Client, client_id, lock=True)
    request = requested_erasure(client_id, tx)
    if request.requested_by == tx.actor.id:
        raise Refused(
            "second_person_needed",
            "Nobody can undo this, so it takes two: have another clinic admin or the medical director confirm it.",
        )
    _check_name(client.display_name, name)
    requested_by, inquiries = request.requested_by, _claim_inquiries(client, tx)
    tx.session.execute(_SIGN_OUT, {"subject": f"client-{client_id}"})
    rows = erasure.erase(client_id, HOLDINGS, tx, inquiries=inquiries)
    tx.audit_now("client.erase", rows | {"requested_by": requested_by}, client_id)
    tx.publish(ClientErased(subject=client_id, erased_at=tx.now, inquiries=inquiries))
    return Erased(client_id, tx.now, rows)


def erase_inquiry(inquiry_id: UUID, name: str, tx: Transaction) -> ErasedInquiry:
    """Erase how somebody reached out, here and at every other service. `name` is the one that they gave, typed."""
    inquiry = tx.one(Inquiry, inquiry_id, lock=True)
    if inquiry.client_id is not None:
        raise Refused(
            "inquiry_of_client",
            "The desk has made a client of this inquiry, and it goes with them: ask for the client to be erased.",
        )
    _check_name(inquiry.name, name)
    tx.session.delete(inquiry)
    tx.session.flush()
    erasure.erase_inquiry(inquiry_id, HOLDINGS, tx)
    tx.publish(InquiryErased(subject=inquiry_id, erased_at=tx.now))
    return ErasedInquiry(inquiry_id, tx.now)


def requested_erasure(client_id: UUID, tx: Transaction) -> ErasureRequest:
    """The request that waits. NotFound where nobody has asked."""
    request = tx.find(ErasureRequest, client_id)
    if request is None:
        raise NotFound("request to erase this client")
    return request


def _claim_inquiries(client: Client, tx: Transaction) -> list[UUID]:
    """Take for the client's what came in their name from their address and became no client, beside what did.

    Whoever reached out twice left two inquiries, of which the desk made a client once.
    """
    names = (client.given_name, client.display_name)
    claimed = [*tx.session.scalars(select(Inquiry.id).where(Inquiry.client_id == client.id))]
    for inquiry in tx.all(select(Inquiry).where(Inquiry.client_id.is_(None))):
        reached = same_address(inquiry.email, client.email) or same_number(inquiry.phone, client.phone)
        # Locked only now: a desk may be about to make another client of it.
        if reached and goes_by(inquiry.name, names) and tx.one(Inquiry, inquiry.id, lock=True).client_id is None:
            inquiry.client_id = client.id
            claimed.append(inquiry.id)
    return claimed


def _check_name(shown: str, typed: str) -> None:
    if typed.strip().casefold() != shown.strip().casefold():
        message = phrase("Type the name as it is shown, so that it is the right one who is erased.")
        raise Invalid.at("/confirm", "name_differs", message)
