"""A clinic's versions, which stay as they were, and the changes that lead from one to the next."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from intake.clinics.domain.changes import ChangeKind, ChangeStatus
from intake.models import Base
from shared.clinics import Clinic, RuleSet


class ClinicVersion(Base):
    """A clinic's whole document as it was in force from a moment on, until the next version. It is never changed."""

    __tablename__ = "clinic_version"

    clinic: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]
    author: Mapped[str]
    author_name: Mapped[str | None]
    in_force_from: Mapped[datetime]
    note: Mapped[str]
    change_id: Mapped[UUID | None]

    def read(self) -> Clinic:
        """The document; what came to be said later is absent from it."""
        return Clinic.load(self.document, tolerant=True)


class ClinicChange(Base):
    """What somebody wants changed, from which day on, and what became of it.

    `said` holds the facts that change, or a whole rule set; `based_on` is the version of the clinic, or of its rules,
    that they had before them. `became` is the clinic's version that it led to.
    """

    __tablename__ = "clinic_change"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    kind: Mapped[ChangeKind]
    said: Mapped[dict[str, Any]]
    based_on: Mapped[int]
    author: Mapped[str]
    author_name: Mapped[str | None]
    said_at: Mapped[datetime]
    effective_from: Mapped[date | None]
    note: Mapped[str]
    status: Mapped[ChangeStatus]
    decided_by: Mapped[str | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    became: Mapped[int | None]

    @property
    def rules(self) -> RuleSet:
        """The rule set that is proposed."""
        return RuleSet.load(self.said, tolerant=True)
