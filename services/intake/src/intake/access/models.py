"""The rows of signing in. Sign-ins themselves are no rows that the application can see: see `sign_ins`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from intake.models import Base


class SignInLink(Base):
    """Somebody typed an address to be sent a link. It is a client's once they were found, and used at most once.

    `sealed_address` is gone as soon as its client was looked for.
    """

    __tablename__ = "sign_in_link"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client_id: Mapped[UUID | None]
    sealed_address: Mapped[bytes | None]
    asked_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    used_at: Mapped[datetime | None]

    def opens(self, at: datetime) -> bool:
        """Whether it still lets its client in."""
        return self.client_id is not None and self.used_at is None and at < self.valid_until
