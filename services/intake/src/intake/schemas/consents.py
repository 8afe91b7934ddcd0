"""What a client agrees to and takes back."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import Length, Regexp

from intake.schemas.examples import AN_ID, AN_INSTANT
from intake.schemas.text import words
from shared.clinics import PARTNER, Agreement
from shared.declared import Declared, field
from shared.languages import phrase
from shared.pictures.signature import DRAWN, LONGEST


class GrantConsent(Declared):
    """A client agrees to a text of the clinic."""

    kind: Agreement = field("What it is about.", "data_sharing")
    text_version: str = field("The version that was read.", "2026-01")
    partner: str | None = field(
        "With whom data may be shared; part2 may name one, too.",
        "harbor-primary-care",
        default=None,
        validate=PARTNER,
    )
    signed_name: str = field("As they sign.", "Rosa Marin", validate=words(200))
    signed_name_drawn: str | None = field(
        "The signature as it was drawn, if it was: the data of an SVG path, of lines in whole numbers in 600 × 200.",
        None,
        default=None,
        validate=[Length(max=LONGEST), Regexp(rf"{DRAWN}\Z", error=phrase("This is no drawing. Please sign again."))],
    )


class WithdrawConsent(Declared):
    """Nothing needs to be said to take a consent back."""


class ConsentReply(Declared):
    """A consent, in force until it is withdrawn."""

    id: UUID = field("The consent.", AN_ID)
    kind: Agreement = field("What it is about.", "data_sharing")
    text_version: str = field("The version that was agreed to.", "2026-01")
    text_sha256: str = field("SHA-256 of its words, in hex.", "0" * 64)
    partner: str | None = field("With whom data may be shared.", "harbor-primary-care")
    granted_at: datetime = field("UTC.", AN_INSTANT)
    withdrawn_at: datetime | None = field("UTC; null: in force.", None)
