"""How much waits in a service's tables, and since when; asked for as often as somebody scrapes.

Only the events of the inbox are gone through, to be counted. All else is found along an index, however much waits.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

_SECONDS = 5

_COUNTS = text("""
    select
      count(*) as inbox,
      count(*) filter (where state = 'ready' and attempts = 0) as ready,
      count(*) filter (where state = 'ready' and attempts > 0) as retrying
    from inbox_event where consumer = :consumer and state in ('ready', 'waiting')
""")
_WHOLE = text("set local enable_seqscan = on")
# `oldest` is the event that workers would handle first. What lies before it and waits is behind one that failed or is
# parked, or behind one that has not come. `until` stands apart because row-level security lets nothing but a bare value
# through to an index. A failed timer is tried again within the half hour.
_OTHERS = text("""
    with oldest as materialized (
      select position, next_attempt_at as since from inbox_event
      where consumer = :consumer and state = 'ready' and attempts = 0
      order by next_attempt_at, position limit 1
    ), until as materialized (
      select coalesce((select position from oldest), 9223372036854775807) as position
    ), stuck as materialized (
      select publisher, stream, min(sequence) as first from inbox_event
      where consumer = :consumer and state in ('waiting', 'parked') and position < (select position from until)
      group by publisher, stream
    )
    select
      (select count(*) from outbox where published_at is null) as outbox,
      extract(epoch from now() - (
        select occurred_at from outbox where published_at is null order by position limit 1
      )) as outbox_age,
      extract(epoch from now() - (select since from oldest)) as inbox_age,
      (select count(*) from stuck
        cross join lateral (
          select handled from inbox_stream s
          where s.consumer = :consumer and s.stream = stuck.stream and s.publisher = stuck.publisher limit 1
        ) cursor
        where first > handled + 1 and not exists (
          select from inbox_event e
          where e.consumer = :consumer and e.stream = stuck.stream and e.publisher = stuck.publisher
            and e.sequence = handled + 1
        )) as gaps,
      (select count(*) from timer where state = 'parked') as timers_parked,
      (select count(*) from timer where state = 'set' and next_attempt_at <= now()) as timers_due,
      (select count(*) from timer
        where state = 'set' and attempts > 0 and next_attempt_at <= now() + interval '1 hour') as timers_retrying
""")
_PARKED = text("""
    select clinic, count(*) as events from inbox_event where consumer = :consumer and state = 'parked'
    group by clinic order by clinic
""")


class Depths(NamedTuple):
    """Counts by name, ages in seconds; and the parked events by clinic."""

    figures: Mapping[str, float]
    parked: Mapping[str, int]


def read_depths(session: Session, consumer: str) -> Depths:
    """Count what waits; gives up after five seconds, because whoever asks has given up by then."""
    session.execute(text(f"set local statement_timeout = '{_SECONDS}s'"))
    values = {"consumer": consumer}
    row: dict[str, Any] = dict(session.execute(_OTHERS, values).mappings().one())
    parked = {found.clinic: found.events for found in session.execute(_PARKED, values)}
    session.execute(_WHOLE)  # To count all of it is quicker than along an index.
    row |= session.execute(_COUNTS, values).mappings().one()
    # An age that there is not, or that another machine's clock puts ahead, is none.
    figures = {name: max(0.0, float(value or 0)) for name, value in row.items()}
    return Depths(figures, parked)
