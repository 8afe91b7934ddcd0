"""The base of integration's rows."""

from sqlalchemy.orm import DeclarativeBase

from shared.store import ROW_TYPES


class Base(DeclarativeBase):
    """The base of integration's rows."""

    type_annotation_map = ROW_TYPES
