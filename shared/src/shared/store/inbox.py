"""The inbox as a table: what has arrived, which event of each stream is next, and how far each stream was handled.

A *line* is the events of one publisher about one stream, for one consumer. Its cursor (`inbox_stream.handled`) only
ever moves on by one. Whoever moves it holds the stream's advisory lock, so that one client's events are handled by one
worker at a time, and then locks the cursors themselves in a fixed order, for the moment before commit only: arriving
events wait for that moment, never for a handler.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CursorResult, Row, text
from sqlalchemy.orm import Session

from shared.clock import CLOCKS_DIFFER, milliseconds_of
from shared.events.envelope import Envelope
from shared.store.bodies import seal_body
from shared.store.vault import Keyring

CANDIDATES = 16  # How many due streams are looked at for each that is wanted: see _CLAIM.
_ANY = 2**31 - 1
EACH = 8  # So many events of a line at most are read at a time: that many cost their line and clinic but once.


class Arrival(NamedTuple):
    """A message that was read, with the very bytes that came. One that has a `misfit` is parked, in its place."""

    envelope: Envelope
    body: bytes
    misfit: str | None = None


class Line(NamedTuple):
    """One publisher's events about one stream."""

    publisher: str
    stream: str


# A cursor that is there already is locked instead, as of now: a handler that moves it has committed when we go on.
_OPEN_LINES = text("""
    insert into inbox_stream (consumer, publisher, stream, clinic)
    select distinct :consumer, publisher, stream, clinic
    from unnest(cast(:publishers as text[]), cast(:streams as text[]), cast(:clinics as text[]))
      as arrived (publisher, stream, clinic)
    order by stream, publisher
    on conflict (consumer, stream, publisher) do update set handled = excluded.handled where false
""")

_INSERT = text("""
    insert into inbox_event
      (consumer, id, publisher, stream, sequence, clinic, type, body, state, received_at, next_attempt_at, error)
    select :consumer, id, publisher, stream, sequence, arrived.clinic, type, body,
      case when misfit is not null then 'parked' when sequence = handled + 1 then 'ready' else 'waiting' end,
      :now, :now, misfit
    from unnest(
        cast(:ids as uuid[]), cast(:publishers as text[]), cast(:streams as text[]), cast(:sequences as bigint[]),
        cast(:clinics as text[]), cast(:types as text[]), cast(:bodies as bytea[]), cast(:misfits as text[])
      ) with ordinality as arrived (id, publisher, stream, sequence, clinic, type, body, misfit, place)
    cross join lateral (
      select handled from inbox_stream s
      where s.consumer = :consumer and s.stream = arrived.stream and s.publisher = arrived.publisher limit 1
    ) line
    where sequence > handled
    order by place
    on conflict do nothing
    returning id
""")

# Which of these ids are another event than the one that has, or last had, their place; the rest are duplicates, but for
# those that were made later than what was handled after them: their publisher has lost its memory, and begins anew. A
# database has one consumer: named beside the id, it would make another index look as good as the id's.
_STRANGERS = text("""
    select arrived.id
    from unnest(
        cast(:ids as uuid[]), cast(:publishers as text[]), cast(:streams as text[]), cast(:sequences as bigint[]),
        cast(:made_at as bigint[])
      ) as arrived (id, publisher, stream, sequence, made_at)
    cross join lateral (
      select handled, last_id from inbox_stream s
      where s.consumer = :consumer and s.stream = arrived.stream and s.publisher = arrived.publisher limit 1
    ) line
    left join lateral (
      select id from inbox_event e
      where e.consumer = :consumer and e.stream = arrived.stream and e.publisher = arrived.publisher
        and e.sequence = arrived.sequence limit 1
    ) here on true
    left join lateral (
      select stream, publisher, sequence from inbox_event e where e.id = arrived.id limit 1
    ) elsewhere on true
    where coalesce(here.id, case when arrived.sequence = line.handled then line.last_id end, arrived.id) <> arrived.id
      or (arrived.sequence < line.handled and arrived.made_at - :tolerance > (
        ('x0000' || left(replace(cast(line.last_id as text), '-', ''), 12))::bit(64)::bigint))
      or (elsewhere.stream, elsewhere.publisher, elsewhere.sequence)
        <> (arrived.stream, arrived.publisher, arrived.sequence)
""")

