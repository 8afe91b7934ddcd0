"""Copies of what others have told about a client."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.models.base import Base
from shared.clinics import AuthorisationKind, Route
from shared.events.sessions import VisitKind
from shared.store.sealed import Sealed


class Client(Base):
    """What others have told about a client; made on first sight, whoever brings it."""

    __tablename__ = "client"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    display_name = Sealed[str | None]("client.display_name", owner="id", steady=True)
    time_zone: Mapped[str | None]


class Authorisation(Base):
    """What a client has allowed their care team at this clinic, as intake tells it; once withdrawn it stays so."""

    __tablename__ = "authorisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[AuthorisationKind]
    withdrawn_at: Mapped[datetime | None]


class PlannedSeries(Base):
    """A series of visits that was laid out, as sessions told it; `id` is the series'."""

    __tablename__ = "planned_series"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    protocol: Mapped[str]
    medicine_visits: Mapped[int]
    planned_at: Mapped[datetime]


class BookedVisit(Base):
    """A visit that got its time, as sessions told it. It stays when it is over, and when it was cancelled."""

    __tablename__ = "booked_visit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[VisitKind]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    cancelled: Mapped[bool]


class CompletedVisit(Base):
    """A visit of any kind that sessions told to be over; `id` is the visit's. `series_id` is None where it had none."""

    __tablename__ = "completed_visit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[VisitKind]
    completed_at: Mapped[datetime]
    series_id: Mapped[UUID | None]


class DosedVisit(Base):
    """The route by which a medicine visit's first dose was given; `id` is the visit's. How much is not for us."""

    __tablename__ = "dosed_visit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    route: Mapped[Route]
    dosed_at: Mapped[datetime]
