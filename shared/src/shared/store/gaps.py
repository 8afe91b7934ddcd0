"""Lines that wait for an event that has not come: nothing of them can be handled until a replay brings it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

# A line whose next event is here has it in the state `ready` or `parked`; all that is before the first event here and
# behind the cursor is missing. The whole inbox is read, for a person: a backlog of a million takes seconds.
_GAPS = text("""
    with line as materialized (
      select stream, publisher, min(clinic) as clinic, min(sequence) as first, count(*) as behind,
        min(received_at) as since
      from inbox_event
      where consumer = :consumer and state in ('ready', 'waiting', 'parked')
        and (cast(:clinic as text) is null or clinic = :clinic)
      group by stream, publisher having bool_and(state <> 'ready')
    )
    select clinic, publisher, stream, handled + 1 as missing_from, first - 1 as missing_to, behind, since
    from line cross join lateral (
      select handled from inbox_stream s
      where s.consumer = :consumer and s.stream = line.stream and s.publisher = line.publisher limit 1
    ) cursor
    where first > handled + 1
    order by since, stream, publisher limit :limit
""")


def gaps(session: Session, consumer: str, *, clinic: str | None = None, limit: int = 100) -> Sequence[Row[Any]]:
    """Lines that wait for a missing event, the longest waiting first.

    The events from `missing_from` to `missing_to` have not come; `behind` counts those that wait for them, the oldest
    `since` when.
    """
    return session.execute(_GAPS, {"consumer": consumer, "clinic": clinic, "limit": limit}).all()


_SAID = text("""
    select wanted.stream, wanted.sequence, occurred_at
    from unnest(cast(:streams as text[]), cast(:sequences as bigint[])) as wanted (stream, sequence)
    cross join lateral (
      select occurred_at from outbox o where o.stream = wanted.stream and o.sequence = wanted.sequence limit 1
    ) said
""")


def said_at(session: Session, missing: Sequence[Row[Any]]) -> dict[tuple[str, int], datetime]:
    """When the first missing event of each gap was said, by stream and place, where the publisher's outbox knows it."""
    values = {"streams": [gap.stream for gap in missing], "sequences": [gap.missing_from for gap in missing]}
    return {(row.stream, row.sequence): row.occurred_at for row in session.execute(_SAID, values)}
