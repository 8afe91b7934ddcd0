"""What is felt in the body."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from integration.models.base import Base
from shared.store.sealed import Sealed


class Sensation(Base):
    """Something felt in the body. It is not an adverse event; `distressing` is None where the client did not say.

    `extent` is 1 for a spot, 2, or 3 for all of the region; None where nobody said.
    """

    __tablename__ = "sensation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    region = Sealed[str]("sensation.region")
    side = Sealed[str]("sensation.side")
    view = Sealed[str]("sensation.view")
    sensation = Sealed[str]("sensation.sensation")
    extent = Sealed[int | None]("sensation.extent")
    quality = Sealed[str | None]("sensation.quality")
    distressing = Sealed[bool | None]("sensation.distressing")
    felt_at: Mapped[datetime]
