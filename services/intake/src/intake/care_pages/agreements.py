"""What a client agreed to: they say so, and take it back; their care team reads it."""

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from intake import queries
from intake.care_pages.showing import care, on_to, show, shown_client
from intake.commands.consents import grant_consent, withdraw_consent
from intake.domain.consents import texts_of, to_agree_to
from intake.schemas.consents import GrantConsent, WithdrawConsent
from shared.errors import Invalid
from shared.languages import phrase
from shared.pictures.signature import signature
from shared.store import Transaction
from shared.web.face.forms import Ask, Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page


@care.get("/clients/<uuid:client_id>/care/agreements", may="consent.read")
def agreements(tx: Transaction, client_id: UUID) -> Page:
    """What a client agreed to, in which words, and what they took back."""
    return _page(client_id, tx)


@care.post("/clients/<uuid:client_id>/care/agreements", may="consent.grant")
def agree(tx: Transaction, client_id: UUID) -> Page | Response:
    """Agree to one version of one text, by name."""
    form = _form(request.form.get("kind", ""), request.form.get("text_version", ""))
    order = form.read(request.form)
    if order is not None:
        try:
            grant_consent(client_id, order, tx)
        except Invalid as invalid:
            form.complain(invalid.errors)
        else:
            return on_to("agreements", client_id)
    return _page(client_id, tx, form)


@care.post("/clients/<uuid:client_id>/care/agreements/<uuid:consent_id>/withdrawal", may="consent.withdraw")
def take_back(tx: Transaction, client_id: UUID, consent_id: UUID) -> Response:
    """Take an agreement back, whatever version of its text it was given on."""
    withdraw_consent(client_id, consent_id, tx)
    return on_to("agreements", client_id)


def _form(kind: str, version: str) -> Form[GrantConsent]:
    asks = {
        "kind": Ask("", kind="hidden", value=kind),
        "text_version": Ask("", kind="hidden", value=version),
        "signed_name": Ask(phrase("Your name, as you sign"), kind="signature"),
    }
    return Form(GrantConsent, asks, not_done=phrase("This was not agreed to yet"), prefix=f"{kind}-")


def _page(client_id: UUID, tx: Transaction, wrong: Form[GrantConsent] | None = None) -> Page:
    consents = queries.consents_of(tx, client_id)
    standing = [consent for consent in consents if consent.withdrawn_at is None]
    texts = to_agree_to(tx.clinic, {(consent.kind, consent.text_version) for consent in standing}, reader().language)
    return show(
        "agreements",
        tx,
        *(() if wrong is None else (wrong,)),
        client=shown_client(client_id, tx),
        standing=standing,
        taken_back=[consent for consent in consents if consent.withdrawn_at is not None],
        drawn={one.id: signature(one.signed_name_drawn, one.signed_name) for one in consents if one.signed_name_drawn},
        texts={(text.kind, text.version): text for text in texts_of(tx.clinic)},
        to_agree_to=[(text, _form(text.kind.value, text.version)) for text in texts],
        nothing=Form(WithdrawConsent, {}),
        wrong=wrong,
    )
