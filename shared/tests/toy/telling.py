"""A row with what somebody told a toy."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.store import ROW_TYPES
from shared.store.sealed import Sealed


class Base(DeclarativeBase):
    type_annotation_map = ROW_TYPES


class Told(Base):
    """Words that are sealed anew each time, answers, and a name that is a copy of what another service said."""

    __tablename__ = "told"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID]
    words = Sealed[str]("told.words")
    answers = Sealed[dict[str, Any] | None]("told.answers")
    name = Sealed[str | None]("told.name", steady=True)
