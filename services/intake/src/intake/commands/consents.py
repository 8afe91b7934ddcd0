"""A client agrees to a text, and takes it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intake.domain.consents import check_partner, fingerprint, text_of
from intake.models import Client, Consent
from intake.schemas.consents import GrantConsent
from shared.clinics import Agreement, AuthorisationKind, ConsentKind
from shared.errors import Refused
from shared.events.intake import AuthorisationGranted, AuthorisationWithdrawn, ConsentGranted, ConsentWithdrawn
from shared.store import Transaction

_AUTHORISATIONS = {kind.value for kind in AuthorisationKind}


def grant_consent(client_id: UUID, order: GrantConsent, tx: Transaction) -> Consent:
    """Record that a client agrees to one version of one text, with the hash of its words."""
    tx.one(Client, client_id, lock=True)
    text = text_of(tx.clinic, order.kind, order.text_version)
    check_partner(order.kind, order.partner)
    for standing in _in_force(client_id, order.kind, order.partner, tx):
        if standing.text_version == order.text_version:
            raise Refused(
                "consent_already_in_force",
                "You have agreed to this already, and it still holds. There is nothing more to do.",
                facts={"consent_id": str(standing.id), "granted_at": standing.granted_at},
            )
    consent = tx.add(
        Consent(
            id=tx.new_id(),
            clinic=tx.clinic_id,
            client_id=client_id,
            kind=order.kind,
            text_version=order.text_version,
            text_sha256=fingerprint(text),
            partner=order.partner,
            signed_name=order.signed_name,
            signed_name_drawn=order.signed_name_drawn,
            granted_at=tx.now,
            withdrawn_at=None,
        )
    )
    _tell_granted(consent, tx)
    return consent


def withdraw_consent(client_id: UUID, consent_id: UUID, tx: Transaction) -> Consent:
    """A consent ends at this moment, together with those that the client gave to other versions of the same text.

    Whoever takes back an agreement takes back the matter itself, not one wording of it.
    """
    tx.one(Client, client_id, lock=True)
    consent = tx.one(Consent, consent_id, of=client_id)
    if consent.withdrawn_at is not None:
        raise Refused(
            "consent_not_in_force",
            "This consent was taken back before. There is nothing more to do.",
            facts={"withdrawn_at": consent.withdrawn_at},
        )
    for standing in _in_force(client_id, consent.kind, consent.partner, tx):
        standing.withdrawn_at = tx.now
        _tell_withdrawn(standing, tx.now, tx)
    return consent


def _in_force(client_id: UUID, kind: Agreement, partner: str | None, tx: Transaction) -> Sequence[Consent]:
    return tx.all(
        select(Consent)
        .where(
            Consent.client_id == client_id,
            Consent.kind == kind,
            Consent.partner.is_not_distinct_from(partner),
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.granted_at, Consent.id)
    )


def _tell_granted(consent: Consent, tx: Transaction) -> None:
    said: dict[str, Any] = {
        "text_version": consent.text_version,
        "partner": consent.partner,
        "granted_at": consent.granted_at,
    }
    if consent.kind in _AUTHORISATIONS:
        allowed = AuthorisationKind(consent.kind)
        tx.publish(AuthorisationGranted(subject=consent.client_id, authorisation=consent.id, kind=allowed, **said))
    else:
        agreed = ConsentKind(consent.kind)
        tx.publish(ConsentGranted(subject=consent.client_id, consent=consent.id, kind=agreed, **said))


def _tell_withdrawn(consent: Consent, at: datetime, tx: Transaction) -> None:
    said: dict[str, Any] = {"partner": consent.partner, "withdrawn_at": at}
    if consent.kind in _AUTHORISATIONS:
        allowed = AuthorisationKind(consent.kind)
        tx.publish(AuthorisationWithdrawn(subject=consent.client_id, authorisation=consent.id, kind=allowed, **said))
    else:
        agreed = ConsentKind(consent.kind)
        tx.publish(ConsentWithdrawn(subject=consent.client_id, consent=consent.id, kind=agreed, **said))
