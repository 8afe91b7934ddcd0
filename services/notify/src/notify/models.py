"""Rows of notify. The two `due_*` tables are notify's own carriers: workers see them for all clinics."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FetchedValue, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from notify.domain.deliveries import DeliveryStatus, SubscriptionStatus
from notify.domain.messages import Audience, MessageStatus, Template
from notify.domain.offering import Scope
from shared.clinics import Agreement
from shared.store import ROW_TYPES
from shared.store.sealed import Sealed, SealedForClinic


class Base(DeclarativeBase):
    """notify's tables."""

    metadata = MetaData()
    type_annotation_map = ROW_TYPES


class Contact(Base):
    """How a client may be reached, as intake last said; `id` is the client. All None until intake has been heard."""

    __tablename__ = "contact"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    display_name = Sealed[str | None]("contact.display_name", owner="id", steady=True)
    email = Sealed[str | None]("contact.email", owner="id", steady=True)
    phone = Sealed[str | None]("contact.phone", owner="id", steady=True)
    time_zone: Mapped[str | None]
    language: Mapped[str | None]


class Consent(Base):
    """A client's consent to be written to, or to be told about to one partner."""

    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client: Mapped[UUID]
    kind: Mapped[Agreement]
    partner: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]


class Rest(Base):
    """A time in which a client wants to be asked and reminded of nothing, as integration told it.

    It is over at `until` by itself, or as the client comes back; with neither it stands.
    """

    __tablename__ = "rest"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client: Mapped[UUID]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Message(Base):
    """One message to one person, made once for an event and a template; `client` is whom it is about.

    It leads to `path`. Of a link that lets somebody in this is not all: what opens it is added as the mail is written.
    After `expires_at` it is not sent. `turn` counts the calls for one event until somebody is on it, and is 0 else.
    `duty` is the mailbox of somebody on call; None: the staff's own, or the client's.
    `asked_at` is when it was told that the client is asked, of what asks them; `check_in` is the one that it is about.
    """

    __tablename__ = "message"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client: Mapped[UUID]
    event_id: Mapped[UUID]
    correlation_id: Mapped[str]
    audience: Mapped[Audience]
    template: Mapped[Template]
    template_version: Mapped[int]
    turn: Mapped[int]
    duty: Mapped[str | None]
    channel: Mapped[str]
    path: Mapped[str]
    status: Mapped[MessageStatus]
    reason: Mapped[str | None]
    attempts: Mapped[int]
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    check_in: Mapped[UUID | None]


class DueMessage(Base):
    """A message wants attention at `due_at`; it may have several such rows, and a decided one needs none.

    With `is_over` what it is about is over, as a check-in that was answered: it is not sent any more.
    """

    __tablename__ = "due_message"

    position: Mapped[int] = mapped_column(primary_key=True, server_default=FetchedValue())
    clinic: Mapped[str]
    client: Mapped[UUID]
    message: Mapped[UUID]
    due_at: Mapped[datetime]
    is_over: Mapped[bool] = mapped_column(server_default=FetchedValue())


class Paging(Base):
    """The calls for one red flag, which is its `id`: of which event, how many there were, and whether they go on.

    `turn` is the number of the last call, from 0 on. It goes on until `closed_at`, and pauses from `held_at` on, when a
    person is on it.
    """

    __tablename__ = "paging"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    client: Mapped[UUID]
    event_id: Mapped[UUID]
    correlation_id: Mapped[str]
    turn: Mapped[int]
    begun_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Subscription(Base):
    """What a partner is told, and where."""

    __tablename__ = "subscription"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    partner: Mapped[str]
    url: Mapped[str]
    types: Mapped[list[Any]]
    scope_names: Mapped[list[Any]] = mapped_column("scopes")
    secret = SealedForClinic[str]("subscription.secret")
    status: Mapped[SubscriptionStatus]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    @property
    def scopes(self) -> list[Scope]:
        return [Scope(name) for name in self.scope_names]


class Delivery(Base):
    """One event for one subscription; `position` is its place among all of that subscription and client.

    `event` is the whole CloudEvent: it is stripped to the subscription's scopes when it is sent.
    """

    __tablename__ = "delivery"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(server_default=FetchedValue())
    clinic: Mapped[str]
    subscription: Mapped[UUID]
    client: Mapped[UUID]
    event_id: Mapped[UUID]
    type: Mapped[str]
    sequence: Mapped[int]
    correlation_id: Mapped[str]
    event = Sealed[dict[str, Any]]("delivery.event", owner="client")
    status: Mapped[DeliveryStatus]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    last_reason: Mapped[str | None]
    delivered_at: Mapped[datetime | None]


class DueDelivery(Base):
    """The line of a subscription's deliveries about one client wants attention at `due_at`."""

    __tablename__ = "due_delivery"

    position: Mapped[int] = mapped_column(primary_key=True, server_default=FetchedValue())
    clinic: Mapped[str]
    subscription: Mapped[UUID]
    client: Mapped[UUID]
    due_at: Mapped[datetime]
