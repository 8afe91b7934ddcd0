"""Somebody becomes a client, and what is known of them is corrected."""

from uuid import UUID

from sqlalchemy import select

from intake.domain.contact import e164
from intake.models import Client, Inquiry
from intake.schemas.clients import CorrectClient, RegisterClient
from shared.errors import Invalid, Refused
from shared.events.intake import ClientRegistered, ClientUpdated
from shared.store import Transaction


def register_client(order: RegisterClient, tx: Transaction) -> Client:
    """Make a client of somebody, at most once of one inquiry."""
    if order.birth_date is not None and order.birth_date > tx.today:
        message = "Nobody is born in the future."
        raise Invalid("birth_date_in_future", message, errors=[{"path": "/birth_date", "message": message}])
    if order.inquiry_id is not None:
        _claim(order.inquiry_id, tx)
    client = tx.add(
        Client(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            # A person of their own, until somebody who may see both clinics' records says that two are one.
            person_id=tx.new_id(),
            inquiry_id=order.inquiry_id,
            given_name=order.given_name,
            family_name=order.family_name,
            display_name=order.display_name or order.given_name,
            birth_date=order.birth_date,
            email=order.email,
            phone=None if order.phone is None else e164(order.phone),
            time_zone=order.time_zone,
            language=order.language,
            version=1,
            registered_at=tx.now,
        )
    )
    tx.publish(
        ClientRegistered(
            subject=client.id,
            person=client.person_id,
            inquiry=client.inquiry_id,
            display_name=client.display_name,
            email=client.email,
            phone=client.phone,
            time_zone=client.time_zone,
            language=client.language,
        )
    )
    return client


def correct_client(client_id: UUID, order: CorrectClient, version: int, tx: Transaction) -> Client:
    """Correct what is known of a client; what already is as said changes nothing and is not told."""
    client = tx.one(Client, client_id, version=version)
    said = order.said()
    if said.get("phone") is not None:
        said["phone"] = e164(said["phone"])
    changes = {name: value for name, value in said.items() if getattr(client, name) != value}
    if not changes:
        return client
    for name, value in changes.items():
        setattr(client, name, value)
    client.version += 1
    tx.publish(
        ClientUpdated(
            subject=client.id,
            display_name=client.display_name,
            email=client.email,
            phone=client.phone,
            time_zone=client.time_zone,
            language=client.language,
        )
    )
    return client


def _claim(inquiry_id: UUID, tx: Transaction) -> None:
    """Two desks that press the button together queue up here."""
    tx.one(Inquiry, inquiry_id, lock=True)
    taken = tx.session.scalar(select(Client.id).where(Client.inquiry_id == inquiry_id))
    if taken is not None:
        raise Refused(
            "inquiry_already_registered",
            "This inquiry has become a client already. Open that client instead.",
            facts={"client_id": str(taken)},
        )