# Of many that are due, those of a few clinics are taken together, the longest waiting clinic first: to turn from one
# clinic to the next costs as much as several events. Other workers hold some of them.
_CLAIM = """
    with due as materialized (
      select stream, clinic, position from inbox_event
      where consumer = %(consumer)s and state = 'ready' and next_attempt_at <= %(now)s and attempts {attempts}
      order by next_attempt_at, position limit %(candidates)s
    ), by_clinic as materialized (
      select stream from due order by min(position) over (partition by clinic), clinic, position
    )
    select stream from by_clinic
    where pg_try_advisory_xact_lock(hashtext(%(consumer)s), hashtext(stream)) limit %(streams)s
"""
_CLAIM_FRESH = _CLAIM.format(attempts="= 0")
_CLAIM_FAILED = _CLAIM.format(attempts="> 0")  # So few have an index of their own.

_CLAIM_ONE = text("select pg_advisory_xact_lock(hashtext(:consumer), hashtext(:stream))")

_TRY_ONE = text("select pg_try_advisory_xact_lock(hashtext(:consumer), hashtext(:stream))")

_CURSOR = text("""
    select handled from inbox_stream where consumer = :consumer and stream = :stream and publisher = :publisher
""")

# Stream by stream as they were claimed, and no further than to `limit`: a stream too many costs its lock alone.
_READ = """
    select e.*, s.handled
    from unnest(%(streams)s::text[]) as claimed (stream)
    cross join lateral (
      select * from inbox_stream where consumer = %(consumer)s and stream = claimed.stream offset 0
    ) s
    cross join lateral (
      select state, next_attempt_at, attempts from inbox_event
      where consumer = s.consumer and stream = s.stream and publisher = s.publisher and sequence = s.handled + 1
      limit 1
    ) next
    cross join lateral (
      select * from inbox_event
      where consumer = s.consumer and stream = s.stream and publisher = s.publisher
        and sequence > s.handled and sequence <= s.handled + %(each)s and state in ('ready', 'waiting')
      order by sequence
    ) e
    where next.state = 'ready' and next.next_attempt_at <= %(now)s and next.attempts <= %(attempts)s
    limit %(limit)s
"""

# Each is there already: written so, it is found by its key and locked in this order. Here as in the look-ups beside, no
# join could be planned for an empty table, as which PostgreSQL often sees this one, and then run on a backlog.
_ADVANCE = """
    insert into inbox_stream (consumer, publisher, stream, clinic, handled, last_id)
    select %(consumer)s, publisher, stream, clinic, handled, id
    from unnest(
        %(publishers)s::text[], %(streams)s::text[], %(clinics)s::text[], %(handled)s::bigint[], %(ids)s::uuid[]
      ) as moved (publisher, stream, clinic, handled, id)
    order by stream, publisher
    on conflict (consumer, stream, publisher) do update set handled = excluded.handled, last_id = excluded.last_id
"""

# After the cursors are locked: what arrived until then is seen here, what arrives later sees where they stand.
_GO_ON = """
    with removed as (delete from inbox_event where position = any(%(removed)s::bigint[]))
    update inbox_event set state = 'ready' where state = 'waiting' and position = any(array(
      select next.position
      from unnest(%(publishers)s::text[], %(streams)s::text[], %(handled)s::bigint[])
        as moved (publisher, stream, handled)
      cross join lateral (
        select position from inbox_event e
        where e.consumer = %(consumer)s and e.stream = moved.stream and e.publisher = moved.publisher
          and e.sequence = moved.handled + 1 limit 1
      ) next
    ))
"""

_HOLD = text("""
    update inbox_event
    set attempts = :attempts, error = :error, next_attempt_at = :next,
      state = case when :parked then 'parked' else state end
    where position = :position and attempts = :attempts - 1 and state in ('ready', 'waiting')
    returning state
""")


def lay_in(
    session: Session, consumer: str, keyring: Keyring, arrivals: Sequence[Arrival], now: datetime
) -> tuple[set[UUID], list[Arrival]]:
    """Keep what is new of these; returns the ids of those, and the arrivals whose place belongs to another event.

    A duplicate, of what waits or of what was handled before, changes nothing. What they say lies sealed until then.
    """
    envelopes = [arrival.envelope for arrival in arrivals]
    values = {
        "consumer": consumer,
        "now": now,
        "ids": [envelope.id for envelope in envelopes],
        "publishers": [envelope.publisher for envelope in envelopes],
        "streams": [envelope.stream for envelope in envelopes],
        "sequences": [envelope.sequence for envelope in envelopes],
        "clinics": [envelope.clinic for envelope in envelopes],
        "types": [envelope.type for envelope in envelopes],
        "bodies": [seal_body(keyring, e.clinic, e.id, body) for e, body, _ in arrivals],
        "misfits": [arrival.misfit for arrival in arrivals],
    }
    session.execute(_OPEN_LINES, values)
    kept = set(session.scalars(_INSERT, values))
    if len(kept) == len(arrivals):
        return kept, []
    values |= {
        "made_at": [milliseconds_of(envelope.id) for envelope in envelopes],
        "tolerance": CLOCKS_DIFFER // timedelta(milliseconds=1),
    }
    strangers = set(session.scalars(_STRANGERS, values))
    return kept, [arrival for arrival in arrivals if arrival.envelope.id in strangers]


