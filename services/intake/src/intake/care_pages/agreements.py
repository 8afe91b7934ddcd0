"""What a client agreed to: they say so, and take it back; their care team reads it."""

from uuid import UUID

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from intake import queries
from intake.care_pages.showing import Page, Wrong, care, on_to, show, shown_client, typed
from intake.commands.consents import grant_consent, withdraw_consent
from intake.domain.consents import texts_of, to_agree_to
from intake.schemas.consents import GrantConsent
from shared.errors import Invalid
from shared.store import Transaction


@care.get("/clients/<uuid:client_id>/care/agreements", may="consent.read")
def agreements(tx: Transaction, client_id: UUID) -> Page:
    """What a client agreed to, in which words, and what they took back."""
    return _agreements(client_id, tx)


@care.post("/clients/<uuid:client_id>/care/agreements", may="consent.grant")
def agree(tx: Transaction, client_id: UUID) -> Page | Response:
    """Agree to one version of one text, by name."""
    try:
        grant_consent(client_id, GrantConsent.load(typed("kind", "text_version", "signed_name")), tx)
    except (ValidationError, Invalid) as wrong:
        return _agreements(client_id, tx, wrong)
    return on_to("agreements", client_id)


@care.post("/clients/<uuid:client_id>/care/agreements/<uuid:consent_id>/withdrawal", may="consent.withdraw")
def take_back(tx: Transaction, client_id: UUID, consent_id: UUID) -> Response:
    """Take an agreement back, whatever version of its text it was given on."""
    withdraw_consent(client_id, consent_id, tx)
    return on_to("agreements", client_id)


def _agreements(client_id: UUID, tx: Transaction, wrong: Wrong | None = None) -> Page:
    consents = queries.consents_of(tx, client_id)
    standing = [consent for consent in consents if consent.withdrawn_at is None]
    return show(
        "agreements",
        tx,
        wrong,
        client=shown_client(client_id, tx),
        standing=standing,
        taken_back=[consent for consent in consents if consent.withdrawn_at is not None],
        texts={(text.kind, text.version): text.text for text in texts_of(tx.clinic)},
        to_agree_to=to_agree_to(tx.clinic, {(consent.kind, consent.text_version) for consent in standing}),
    )
