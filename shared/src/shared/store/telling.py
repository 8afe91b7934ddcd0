"""What a deed leaves behind beside its rows: its audit line, and its events with their place in their streams."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from shared.errors import Refused
from shared.events.envelope import MAX_BYTES, Envelope
from shared.store import bodies, lines
from shared.store.vault import Keyring

_SEQUENCE_DIGITS = 18

# The head of a stream is locked here and held until commit, so that commit order is sequence order.
_TELL = """
    head as (
      insert into stream_head (stream, clinic, sequence) values (%(stream)s, %(clinic)s, 1)
      on conflict (stream) do update set sequence = stream_head.sequence + 1
      returning sequence
    )
    insert into outbox (id, clinic, stream, sequence, type, routing_key, body, sealed, occurred_at)
    select %(id)s, %(clinic)s, %(stream)s, sequence, %(type)s, %(routing_key)s,
      %(before)s || convert_to(sequence::text, 'UTF8') || %(after)s, %(sealed)s, %(now)s
    from head
"""


def tell(
    connection: Connection, keyring: Keyring, told: Sequence[Envelope], audited: Mapping[str, Any] | None = None
) -> None:
    """Give events the next places in their streams and lay them in the outbox; with the deed's audit line, if given.

    What they say is sealed there, until the relay or an operator opens it.

    To be called once in a transaction: the streams are gone through in one order everywhere, so that no two wait for
    each other. Raises Refused where an event is larger than its readers would take.
    """
    # All of this is past SQLAlchemy's own language: every command runs it, and its share of their cost was a third.
    values = [_columns(envelope, keyring) for envelope in sorted(told, key=lambda envelope: envelope.stream)]
    if audited is not None:
        if not values:
            lines.write(connection, keyring, audited)
            return
        # One statement for both costs a third less than two.
        line = lines.marked(keyring, audited)
        connection.exec_driver_sql(f"with audited as ({lines.WRITE}), {_TELL}", {**line, **values.pop(0)})
    if values:
        connection.exec_driver_sql(f"with {_TELL}", values)


def _columns(envelope: Envelope, keyring: Keyring) -> dict[str, Any]:
    """An event's columns. Its body has a gap where PostgreSQL will write the sequence."""
    before, after, data = envelope.halves_around_sequence()
    if len(before) + len(after) + len(data) > MAX_BYTES - _SEQUENCE_DIGITS:
        raise Refused("event_too_large", "This says more than one event can carry: 1 MiB. Say it in smaller parts.")
    return {
        "id": envelope.id,
        "clinic": envelope.clinic,
        "stream": envelope.stream,
        "type": envelope.type,
        "routing_key": envelope.routing_key,
        "before": before,
        "after": after,
        "sealed": bodies.seal_data(keyring, envelope.clinic, envelope.id, before + after, data),
        "now": envelope.time,
    }
