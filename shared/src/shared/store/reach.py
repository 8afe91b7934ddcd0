"""Which clients of a clinic somebody may touch, decided for each action by the policy and looked up in the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, literal, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from shared.errors import Forbidden, NotFound
from shared.store.tables import caseload, glass


class Hidden(NotFound):
    """What somebody may not touch, told to those who are to know of nobody else as if it were not there."""


class Condition(StrEnum):
    """About whom a role may do something; the later one reaches further."""

    OPENED = "opened"  # Clients whose record they have opened with a reason, for an hour.
    OWN = "own"  # Themselves.
    CASELOAD = "caseload"  # Clients of their caseload, and those that they have opened.
    CLINIC = "clinic"  # Everybody at the clinic.


@dataclass(frozen=True)
class Reach:
    """What somebody may touch by the action that they are at. Without conditions it is everything: no person asks."""

    staff: str
    conditions: Collection[Condition]
    own: UUID | None = None

    @property
    def whole_clinic(self) -> bool:
        return Condition.CLINIC in self.conditions

    def covers(self, client: SQLCoreOperations[UUID] | Any, now: datetime) -> ColumnElement[bool]:
        """For a query: whether the client in that column may be touched."""
        if self.whole_clinic:
            return true()
        allowed: list[ColumnElement[bool]] = [false()]
        if Condition.OWN in self.conditions and self.own is not None:
            allowed.append(client == self.own)
        if Condition.CASELOAD in self.conditions:
            allowed.append(client.in_(select(caseload.c.client_id).where(caseload.c.staff == self.staff)))
        if {Condition.CASELOAD, Condition.OPENED} & set(self.conditions):
            opened = select(glass.c.client_id).where(glass.c.staff == self.staff, glass.c.closes_at > now)
            allowed.append(client.in_(opened))
        return or_(*allowed)

    def grounds(self, client: UUID, session: Session, now: datetime) -> str:
        """On what somebody may touch that client, for the audit.

        Raises Hidden where they are to know of nobody but themselves, else Forbidden, which says the way out.
        """
        if self.whole_clinic:
            return "role"
        if Condition.OWN in self.conditions and client == self.own:
            return "own"
        if Condition.CASELOAD in self.conditions:
            query = select(literal(1)).where(caseload.c.staff == self.staff, caseload.c.client_id == client)
            if session.execute(query).first():
                return "caseload"
        if set(self.conditions) <= {Condition.OWN}:
            raise Hidden("client")
        opened = (
            select(glass.c.id)
            .where(glass.c.staff == self.staff, glass.c.client_id == client, glass.c.closes_at > now)
            .order_by(glass.c.closes_at.desc())
        )
        found = session.execute(opened).first()
        if found is None:
            raise Forbidden(
                "not_on_your_caseload",
                "This client is not on your caseload. Ask the front desk to put them there or, where it cannot wait, "
                "open the record with a reason: that is told to the clinic.",
            )
        return f"opened:{found.id}"

    def require_all(self, clients: Collection[UUID], session: Session, now: datetime) -> None:
        """A guard behind a list: whatever it was made of, nobody else's client leaves with it."""
        asked = set(clients)
        if Condition.CASELOAD in self.conditions and not self.whole_clinic:
            # One question for however many. Whom it does not find is asked for alone, which says why not.
            held = select(caseload.c.client_id).where(caseload.c.staff == self.staff, caseload.c.client_id.in_(asked))
            asked -= set(session.scalars(held))
        for client in asked:
            self.grounds(client, session, now)
