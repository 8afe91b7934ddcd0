"""The rows of integration: the client's own words and work, and copies of what others have told.

What a client tells lies sealed. In clear is what the database itself must look at (whose, when, of which kind, where it
stands) and the scores, which are compared with each other.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from integration.domain.visibility import Visibility
from shared.clinics import AuthorisationKind
from shared.events.integration import IntentionQuestion, RedFlagReason
from shared.events.sessions import VisitKind
from shared.store import ROW_TYPES
from shared.store.sealed import Sealed


class Base(DeclarativeBase):
    """The base of integration's rows."""

    type_annotation_map = ROW_TYPES


class Client(Base):
    """What others have told about a client; made on first sight, whoever brings it."""

    __tablename__ = "client"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    display_name = Sealed[str | None]("client.display_name", owner="id", steady=True)
    time_zone: Mapped[str | None]


class Intention(Base):
    """What a medicine visit is for, in the client's words. It is lived with, changed or released, and never failed."""

    __tablename__ = "intention"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    question: Mapped[IntentionQuestion]
    words = Sealed[str]("intention.words")
    status: Mapped[str]
    set_at: Mapped[datetime]


class Moment(Base):
    """Something that the client noticed. Private unless they share it."""

    __tablename__ = "moment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[str]
    words = Sealed[str]("moment.words")
    visibility: Mapped[Visibility]
    felt_at: Mapped[datetime]
    written_at: Mapped[datetime]


class PsychotherapyNote(Base):
    """What a therapist wrote down for themselves about a conversation. `author` is the subject of their sign-in.

    It is kept apart from all else that is known of a client: in no event, no journey and no export.
    """

    __tablename__ = "psychotherapy_note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    author: Mapped[str]
    words = Sealed[str]("psychotherapy_note.words")
    written_at: Mapped[datetime]


class Authorisation(Base):
    """What a client has allowed their care team at this clinic, as intake tells it; once withdrawn it stays so."""

    __tablename__ = "authorisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[AuthorisationKind]
    withdrawn_at: Mapped[datetime | None]


class Sensation(Base):
    """Something felt in the body. It is not an adverse event; `distressing` is None where the client did not say."""

    __tablename__ = "sensation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    region = Sealed[str]("sensation.region")
    side = Sealed[str]("sensation.side")
    view = Sealed[str]("sensation.view")
    sensation = Sealed[str]("sensation.sensation")
    quality = Sealed[str | None]("sensation.quality")
    distressing = Sealed[bool | None]("sensation.distressing")
    felt_at: Mapped[datetime]


class Commitment(Base):
    """An insight turned into a small action."""

    __tablename__ = "commitment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    insight_id: Mapped[UUID | None]
    action = Sealed[str]("commitment.action")
    planned_for = Sealed[str | None]("commitment.planned_for")
    with_whom = Sealed[str | None]("commitment.with_whom")
    status: Mapped[str]
    made_at: Mapped[datetime]


class CompletedVisit(Base):
    """A visit of any kind that sessions told to be over; `id` is the visit's."""

    __tablename__ = "completed_visit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[VisitKind]
    completed_at: Mapped[datetime]


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


class Window(Base):
    """The time after one medicine visit in which its integration is tended."""

    __tablename__ = "integration_window"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class CheckIn(Base):
    """One time at which the client is asked how they are. An answer that was not given is None."""

    __tablename__ = "check_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    window_id: Mapped[UUID]
    hours_after: Mapped[int]
    due_at: Mapped[datetime]
    status: Mapped[str]
    answered_at: Mapped[datetime | None]
    how_are_you = Sealed[str | None]("check_in.how_are_you")
    slept = Sealed[bool | None]("check_in.slept")
    help_now = Sealed[bool | None]("check_in.help_now")
    burning_or_blood = Sealed[bool | None]("check_in.burning_or_blood")
    hard_thoughts = Sealed[bool | None]("check_in.hard_thoughts")

    @property
    def visit_ended_at(self) -> datetime:
        """When the medicine visit ended after which this is asked."""
        return self.due_at - timedelta(hours=self.hours_after)


class RedFlag(Base):
    """Something that a person must look after; open until one has closed it, by name."""

    __tablename__ = "red_flag"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    reason: Mapped[RedFlagReason]
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    note = Sealed[str | None]("red_flag.note")


class Reading(Base):
    """One scored measure; `is_baseline` where intake's screening brought it.

    `answers` (by link id) and `instrument_hash` are what the score was made of. They are None for a baseline, whose
    answers stay in intake. No door gives them out.
    """

    __tablename__ = "reading"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    instrument: Mapped[str]
    version: Mapped[str]
    score: Mapped[int]
    band: Mapped[str | None]
    is_baseline: Mapped[bool]
    answered_at: Mapped[datetime]
    baseline: Mapped[int | None]
    baseline_answered_at: Mapped[datetime | None]
    change_percent: Mapped[Decimal | None]
    response: Mapped[bool | None]
    remission: Mapped[bool | None]
    overlapping: Mapped[bool]
    answers = Sealed[dict[str, Any] | None]("reading.answers")
    instrument_hash: Mapped[str | None]
