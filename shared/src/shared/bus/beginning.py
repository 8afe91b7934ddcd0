"""Beginning late: a service hears a publisher for the first time, and the first events have left its outbox.

Such a line would wait for ever for its first event. It begins with the oldest that there still is instead.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Row, text

from shared.store import inbox
from shared.store.transaction import Store

_PAGE = 500

_FIRST = text("""
    select stream, min(clinic) as clinic, min(sequence) as first from outbox
    where stream > :after group by stream having min(sequence) > 1 order by stream limit :page
""")
_UNHEARD = text("""
    select stream from unnest(cast(:streams as text[])) as said (stream)
    where not exists (
      select from inbox_stream s
      where s.consumer = :consumer and s.publisher = :publisher and s.stream = said.stream and s.handled > 0
    )
""")
_BEGIN = text("""
    insert into inbox_stream (consumer, publisher, stream, clinic, handled)
    select :consumer, :publisher, stream, clinic, first - 1
    from unnest(cast(:streams as text[]), cast(:clinics as text[]), cast(:firsts as bigint[]))
      as said (stream, clinic, first)
    order by stream
    on conflict (consumer, stream, publisher) do update set handled = excluded.handled
""")
_MAKE_READY = text("""
    update inbox_event e set state = 'ready'
    from unnest(cast(:streams as text[]), cast(:firsts as bigint[])) as said (stream, first)
    where e.consumer = :consumer and e.publisher = :publisher and e.stream = said.stream and e.sequence = said.first
      and e.state = 'waiting'
""")


def begin_late(consumer: Store, publisher: Store, *, dry: bool = False) -> int:
    """Have lines of which nothing was handled begin with the first event in the publisher's outbox.

    Returns how many did, or would. A line that has begun is left as it is, whatever it lacks.
    """
    return sum(_begin(consumer, publisher.service, page, dry) for page in _cut_short(publisher))


def _cut_short(publisher: Store) -> Iterator[Sequence[Row]]:  # type: ignore[type-arg]
    after = ""
    while True:
        with publisher.carrier() as session:
            page = session.execute(_FIRST, {"after": after, "page": _PAGE}).all()
        if not page:
            return
        yield page
        after = page[-1].stream


def _begin(consumer: Store, publisher: str, said: Sequence[Row], dry: bool) -> int:  # type: ignore[type-arg]
    about = {"consumer": consumer.service, "publisher": publisher}
    with consumer.carrier() as session:
        for row in said:
            inbox.claim_one(session, consumer.service, row.stream)
        unheard = set(session.scalars(_UNHEARD, about | {"streams": [row.stream for row in said]}))
        late = [row for row in said if row.stream in unheard]
        if late and not dry:
            values = about | {
                "streams": [row.stream for row in late],
                "clinics": [row.clinic for row in late],
                "firsts": [row.first for row in late],
            }
            session.execute(_BEGIN, values)
            session.execute(_MAKE_READY, values)
    return len(late)
