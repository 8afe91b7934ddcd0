"""What somebody who reaches out sends and is answered; also the fields of the public page's form."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import OneOf

from intake.schemas.examples import AN_ID, AN_INSTANT
from intake.schemas.text import EMAIL, words
from shared.clinics import zone_name
from shared.declared import Declared, field


class ReceiveInquiry(Declared):
    """What somebody tells a clinic by its public form. What they leave out is unknown, never "no"."""

    name: str = field("What they want to be called.", "Rosa Marin", validate=words(200))
    email: str = field("Where they want the answer.", "rosa@example.org", validate=EMAIL)
    phone: str | None = field("As they write it.", None, default=None, validate=words(40))
    message: str | None = field("In their own words.", None, default=None, validate=words(4000))
    adult: bool | None = field("Whether they are 18 or older.", True, default=None)
    in_crisis: bool | None = field("Whether they are in a crisis now.", False, default=None)
    time_zone: str | None = field("IANA zone in which they live.", "America/New_York", default=None, validate=zone_name)
    source: str = field("How they came.", "web", default="web", validate=OneOf(["web", "referral", "phone"]))


class InquiryReceipt(Declared):
    """What somebody who reached out is told."""

    id: UUID = field("The inquiry.", AN_ID)
    crisis_help: str | None = field("Whom to call at once, where they said that they are in a crisis.", None)


class EraseInquiry(Declared):
    """Somebody means this inquiry."""

    confirm: str = field("The name as they gave it, typed.", "Rosa Marin", validate=words(200))


class InquiryErasedReply(Declared):
    """How somebody reached out is gone; the other services follow within moments."""

    id: UUID = field("The inquiry that was.", AN_ID)
    erased_at: datetime = field("UTC.", AN_INSTANT)


class InquiryReply(Declared):
    """An inquiry as the front desk sees it."""

    id: UUID = field("The inquiry.", AN_ID)
    name: str = field("What they want to be called.", "Rosa Marin")
    email: str = field("Where they want the answer.", "rosa@example.org")
    phone: str | None = field("As they wrote it.", None)
    message: str | None = field("In their own words.", None)
    adult: bool | None = field("Whether they are 18 or older; null: they did not say.", True)
    in_crisis: bool | None = field("Whether they said that they are in a crisis; null: they did not say.", False)
    time_zone: str | None = field("IANA zone in which they live.", "America/New_York")
    source: str = field("How they came.", "web")
    received_at: datetime = field("UTC.", AN_INSTANT)
    client_id: UUID | None = field("The client whom the desk has made of it.", None)
