"""Somebody becomes a client, and what is known of them is corrected."""

from datetime import date
from uuid import UUID, uuid4

from intake.commands.caseloads import join_caseload
from intake.commands.persons import recognise
from intake.domain.contact import e164
from intake.models import Client, Inquiry
from intake.queries import email_index
from intake.schemas.clients import CorrectClient, RegisterClient
from shared.errors import Invalid, Refused
from shared.events.intake import ClientRegistered, ClientUpdated
from shared.languages import phrase
from shared.store import Transaction


def register_client(order: RegisterClient, tx: Transaction) -> Client:
    """Make a client of somebody, at most once of one inquiry."""
    _check_birth_date(order.birth_date, tx)
    inquiry = None if order.inquiry_id is None else _claim(order.inquiry_id, tx)
    client = Client(
        id=tx.new_id(),
        clinic=tx.clinic_id,
        # By chance alone: an id that tells its time would tell of an earlier registration elsewhere.
        person_id=uuid4(),
        inquiry_id=order.inquiry_id,
        given_name=order.given_name,
        family_name=order.family_name,
        display_name=order.display_name or order.given_name,
        birth_date=order.birth_date,
        email=order.email,
        email_index=email_index(order.email, tx),
        phone=None if order.phone is None else e164(order.phone),
        time_zone=order.time_zone,
        language=order.language,
        version=1,
        registered_at=tx.now,
    )
    recognise(client, tx)
    tx.add(client)
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
    tx.touch(client.id)
    if inquiry is not None:
        inquiry.client_id = client.id
    if order.therapist is not None:
        join_caseload(client.id, order.therapist, tx)
    return client


def correct_client(client_id: UUID, order: CorrectClient, version: int, tx: Transaction) -> Client:
    """Correct what is known of a client; what already is as said changes nothing and is not told."""
    client = tx.one(Client, client_id, version=version)
    said = order.said()
    _check_birth_date(said.get("birth_date"), tx)
    if said.get("phone") is not None:
        said["phone"] = e164(said["phone"])
    changes = {name: value for name, value in said.items() if getattr(client, name) != value}
    if not changes:
        return client
    for name, value in changes.items():
        setattr(client, name, value)
    client.email_index = email_index(client.email, tx)
    client.version += 1
    if changes.keys() & {"email", "birth_date", "family_name"}:
        recognise(client, tx)
    tell_as_they_stand(client, tx)
    return client


def tell_as_they_stand(client: Client, tx: Transaction) -> None:
    """Tell everyone how a client is called and reached now, and whom we take them for."""
    tx.publish(
        ClientUpdated(
            subject=client.id,
            display_name=client.display_name,
            email=client.email,
            phone=client.phone,
            time_zone=client.time_zone,
            language=client.language,
            person=client.person_id,
        )
    )


def _check_birth_date(said: date | None, tx: Transaction) -> None:
    if said is not None and said > tx.today:
        raise Invalid.at("/birth_date", "birth_date_in_future", phrase("Nobody is born in the future."))


def _claim(inquiry_id: UUID, tx: Transaction) -> Inquiry:
    """Two desks that press the button together queue up here."""
    inquiry = tx.one(Inquiry, inquiry_id, lock=True)
    if inquiry.client_id is not None:
        raise Refused(
            "inquiry_already_registered",
            "This inquiry has become a client already. Open that client instead.",
            facts={"client_id": str(inquiry.client_id)},
        )
    return inquiry