def claim(session: Session, consumer: str, now: datetime, *, streams: int, failed_before: bool) -> list[str]:
    """Lock streams that have a due event, until the transaction ends; those that waited longest come first."""
    values = {"consumer": consumer, "now": now, "streams": streams, "candidates": streams * CANDIDATES}
    statement = _CLAIM_FAILED if failed_before else _CLAIM_FRESH
    return list(dict.fromkeys(_execute(session, statement, values).scalars()))


def cursor(session: Session, consumer: str, line: Line) -> int:
    """The last handled sequence of a line."""
    return int(session.execute(_CURSOR, {"consumer": consumer, **line._asdict()}).scalar_one())


def claim_one(session: Session, consumer: str, stream: str) -> None:
    """Lock one stream until the transaction ends, waiting for a worker that has it."""
    session.execute(_CLAIM_ONE, {"consumer": consumer, "stream": stream})


def try_one(session: Session, consumer: str, stream: str) -> bool:
    """Lock one stream until the transaction ends, unless another worker has it; returns whether it did."""
    return bool(session.scalar(_TRY_ONE, {"consumer": consumer, "stream": stream}))


def read_next(
    session: Session, consumer: str, streams: Sequence[str], now: datetime, *, limit: int, failed_before: bool = False
) -> list[Row[Any]]:
    """The events of claimed streams that may be handled now, clinic by clinic, each stream's as they arrived.

    At most `limit`, and a few of each line. None overtakes its predecessor of the same line. A line whose next event is
    not yet due, or parked, has none; nor has one whose next event `failed_before`, unless that is asked for.
    """
    values = {
        "consumer": consumer,
        "streams": list(streams),
        "now": now,
        "attempts": _ANY if failed_before else 0,
        "each": min(EACH, limit),
        "limit": limit,
    }
    rows = sorted(_execute(session, _READ, values), key=lambda row: (row.clinic, row.position))
    cursors: dict[Line, int] = {}
    early: dict[Line, dict[int, Row[Any]]] = {}
    chosen: list[Row[Any]] = []
    for row in rows:
        line = Line(row.publisher, row.stream)
        handled = cursors.setdefault(line, row.handled)
        if row.next_attempt_at > now or (row.attempts > 0 and not failed_before):
            continue
        if row.sequence != handled + 1:
            early.setdefault(line, {})[row.sequence] = row
            continue
        following: Row[Any] | None = row
        while following is not None:
            chosen.append(following)
            cursors[line] += 1
            following = early.get(line, {}).pop(cursors[line] + 1, None)
    return chosen


def advance(session: Session, consumer: str, done: Iterable[Row[Any]], *, remove: Iterable[Row[Any]] = ()) -> int:
    """Move the cursors over these events, given in sequence; returns how many successors that made ready.

    Those to `remove` leave the inbox.
    """
    last: dict[Line, Row[Any]] = {Line(row.publisher, row.stream): row for row in done}
    values = {
        "consumer": consumer,
        "publishers": [line.publisher for line in last],
        "streams": [line.stream for line in last],
        "clinics": [row.clinic for row in last.values()],
        "handled": [row.sequence for row in last.values()],
        "ids": [row.id for row in last.values()],
        "removed": [row.position for row in remove],
    }
    _execute(session, _ADVANCE, values)
    return _execute(session, _GO_ON, values).rowcount


def hold(session: Session, row: Row[Any], error: str, now: datetime, delays: Sequence[timedelta]) -> str | None:
    """Have a failed event tried again later, its successors behind it, or park it; returns its state from now on.

    None where another worker has handled or held it meanwhile: nothing changes then.
    """
    parked = bool(row.attempts >= len(delays))
    values = {
        "position": row.position,
        "attempts": row.attempts + 1,
        "error": error,
        "parked": parked,
        "next": now if parked else now + delays[row.attempts],
    }
    held: str | None = session.scalar(_HOLD, values)
    return held


def _execute(session: Session, statement: str, values: Mapping[str, Any]) -> CursorResult[Any]:
    """Past SQLAlchemy's own language: each batch runs these, however small it is, and its share was a half."""
    return session.connection().exec_driver_sql(statement, dict(values))
