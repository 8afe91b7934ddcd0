"""The rows of intake. Each belongs to one clinic, and points only to rows of its own clinic."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from intake.domain.baseline import BaselineMeasure
from intake.domain.screening import Flag
from shared.clinics import ConsentKind, Route
from shared.events.intake import ClearanceOutcome, FlagLevel
from shared.store import ROW_TYPES


class Base(DeclarativeBase):
    """The base of intake's own rows."""

    type_annotation_map = ROW_TYPES


class Inquiry(Base):
    """Somebody reached out. None of `adult`, `in_crisis` is a "no": they did not say.

    `submission` identifies one page with its words, so that the same page sent twice is one inquiry.
    """

    __tablename__ = "inquiry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str | None]
    message: Mapped[str | None]
    adult: Mapped[bool | None]
    in_crisis: Mapped[bool | None]
    time_zone: Mapped[str | None]
    source: Mapped[str]
    submission: Mapped[UUID | None]
    received_at: Mapped[datetime]


class Client(Base):
    """A person at one clinic. `person_id` is to be the same human's at every clinic."""

    __tablename__ = "client"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    person_id: Mapped[UUID]
    inquiry_id: Mapped[UUID | None]
    given_name: Mapped[str]
    family_name: Mapped[str]
    display_name: Mapped[str]
    birth_date: Mapped[date | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    time_zone: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    registered_at: Mapped[datetime]


class Screening(Base):
    """A form as it was handed in, with what the rule engine found. It is never changed.

    `client_answered` tells the client's own answers from those that a clinician wrote down for them.
    """

    __tablename__ = "screening"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    form_version: Mapped[str]
    answers: Mapped[dict[str, Any]]
    measures_given: Mapped[list[Any]]
    flags_raised: Mapped[list[Any]]
    level: Mapped[FlagLevel | None]
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str]
    client_answered: Mapped[bool]

    @property
    def flags(self) -> list[Flag]:
        return [Flag.load(flag) for flag in self.flags_raised]

    @property
    def measures(self) -> list[BaselineMeasure]:
        return [BaselineMeasure.load(measure) for measure in self.measures_given]


class Clearance(Base):
    """A prescriber's decision. The newest of a client stands; `replaced_at` is set on the others."""

    __tablename__ = "clearance"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    screening_id: Mapped[UUID]
    outcome: Mapped[ClearanceOutcome]
    valid_until: Mapped[date | None]
    routes_cleared: Mapped[list[Any]]
    weight_kg: Mapped[Decimal | None]
    conditions: Mapped[str | None]
    reason: Mapped[str | None]
    reviewed_flags: Mapped[list[Any]]
    rules_version: Mapped[int]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    replaced_at: Mapped[datetime | None]

    @property
    def routes(self) -> list[Route]:
        return [Route(route) for route in self.routes_cleared]

    def covers(self, day: date) -> bool:
        """Whether this decision clears the client for that day, clinic-local."""
        return self.replaced_at is None and self.valid_until is not None and day <= self.valid_until


class Consent(Base):
    """One agreement to one version of one text. It is in force until it is withdrawn."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[ConsentKind]
    text_version: Mapped[str]
    text_sha256: Mapped[str]
    partner: Mapped[str | None]
    signed_name: Mapped[str]
    granted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
