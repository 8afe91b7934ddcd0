"""The carrier tables as SQLAlchemy sees them, and the column types of every service's own rows."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    FetchedValue,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

_Instant = DateTime(timezone=True)


ROW_TYPES: dict[Any, Any] = {
    datetime: _Instant,
    str: Text(),
    dict[str, Any]: JSONB(none_as_null=True),
    list[Any]: JSONB(none_as_null=True),
    Decimal: Numeric(),
    Enum: SqlEnum(
        Enum,
        native_enum=False,
        create_constraint=False,
        length=60,
        values_callable=lambda kind: [member.value for member in kind],
    ),
}
"""How Python types become columns. Each service has a base of its own with it:
`class Base(DeclarativeBase): type_annotation_map = ROW_TYPES`.
"""

_carrier = MetaData()

clinic = Table(
    "clinic",
    _carrier,
    Column("id", Text, primary_key=True),
    Column("version", Integer),
    Column("facts", JSONB),
    Column("changed_at", _Instant),
)

stream_head = Table(
    "stream_head",
    _carrier,
    Column("stream", Text, primary_key=True),
    Column("clinic", Text),
    Column("sequence", BigInteger),
)

outbox = Table(
    "outbox",
    _carrier,
    Column("position", BigInteger, server_default=FetchedValue(), primary_key=True),
    Column("id", Uuid[UUID]),
    Column("clinic", Text),
    Column("stream", Text),
    Column("sequence", BigInteger),
    Column("type", Text),
    Column("routing_key", Text),
    Column("body", LargeBinary),
    Column("occurred_at", _Instant),
    Column("sealed", LargeBinary),
    Column("bucket", SmallInteger, server_default=FetchedValue()),
    Column("published_at", _Instant),
)

inbox_stream = Table(
    "inbox_stream",
    _carrier,
    Column("consumer", Text, primary_key=True),
    Column("publisher", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("clinic", Text),
    Column("handled", BigInteger),
    Column("last_id", Uuid[UUID]),
)

inbox_event = Table(
    "inbox_event",
    _carrier,
    Column("position", BigInteger, server_default=FetchedValue(), primary_key=True),
    Column("consumer", Text),
    Column("id", Uuid[UUID]),
    Column("publisher", Text),
    Column("stream", Text),
    Column("sequence", BigInteger),
    Column("clinic", Text),
    Column("type", Text),
    Column("body", LargeBinary),
    Column("state", Text, server_default="waiting"),
    Column("received_at", _Instant),
    Column("attempts", Integer, server_default="0"),
    Column("next_attempt_at", _Instant),
    Column("error", Text),
    Column("decided_at", _Instant),
    Column("decided_by", Text),
    Column("reason", Text),
)

timer = Table(
    "timer",
    _carrier,
    Column("id", Uuid[UUID], primary_key=True),
    Column("clinic", Text),
    Column("kind", Text),
    Column("key", Text),
    Column("subject", Uuid[UUID]),
    Column("payload", JSONB),
    Column("due_at", _Instant),
    Column("state", Text, server_default="set"),
    Column("attempts", Integer, server_default="0"),
    Column("next_attempt_at", _Instant),
    Column("correlation_id", Text),
    Column("error", Text),
    Column("decided_at", _Instant),
    Column("decided_by", Text),
    Column("reason", Text),
)

idempotency = Table(
    "idempotency",
    _carrier,
    Column("clinic", Text, primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text),
    Column("status", Integer),
    Column("body", LargeBinary),
    Column("headers", JSONB),
    Column("created_at", _Instant),
    Column("clients", ARRAY(Uuid[UUID]())),
)

caseload = Table(
    "caseload",
    _carrier,
    Column("client_id", Uuid[UUID], primary_key=True),
    Column("staff", Text, primary_key=True),
    Column("clinic", Text),
    Column("joined_at", _Instant),
)

glass = Table(
    "glass",
    _carrier,
    Column("id", Uuid[UUID], primary_key=True),
    Column("clinic", Text),
    Column("client_id", Uuid[UUID]),
    Column("staff", Text),
    Column("broken_at", _Instant),
    Column("closes_at", _Instant),
)

erased = Table(
    "erased",
    _carrier,
    Column("subject", Uuid[UUID], primary_key=True),
    Column("clinic", Text),
    Column("erased_at", _Instant),
)

audit = Table(
    "audit",
    _carrier,
    Column("position", BigInteger, server_default=FetchedValue(), primary_key=True),
    Column("clinic", Text),
    Column("at", _Instant),
    Column("actor", Text),
    Column("roles", Text),
    Column("action", Text),
    Column("subject", Text),
    Column("request_id", Text),
    Column("correlation_id", Text),
    Column("clients", ARRAY(Uuid[UUID]())),
    Column("grounds", Text),
    Column("came_from", Text),
    Column("detail", JSONB),
    Column("outcome", Text),
)
