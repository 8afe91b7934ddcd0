"""What a client and those who look after them prepare, write down and agree on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.domain.planning import AgendaStatus, PlanKind, Side
from integration.models.base import Base
from shared.store.sealed import Sealed


class AgendaItem(Base):
    """Something that the client or their therapist wants to bring to a conversation. Both see all of it.

    `author` is who brings it; `author_id` the subject of a member of staff, None for the client.
    """

    __tablename__ = "agenda_item"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    author: Mapped[Side]
    author_id: Mapped[str | None]
    words = Sealed[str]("agenda_item.words")
    status: Mapped[AgendaStatus]
    added_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Plan(Base):
    """One version of what client and therapist agreed to do. It holds once both have agreed, until the next one does.

    `parts` are words by the parts of `domain.planning`; a part that nobody wrote is not in it.
    """

    __tablename__ = "plan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[PlanKind]
    version: Mapped[int]
    parts = Sealed[dict[str, str]]("plan.parts")
    proposed_by: Mapped[Side]
    proposed_at: Mapped[datetime]
    client_agreed_at: Mapped[datetime | None]
    therapist_agreed_at: Mapped[datetime | None]
    therapist: Mapped[str | None]
    replaced_at: Mapped[datetime | None]


class SessionNote(Base):
    """What a therapist puts into the record about a conversation; a later one may correct it, and both stay."""

    __tablename__ = "session_note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    visit_id: Mapped[UUID | None]
    author: Mapped[str]
    words = Sealed[str]("session_note.words")
    corrects_id: Mapped[UUID | None]
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
