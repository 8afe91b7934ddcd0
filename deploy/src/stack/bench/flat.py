"""Filling the carriers up, so that it shows whether a cost grows with what lies there already."""

from collections.abc import Iterator

from stack.bench.stage import HEARER, SPEAKER, Stage

_WEEKS = 13

# Bodies are short: what counts is how many rows and index entries there are.
_OUTBOX = """
    insert into outbox (id, clinic, stream, sequence, type, routing_key, body, occurred_at, published_at)
    select gen_random_uuid(), 'clinic-' || n % {clinics}, 'old/client/' || n % {streams}, n / {streams} + 1,
      'afterglow.intake.consent.granted.v1', 'old.intake.consent.granted.v1', 'filler', at, at
    from generate_series({first}, {last}) n,
      lateral (select now() - interval '1 day' - (n % {weeks}) * interval '7 days' as at) moment
"""
_HEADS = """
    insert into stream_head (stream, clinic, sequence)
    select 'old/client/' || n, 'clinic-' || n % {clinics}, {each} from generate_series(0, {streams} - 1) n
"""
_LINES = """
    insert into inbox_stream (consumer, publisher, stream, clinic, handled)
    select 'sessions', 'intake', 'old/client/' || n, 'clinic-' || n % {clinics}, {each}
    from generate_series(0, {streams} - 1) n
"""
_STEP = 500_000


def fill(stage: Stage, *, clinics: int, streams: int, outbox: int) -> None:
    """Have so many published events of so many streams lie in the outbox, by weeks; and the inbox's cursors."""
    facts = {"clinics": clinics, "streams": streams, "weeks": _WEEKS, "each": max(1, outbox // streams)}
    stage.do(SPEAKER, *_weeks_before())
    for first in range(0, outbox, _STEP):
        stage.do(SPEAKER, _OUTBOX.format(first=first, last=min(first + _STEP, outbox) - 1, **facts))
    stage.do(SPEAKER, _HEADS.format(**facts), "vacuum analyze outbox", "vacuum analyze stream_head")
    stage.do(HEARER, _LINES.format(**facts), "vacuum analyze inbox_stream")


def _weeks_before() -> Iterator[str]:
    for week in range(1, _WEEKS + 2):
        begins = f"date_trunc('week', now() at time zone 'UTC') - interval '{week} weeks'"
        yield f"""
            do $$ begin execute format(
              'create table if not exists outbox_weeks.%I partition of outbox for values from (%L) to (%L)',
              to_char({begins}, 'IYYY"w"IW'), ({begins}) at time zone 'UTC',
              ({begins} + interval '7 days') at time zone 'UTC');
            end $$
        """
