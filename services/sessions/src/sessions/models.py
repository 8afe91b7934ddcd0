"""The rows of sessions: its own (series, visits, the record) and its copies of what others have told about a client.

Names, how an escort is reached, and what the record says lie sealed. In clear is what the database itself must look at:
whose, when, of which kind and route, where it stands, what is taken, and what booking is decided from.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Identity
from sqlalchemy.dialects.postgresql import TSTZRANGE
from sqlalchemy.dialects.postgresql.ranges import Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from sessions.domain.statuses import VisitStatus
from shared.clinics import ConsentKind, Route
from shared.events.intake import ClearanceOutcome
from shared.events.sessions import VisitKind
from shared.store import ROW_TYPES
from shared.store.sealed import Sealed


class Base(DeclarativeBase):
    """The base of sessions' rows."""

    type_annotation_map = ROW_TYPES


class Client(Base):
    """What others have told about a client; made on first sight, whoever brings it, so anything may be unknown yet."""

    __tablename__ = "client"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    display_name = Sealed[str | None]("client.display_name", owner="id", steady=True)
    clearance_id: Mapped[UUID | None]
    outcome: Mapped[ClearanceOutcome | None]
    valid_until: Mapped[date | None]
    cleared_routes: Mapped[list[Any] | None]
    weight_kg: Mapped[Decimal | None]
    clearance_source: Mapped[dict[str, Any] | None]
    intention_source: Mapped[dict[str, Any] | None]


class Consent(Base):
    """A consent, as intake told it; in force until it is taken back. `source` is what was told last about it."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[ConsentKind]
    source: Mapped[dict[str, Any]]
    withdrawn_at: Mapped[datetime | None]


class RedFlag(Base):
    """A red flag, as integration told it; open until a person closes it."""

    __tablename__ = "red_flag"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    source: Mapped[dict[str, Any]]
    closed_at: Mapped[datetime | None]


class Series(Base):
    """The visits of one protocol for one client; its steps are filled by visits as these are booked."""

    __tablename__ = "series"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    protocol: Mapped[str]
    route: Mapped[Route]
    status: Mapped[str]
    planned_at: Mapped[datetime]
    planned_by: Mapped[str]
    rules_version: Mapped[int]


class Step(Base):
    """One place in a series, for a visit of one kind."""

    __tablename__ = "step"

    series_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[VisitKind]
    visit_id: Mapped[UUID | None]


class Visit(Base):
    """One appointment. `version` counts its changes.

    `held_reason` is the code of the booking rule that a booked medicine visit no longer meets, None while it meets all.
    """

    __tablename__ = "visit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    series_id: Mapped[UUID | None]
    kind: Mapped[VisitKind]
    route: Mapped[Route | None]
    status: Mapped[VisitStatus]
    held_reason: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    resources: Mapped[list[Any]]
    escort_name = Sealed[str | None]("visit.escort_name")
    escort_phone = Sealed[str | None]("visit.escort_phone")
    escort_confirmed_at: Mapped[datetime | None]
    version: Mapped[int]


class EscortLink(Base):
    """The one link of a visit's escort; `key` is the hash of what opens it. `answer` is None until they have said."""

    __tablename__ = "escort_link"

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    key: Mapped[bytes]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    answer: Mapped[bool | None]
    answered_at: Mapped[datetime | None]


class PersonOfClient(Base):
    """Which human of the network a client is, as intake tells it. Functions of the database read it across clinics."""

    __tablename__ = "person_of_client"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    person: Mapped[UUID]


class Medicine(Base):
    """All that a medicine visit may let other clinics know: when it is, when medicine was last given, and for how long
    its clinic's rules keep other medicine away. Functions of the database read it across clinics.
    """

    __tablename__ = "medicine"

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    gap: Mapped[timedelta]
    dosed_at: Mapped[datetime | None]


class Occupied(Base):
    """A room, a person or the client is taken for a time; the database refuses an overlap.

    `everywhere` names a human as every clinic does, so that they are in one place at a time; None for a room.
    """

    __tablename__ = "occupied"

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    resource: Mapped[str] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    everywhere: Mapped[str | None]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)


class Entry(Base):
    """One line of a visit's record. Lines are only ever added; a correction is a line that names the one it corrects.

    `at` is when it happened, `entered_at` when it was written down, `position` the order of writing.
    """

    __tablename__ = "entry"

    position: Mapped[int] = mapped_column(Identity(always=True))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    kind: Mapped[str]
    at: Mapped[datetime]
    entered_at: Mapped[datetime]
    actor: Mapped[str]
    data = Sealed[dict[str, Any]]("entry.data")
    correction_of: Mapped[UUID | None]


class Dispensed(Base):
    """A dose that was given to somebody who was erased since: what the law wants kept of it, and nothing of whom.

    `visit_day` and `keep_until`, the last day on which it is kept, are clinic-local.
    """

    __tablename__ = "dispensed"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    visit_day: Mapped[date]
    given_at: Mapped[datetime]
    route: Mapped[Route]
    dose_mg: Mapped[Decimal]
    lot: Mapped[str]
    given_by: Mapped[str]
    ordered_by: Mapped[str]
    keep_until: Mapped[date]
