"""Scored measures, when they are asked, and the texts that a clinic has loaded for those that may not be shipped."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.domain.asking import Occasion, RequestStatus
from integration.models.base import Base
from shared.measures import Band, Instrument, find_instrument
from shared.store.sealed import Sealed


class Reading(Base):
    """One scored measure; `is_baseline` where intake's screening brought it.

    `score` is None where an instrument has no total: its level is the band. `answers` (by link id) and
    `instrument_hash` are what the score was made of. They are None for a baseline, whose answers stay in intake. One
    door gives them out, to the client and to their therapist. `typed_in_by` is who of the staff typed it in; None where
    the client answered by themselves, or where it was kept before that was.
    """

    __tablename__ = "reading"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    instrument: Mapped[str]
    version: Mapped[str]
    score: Mapped[int | None]
    band: Mapped[str | None]
    is_baseline: Mapped[bool]
    answered_at: Mapped[datetime]
    baseline: Mapped[int | None]
    baseline_answered_at: Mapped[datetime | None]
    change_percent: Mapped[Decimal | None]
    response: Mapped[bool | None]
    remission: Mapped[bool | None]
    reliable: Mapped[bool | None]
    overlapping: Mapped[bool]
    answers = Sealed[dict[str, Any] | None]("reading.answers")
    instrument_hash: Mapped[str | None]
    typed_in_by: Mapped[str | None]

    @property
    def form(self) -> Instrument | None:
        """What was answered; None where a newer release knew an instrument that this one does not."""
        return find_instrument(self.instrument, self.version)

    @property
    def shown(self) -> Decimal | None:
        """The score as people read it: a WHO-5 of 9 is read as 36."""
        return self._as_read(self.score)

    @property
    def baseline_shown(self) -> Decimal | None:
        """The baseline's score as people read it."""
        return self._as_read(self.baseline)

    @property
    def called(self) -> Band | None:
        """What the instrument calls the score, or the level of a triage."""
        form = self.form
        return None if form is None else next((band for band in form.bands if band.code == self.band), None)

    @property
    def by_clinic(self) -> bool:
        """Whether the clinic wrote it down: as a clinician judged it, or as the client answered on paper."""
        form = self.form
        return self.typed_in_by is not None or (form is not None and form.answered_by == "clinician")

    def _as_read(self, total: int | None) -> Decimal | None:
        form = self.form
        return None if total is None else Decimal(total if form is None else form.shown(total))


class MeasureRequest(Base):
    """One time at which a client is asked a measure, by the clinic's plan or by somebody's wish.

    It is waiting, due, overdue, answered, skipped, paused or withdrawn. `nudges` counts how often they were reminded of
    it. `visit_id` is the medicine visit before or after which it is asked; `series_id` the series by whose calendar.
    """

    __tablename__ = "measure_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    instrument: Mapped[str]
    occasion: Mapped[Occasion]
    visit_id: Mapped[UUID | None]
    series_id: Mapped[UUID | None]
    due_at: Mapped[datetime]
    status: Mapped[RequestStatus]
    nudges: Mapped[int]
    asked_by: Mapped[str | None]
    reading_id: Mapped[UUID | None]


class MeasureText(Base):
    """The wording of an instrument that the clinic loaded under a permission of its own; it is about no client."""

    __tablename__ = "measure_text"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    instrument: Mapped[str]
    version: Mapped[str]
    language: Mapped[str]
    wording: Mapped[dict[str, Any]]
    permission: Mapped[str]
    loaded_by: Mapped[str]
    loaded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
