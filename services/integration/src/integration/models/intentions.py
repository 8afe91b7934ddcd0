"""What medicine visits are for, in the client's words; and what they said before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.models.base import Base
from shared.events.integration import IntentionQuestion, IntentionStatus
from shared.store.sealed import Sealed


class Intention(Base):
    """What a medicine visit is for, in the client's words. It is lived with, changed or released, and never failed.

    `words` or `drawing` may be None, where it was told in another way; `drawing` are strokes as `shared.pictures` draws
    them. `version` counts up with each change of what it says; what it said before is an `EarlierIntention`.
    """

    __tablename__ = "intention"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    question: Mapped[IntentionQuestion]
    words = Sealed[str | None]("intention.words")
    drawing = Sealed[str | None]("intention.drawing")
    status: Mapped[IntentionStatus]
    version: Mapped[int]
    set_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class EarlierIntention(Base):
    """What an intention said in a version before the present one, until `until`."""

    __tablename__ = "earlier_intention"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    intention_id: Mapped[UUID]
    version: Mapped[int]
    question: Mapped[IntentionQuestion]
    words = Sealed[str | None]("earlier_intention.words")
    drawing = Sealed[str | None]("earlier_intention.drawing")
    until: Mapped[datetime]


class IntentionForVisit(Base):
    """An intention that is carried into one medicine visit; it may be carried into several."""

    __tablename__ = "intention_for_visit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    intention_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    linked_at: Mapped[datetime]
