"""The rules of consents: which text they are given on, and with whom."""

import hashlib

from shared.clinics import Clinic, ConsentKind, ConsentText
from shared.errors import Invalid


def text_of(clinic: Clinic, kind: ConsentKind, version: str) -> ConsentText:
    """The clinic's text of that kind and version. Raises Invalid: nobody can agree to a text that there is not."""
    text = clinic.consent_text(kind, version)
    if text is None:
        offered = ", ".join(other.version for other in clinic.consent_texts if other.kind == kind) or "none"
        message = f"The clinic has no text of version {version} for {kind}; it has {offered}."
        raise Invalid("consent_text_unknown", message, errors=[{"path": "/text_version", "message": message}])
    return text


def check_partner(kind: ConsentKind, partner: str | None) -> None:
    """Sharing data names the partner with whom, and nothing else does. Raises Invalid."""
    if kind == ConsentKind.DATA_SHARING and partner is None:
        raise _about_partner("partner_missing", "Say with which partner data may be shared.")
    if kind != ConsentKind.DATA_SHARING and partner is not None:
        raise _about_partner("partner_not_expected", f"A consent to {kind} names no partner.")


def fingerprint(text: ConsentText) -> str:
    """SHA-256 of the words that were agreed to, in hex: what proves later that they are the same."""
    return hashlib.sha256(text.text.encode()).hexdigest()


def _about_partner(code: str, sentence: str) -> Invalid:
    return Invalid(code, sentence, errors=[{"path": "/partner", "message": sentence}])
