"""The time after a medicine visit, and when a client is asked how they are; and when they rest from that."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.domain.checkins import CheckInStatus
from integration.models.base import Base
from shared.store.sealed import Sealed


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
    """One time at which the client is asked how they are. An answer that was not given is None.

    It is waiting, due, completed, skipped by the client, missed after a day without an answer, was paused, or is asked
    together with one of a later visit.
    """

    __tablename__ = "check_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    window_id: Mapped[UUID]
    hours_after: Mapped[int]
    due_at: Mapped[datetime]
    status: Mapped[CheckInStatus]
    answered_at: Mapped[datetime | None]
    how_are_you = Sealed[str | None]("check_in.how_are_you")
    slept = Sealed[bool | None]("check_in.slept")
    help_now = Sealed[bool | None]("check_in.help_now")
    burning_or_blood = Sealed[bool | None]("check_in.burning_or_blood")
    hard_thoughts = Sealed[bool | None]("check_in.hard_thoughts")
    sleepless_energy = Sealed[bool | None]("check_in.sleepless_energy")
    unusual_perception = Sealed[bool | None]("check_in.unusual_perception")
    feels_unreal = Sealed[bool | None]("check_in.feels_unreal")
    craving = Sealed[bool | None]("check_in.craving")
    outside_the_plan = Sealed[bool | None]("check_in.outside_the_plan")
    chest_pain_or_fainting = Sealed[bool | None]("check_in.chest_pain_or_fainting")
    unsafe_at_home = Sealed[bool | None]("check_in.unsafe_at_home")
    pregnant = Sealed[bool | None]("check_in.pregnant")


class Rest(Base):
    """A time in which a client wants to be asked and reminded of nothing. `until` is None: until they come back."""

    __tablename__ = "rest"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    words = Sealed[str | None]("rest.words")
    begun_at: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
