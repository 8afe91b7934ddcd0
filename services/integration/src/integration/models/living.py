"""What a client lives with for years: letters to themselves, and days that matter."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.domain.visibility import Visibility
from integration.models.base import Base
from shared.store.sealed import Sealed


class Letter(Base):
    """A letter of the client to their later self; nobody else ever reads it. It is sealed until `opens_at`."""

    __tablename__ = "letter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    words = Sealed[str]("letter.words")
    written_at: Mapped[datetime]
    opens_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]


class LifeEvent(Base):
    """Something that happened in the client's life. With `yearly` they are invited to look at it each year."""

    __tablename__ = "life_event"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    title = Sealed[str]("life_event.title")
    visibility: Mapped[Visibility]
    yearly: Mapped[bool]
    happened_at: Mapped[datetime]
    noted_at: Mapped[datetime]
