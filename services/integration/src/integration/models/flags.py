"""What calls for a person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.domain.on_it import left_to_it_until
from integration.domain.reading_words import SharedWords
from integration.domain.risk_actions import RiskAction
from integration.models.base import Base
from shared.events.integration import RedFlagReason
from shared.store.sealed import Sealed


class RedFlag(Base):
    """Something that a person must look after; open until one has closed it, by name.

    There is one open flag for each reason: what is said again meanwhile is counted in `said_again`, and `said_again_at`
    is the last time. Who said that they are on it, as long as nobody has called anew, is `acknowledged_by`; how long
    that holds is `domain.on_it`'s to say. `asks_for` is the most urgent of what the answers of a questionnaire asked
    for; None where it was none. `said_yes`: the client said so themselves when they were plainly asked, or asked for
    help; an answer to a questionnaire is no such yes.
    """

    __tablename__ = "red_flag"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    reason: Mapped[RedFlagReason]
    raised_at: Mapped[datetime]
    said_again: Mapped[int]
    said_again_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    note = Sealed[str | None]("red_flag.note")
    asks_for: Mapped[RiskAction | None]
    said_yes: Mapped[bool]

    @property
    def left_to_it_until(self) -> datetime | None:
        return left_to_it_until(self.acknowledged_at) if self.acknowledged_at is not None else None


class PleaseRead(Base):
    """Words that a client shared, and that a person is asked to read. It says nothing about the client.

    `source` and `source_id` say where they stand. Which phrase asked for it is kept nowhere.
    """

    __tablename__ = "please_read"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    source: Mapped[SharedWords]
    source_id: Mapped[UUID]
    list_version: Mapped[int]
    asked_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None]
