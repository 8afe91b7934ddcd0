"""What the desk sends and is answered about clients."""

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import missing

from intake.schemas.examples import AN_ID
from intake.schemas.text import EMAIL, LANGUAGE, STAFF, words
from shared.clinics import zone_name
from shared.declared import Declared, declared_fields, field


class RegisterClient(Declared):
    """What the front desk knows when it makes a client of somebody."""

    inquiry_id: UUID | None = field("The inquiry that it comes from.", None, default=None)
    given_name: str = field("Given name.", "Rosa", validate=words(100))
    family_name: str = field("Family name.", "Marin", validate=words(100))
    display_name: str | None = field(
        "What they want to be called; the given name where none is said.", "Rosa", default=None, validate=words(100)
    )
    birth_date: date | None = field("Birth date, where it is known.", "1984-05-17", default=None)
    email: str | None = field("For messages.", "rosa@example.org", default=None, validate=EMAIL)
    phone: str | None = field("With its country, as +1 212 555 0123.", None, default=None, validate=words(40))
    time_zone: str = field("IANA zone in which they live.", "America/New_York", validate=zone_name)
    language: str = field("BCP 47 tag of the language they prefer.", "en", default="en", validate=LANGUAGE)
    therapist: str | None = field(
        "On whose caseload they come: the subject of that person's sign-in.", None, default=None, validate=STAFF
    )


class RegisterAtDesk(RegisterClient):
    """The same of somebody at a desk: they can ask for the language, and it is never taken to be the clinic's own."""

    language: str = field("BCP 47 tag of the language they prefer.", "en", validate=LANGUAGE)


class CorrectClient(Declared):
    """Corrections: what is absent stays; null removes an address, or says that the birth date is not known."""

    given_name: str = field("Given name.", "Rosa", default=missing, validate=words(100))
    family_name: str = field("Family name.", "Marin", default=missing, validate=words(100))
    display_name: str = field("What they want to be called.", "Rosi", default=missing, validate=words(100))
    birth_date: date | None = field("Birth date.", "1984-05-17", default=missing)
    email: str | None = field("For messages.", "rosa@example.org", default=missing, validate=EMAIL)
    phone: str | None = field("With its country.", "+12125550123", default=missing, validate=words(40))
    time_zone: str = field("IANA zone in which they live.", "America/New_York", default=missing, validate=zone_name)
    language: str = field("BCP 47 tag.", "en", default=missing, validate=LANGUAGE)

    def said(self) -> dict[str, Any]:
        """The fields that are to change, by name."""
        values = {name: getattr(self, name) for name in declared_fields(type(self))}
        return {name: value for name, value in values.items() if value is not missing}


class ClientReply(Declared):
    """A client of the clinic."""

    id: UUID = field("The client.", AN_ID)
    display_name: str = field("What they want to be called.", "Rosa")
    given_name: str = field("Given name.", "Rosa")
    family_name: str = field("Family name.", "Marin")
    birth_date: date | None = field("Birth date; null: not known.", "1984-05-17")
    email: str | None = field("For messages.", "rosa@example.org")
    phone: str | None = field("E.164.", "+12125550123")
    time_zone: str = field("IANA zone in which they live.", "America/New_York")
    language: str = field("BCP 47 tag.", "en")
    version: int = field("Counts up with each correction.", 1)
