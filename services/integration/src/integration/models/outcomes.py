"""Numbers about many clients, which are about none of them."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from integration.models.base import Base


class OutcomeFigures(Base):
    """What a clinic may tell of the outcomes of one protocol: nothing else lies here, as other clinics read it.

    `told` is a list of figures that were looked through for small cells before they were written. They count up to the
    beginning of the day `counted_until`. `network` is the clinic's, as its facts name it.
    """

    __tablename__ = "outcome_figures"

    clinic: Mapped[str] = mapped_column(primary_key=True)
    protocol: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[str | None]
    counted_until: Mapped[date]
    people: Mapped[int]
    told: Mapped[list[Any]]
