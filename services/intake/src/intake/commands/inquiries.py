"""Somebody reaches out."""

import dataclasses
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from intake.limits import INQUIRIES_OF_A_NETWORK, WITHIN, network_of
from intake.models import Inquiry
from intake.schemas.inquiries import ReceiveInquiry
from shared.errors import TooOften
from shared.events.intake import InquiryReceived
from shared.languages import phrase
from shared.store import Transaction
from shared.store.sealed import sealed_values


def receive_inquiry(order: ReceiveInquiry, tx: Transaction, *, submission: UUID | None = None) -> Inquiry:
    """Write down what somebody tells the clinic, and let everyone hear that they did.

    `submission` identifies one page with its words: sent twice, even at the same moment, it is one inquiry. TooOften
    where too many came from one network; it says whom to call in a crisis, since nobody reads what was written.
    """
    inquiry_id = tx.new_id()
    values = sealed_values(Inquiry, inquiry_id, dataclasses.asdict(order), tx.vault)
    written = tx.session.execute(
        insert(Inquiry)
        .values(id=inquiry_id, clinic=tx.clinic_id, submission=submission, received_at=tx.now, **values)
        .on_conflict_do_nothing(index_elements=["clinic", "submission"])
        .returning(Inquiry)
    ).scalar_one_or_none()
    if written is None:
        return tx.session.scalars(select(Inquiry).where(Inquiry.submission == submission)).one()
    if not INQUIRIES_OF_A_NETWORK.allows(network_of(tx.origin.came_from), tx):
        raise TooOften(
            "too_many_inquiries",
            phrase(
                "Too many messages came from your network, so that this one was not sent. Wait a quarter of an hour, or"
                " call us."
            ),
            again_in=WITHIN,
            facts={"crisis_help": tx.clinic.crisis_line},
        )
    tx.publish(
        InquiryReceived(
            subject=written.id,
            contact_name=order.name,
            email=order.email,
            source=order.source,
            in_crisis=order.in_crisis,
        )
    )
    return written
