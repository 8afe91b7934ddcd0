"""Doors of consents and their texts."""

from collections.abc import Sequence
from uuid import UUID

from intake import queries
from intake.commands.consents import grant_consent, withdraw_consent
from intake.domain.consents import AgreementText, texts_of
from intake.models import Consent
from intake.schemas.consents import ConsentReply, GrantConsent, WithdrawConsent
from shared.store import Transaction
from shared.web import PUBLIC, Doors

consents = Doors("consents", "What a client agrees to, each on its own, each taken back alone.")


@consents.get("/clinics/<clinic>/consent-texts", may=PUBLIC, reply=AgreementText, many=True)
def list_consent_texts(tx: Transaction) -> list[AgreementText]:
    """What a clinic's clients are asked to agree to; anybody may read it before they become one."""
    return texts_of(tx.clinic)


@consents.post("/clients/<uuid:client_id>/consents", may="consent.grant", body=GrantConsent, reply=ConsentReply)
def grant(tx: Transaction, body: GrantConsent, client_id: UUID) -> Consent:
    """Agree to one version of one text."""
    return grant_consent(client_id, body, tx)


@consents.get("/clients/<uuid:client_id>/consents", may="consent.read", reply=ConsentReply, many=True)
def list_consents(tx: Transaction, client_id: UUID) -> Sequence[Consent]:
    """Everything that a client agreed to, also what they took back."""
    return queries.consents_of(tx, client_id)


@consents.post(
    "/clients/<uuid:client_id>/consents/<uuid:consent_id>/withdrawal",
    may="consent.withdraw",
    body=WithdrawConsent,
    reply=ConsentReply,
)
def withdraw(tx: Transaction, body: WithdrawConsent, client_id: UUID, consent_id: UUID) -> Consent:
    """Take a consent back; it ends now, whatever version of the text it was given on."""
    return withdraw_consent(client_id, consent_id, tx)
