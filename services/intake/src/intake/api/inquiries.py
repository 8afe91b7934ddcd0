"""Doors of inquiries."""

from collections.abc import Sequence
from uuid import UUID

from intake import queries
from intake.commands.erasures import ErasedInquiry, erase_inquiry
from intake.commands.inquiries import receive_inquiry
from intake.models import Inquiry
from intake.schemas.inquiries import EraseInquiry, InquiryErasedReply, InquiryReceipt, InquiryReply, ReceiveInquiry
from shared.store import Transaction
from shared.web import PUBLIC, Doors

inquiries = Doors("inquiries", "Somebody reaches out to a clinic.")


@inquiries.post("/clinics/<clinic>/inquiries", may=PUBLIC, body=ReceiveInquiry, reply=InquiryReceipt)
def send_inquiry(tx: Transaction, body: ReceiveInquiry) -> InquiryReceipt:
    """Reach out to a clinic; nobody needs to sign in. Whoever says that they are in a crisis learns whom to call."""
    inquiry = receive_inquiry(body, tx)
    return InquiryReceipt(id=inquiry.id, crisis_help=tx.clinic.crisis_line if body.in_crisis else None)


@inquiries.get("/inquiries", may="inquiry.read", reply=InquiryReply, many=True)
def list_inquiries(tx: Transaction) -> Sequence[Inquiry]:
    """Who reached out: those that wait come first, and among them who is in a crisis."""
    return queries.inquiries(tx)


@inquiries.post(
    "/inquiries/<uuid:inquiry_id>/erasure",
    may="inquiry.erase",
    body=EraseInquiry,
    reply=InquiryErasedReply,
    status=200,
)
def erase(tx: Transaction, body: EraseInquiry, inquiry_id: UUID) -> ErasedInquiry:
    """Erase how somebody reached out who became no client. Nobody can undo it."""
    return erase_inquiry(inquiry_id, body.confirm, tx)
