"""Insights turned into small actions, and practices that go on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.domain.practising import CommitmentStatus, PracticeStatus
from integration.domain.visibility import Visibility
from integration.models.base import Base
from shared.events.integration import CommitmentOutcome
from shared.store.sealed import Sealed


class Commitment(Base):
    """An insight turned into a small action. The client's alone unless they share it."""

    __tablename__ = "commitment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    insight_id: Mapped[UUID | None]
    action = Sealed[str]("commitment.action")
    planned_for = Sealed[str | None]("commitment.planned_for")
    with_whom = Sealed[str | None]("commitment.with_whom")
    status: Mapped[CommitmentStatus]
    visibility: Mapped[Visibility]
    made_at: Mapped[datetime]


class CommitmentReview(Base):
    """A look back at a commitment: kept, adjusted or let go, and each of them is well.

    What ends in `_before` is what it said before it was adjusted, None where it was not.
    """

    __tablename__ = "commitment_review"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    commitment_id: Mapped[UUID]
    outcome: Mapped[CommitmentOutcome]
    reflection = Sealed[str | None]("commitment_review.reflection")
    action_before = Sealed[str | None]("commitment_review.action_before")
    planned_for_before = Sealed[str | None]("commitment_review.planned_for_before")
    with_whom_before = Sealed[str | None]("commitment_review.with_whom_before")
    reviewed_at: Mapped[datetime]


class Practice(Base):
    """Something that a client does again and again, in a rhythm of their own choosing.

    `every_days` is None for whenever they like. With `remind` they are invited in that rhythm, at `remind_at` (HH:MM)
    by their own clock. It is living, resting or let go; nobody counts how often it was missed.
    """

    __tablename__ = "practice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    name = Sealed[str]("practice.name")
    why = Sealed[str | None]("practice.why")
    insight_id: Mapped[UUID | None]
    every_days: Mapped[int | None]
    remind: Mapped[bool]
    remind_at: Mapped[str | None]
    status: Mapped[PracticeStatus]
    visibility: Mapped[Visibility]
    begun_at: Mapped[datetime]


class PracticeLived(Base):
    """One time that a practice was lived; `words` is what the client noticed, if they said so."""

    __tablename__ = "practice_lived"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    practice_id: Mapped[UUID]
    words = Sealed[str | None]("practice_lived.words")
    lived_at: Mapped[datetime]
