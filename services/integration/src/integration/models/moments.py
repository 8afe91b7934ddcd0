"""What a client noticed, and what they spoke, drew or took a picture of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.domain.attaching import AttachmentKind
from integration.domain.visibility import Visibility
from integration.models.base import Base
from shared.store.sealed import Sealed, SealedBytes


class Moment(Base):
    """Something that the client noticed. Private unless they share it.

    `words` is None where it was spoken, drawn or photographed instead. `intensity` is from 1 to 5, and None where the
    client did not say; no number is better than another. `tags` are the client's own threads, as people, dreams, parts.
    `shared_at` is when more people were let see it last; None while it is the client's alone.
    """

    __tablename__ = "moment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    kind: Mapped[str]
    words = Sealed[str | None]("moment.words")
    drawing = Sealed[str | None]("moment.drawing")
    feeling = Sealed[str | None]("moment.feeling")
    intensity = Sealed[int | None]("moment.intensity")
    what_helped = Sealed[str | None]("moment.what_helped")
    tags = Sealed[list[str] | None]("moment.tags")
    intention_id: Mapped[UUID | None]
    visibility: Mapped[Visibility]
    felt_at: Mapped[datetime]
    written_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]


class Attachment(Base):
    """A recording of the client's voice, or a photo, of one moment or of one intention; seen by whoever may see that.

    `content` is the file itself. A photo has lost where and with what it was taken. `intention_version` is the wording
    of the intention that it belongs to, None of a moment.
    """

    __tablename__ = "attachment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    moment_id: Mapped[UUID | None]
    intention_id: Mapped[UUID | None]
    intention_version: Mapped[int | None]
    kind: Mapped[AttachmentKind]
    media_type: Mapped[str]
    content = SealedBytes("attachment.content")
    made_at: Mapped[datetime]
