"""The rows of intake. Each belongs to one clinic, and points only to rows of its own clinic."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from intake.domain.baseline import BaselineMeasure
from intake.domain.screening import Flag
from shared.clinics import Agreement, Route
from shared.events.intake import ClearanceOutcome, FlagLevel
from shared.store import ROW_TYPES
from shared.store.sealed import Sealed, SealedDate


class Base(DeclarativeBase):
    """The base of intake's own rows."""

    type_annotation_map = ROW_TYPES


class Inquiry(Base):
    """Somebody reached out. None of `adult`, `in_crisis` is a "no": they did not say.

    It is nobody's until the desk makes a client of it, so that it is sealed by a key of its own.
    `submission` identifies one page with its words, so that the same page sent twice is one inquiry.
    """

    __tablename__ = "inquiry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID | None]
    name = Sealed[str]("inquiry.name", owner="id")
    email = Sealed[str]("inquiry.email", owner="id")
    phone = Sealed[str | None]("inquiry.phone", owner="id")
    message = Sealed[str | None]("inquiry.message", owner="id")
    adult: Mapped[bool | None]
    in_crisis: Mapped[bool | None]
    time_zone: Mapped[str | None]
    source: Mapped[str]
    submission: Mapped[UUID | None]
    received_at: Mapped[datetime]


class Attempt(Base):
    """Somebody did what strangers may do only so often. Of whom, a keyed hash is kept, for counting alone: `limits`."""

    __tablename__ = "attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    kind: Mapped[str]
    whose_index: Mapped[bytes]
    at: Mapped[datetime]


class Client(Base):
    """A person at one clinic. `person_id` is the same human's at every clinic: see `commands/persons.py`.

    By `email_index` they are found where somebody types their address: see `queries.email_index`.
    """

    __tablename__ = "client"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    person_id: Mapped[UUID]
    inquiry_id: Mapped[UUID | None]
    given_name = Sealed[str]("client.given_name", owner="id")
    family_name = Sealed[str]("client.family_name", owner="id")
    display_name = Sealed[str]("client.display_name", owner="id")
    birth_date = SealedDate("client.birth_date", owner="id")
    email = Sealed[str | None]("client.email", owner="id")
    email_index: Mapped[bytes | None]
    phone = Sealed[str | None]("client.phone", owner="id")
    time_zone: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    registered_at: Mapped[datetime]


class KnownPerson(Base):
    """By what a client is recognised elsewhere. A function of the database reads it across clinics.

    `mark` is a blind index that is equal at every clinic; None while too little is known of the client.
    """

    __tablename__ = "known_person"

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    person: Mapped[UUID]
    mark: Mapped[bytes | None]


class Screening(Base):
    """A form as it was handed in, with what the rule engine found. It is never changed.

    `client_answered` tells the client's own answers from those that a clinician wrote down for them.
    """

    __tablename__ = "screening"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    form_version: Mapped[str]
    answers = Sealed[dict[str, Any]]("screening.answers")
    measures_given = Sealed[list[Any]]("screening.measures_given")
    flags_raised = Sealed[list[Any]]("screening.flags_raised")
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
    conditions = Sealed[str | None]("clearance.conditions")
    reason = Sealed[str | None]("clearance.reason")
    reviewed_flags = Sealed[list[Any]]("clearance.reviewed_flags")
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
    """One consent or authorisation, to one version of one text. It is in force until it is withdrawn."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[Agreement]
    text_version: Mapped[str]
    text_sha256: Mapped[str]
    partner: Mapped[str | None]
    signed_name = Sealed[str]("consent.signed_name")
    signed_name_drawn = Sealed[str | None]("consent.signed_name_drawn")
    granted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Opening(Base):
    """Somebody opened the record of a client who is not theirs, and said why; it closed by itself at `closes_at`."""

    __tablename__ = "opening"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    staff: Mapped[str]
    reason = Sealed[str]("opening.reason")
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class ErasureRequest(Base):
    """Somebody asked that a client be erased. It waits for a second person, who confirms it or puts it aside."""

    __tablename__ = "erasure_request"

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    reason = Sealed[str]("erasure_request.reason")
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
