"""Filling the carriers up, so that it shows whether a cost grows with what lies there already."""

import itertools
import random
from collections.abc import Iterator

from stack.toys.stage import HEARER, SPEAKER, Stage

_WEEKS = 13

# The streams that `make_events` would continue.
_STREAM = "'clinic-' || n % {clinics} || '/client/01936d3e-5f00-7000-8000-' || lpad(to_hex(n % {streams}), 12, '0')"
# Bodies are short: what counts is how many rows and index entries there are.
_OUTBOX = """
    insert into outbox (id, clinic, stream, sequence, type, routing_key, body, occurred_at, published_at)
    select gen_random_uuid(), 'clinic-' || n % {clinics}, {stream}, n / {streams} + 1,
      'afterglow.intake.consent.granted.v1', 'old.intake.consent.granted.v1', 'filler', at, at
    from generate_series({first}, {last}) n,
      lateral (select now() - interval '1 day' - (n % {weeks}) * interval '7 days' as at) moment
"""
_HEADS = """
    insert into stream_head (stream, clinic, sequence)
    select {stream}, 'clinic-' || n % {clinics}, {each} from generate_series(0, {streams} - 1) n
"""
_LINES = """
    insert into inbox_stream (consumer, publisher, stream, clinic, handled)
    select 'sessions', 'intake', {stream}, 'clinic-' || n % {clinics}, {each}
    from generate_series(0, {streams} - 1) n
"""
_STEP = 500_000


def fill(stage: Stage, *, clinics: int, streams: int, outbox: int) -> None:
    """Have so many published events of so many streams lie in the outbox, by weeks; and the inbox's cursors.

    The streams, which are a multiple of the clinics, can be continued. Nothing of this is left to be written later.
    """
    if streams % clinics or outbox % streams:
        raise ValueError("each clinic has as many streams as the others, and each stream as many events")
    stream = _STREAM.format(clinics=clinics, streams=streams)
    facts = {"clinics": clinics, "streams": streams, "stream": stream, "weeks": _WEEKS, "each": outbox // streams}
    stage.do(SPEAKER, *_weeks_before())
    for first in range(0, outbox, _STEP):
        stage.do(SPEAKER, _OUTBOX.format(first=first, last=min(first + _STEP, outbox) - 1, **facts))
    stage.do(SPEAKER, _HEADS.format(**facts), "vacuum analyze outbox", "vacuum analyze stream_head")
    stage.do(HEARER, _LINES.format(**facts), "vacuum analyze inbox_stream")
    stage.do(SPEAKER, "checkpoint")
    stage.said.update(dict.fromkeys(range(streams), outbox // streams))


def moving(count: int, *, old: int, clinics: int, busy: int) -> list[int]:
    """So many streams of the first `busy` of all clinics: up to half are old ones from anywhere, the others new.

    They come in turn, so that whatever part of them is taken has as much of both.
    """
    known = [stream for stream in range(old) if stream % clinics < busy]
    # Drawn, not counted off: a step that shares a factor with the clinics would leave most of them out.
    continued = random.Random(1).sample(known, min(len(known), count // 2))  # nosec B311 # chance, not secrecy.
    fresh = (stream for stream in itertools.count(-(-old // clinics) * clinics) if stream % clinics < busy)
    begun = list(itertools.islice(fresh, count - len(continued)))
    return [stream for pair in itertools.zip_longest(continued, begun) for stream in pair if stream is not None]


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
