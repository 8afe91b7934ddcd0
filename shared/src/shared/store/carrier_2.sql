-- The carriers at scale. Frozen: a change is a new file. A statement ends with a semicolon before an empty line.
--
-- The outbox is kept by weeks, so that old ones are dropped whole and never deleted row by row. The weeks live in a
-- schema of their own that the application cannot look into: it reaches them through the outbox and its policy alone.
-- What has been handled leaves the inbox; the cursor of its stream remembers it.

select set_config('afterglow.clinic', '*', true);

create schema outbox_weeks;

alter table outbox rename to outbox_before;

alter index outbox_pkey rename to outbox_before_pkey;

drop index outbox_unpublished;

create sequence outbox_position;

create table outbox (
  position bigint not null default nextval('outbox_position'),
  id uuid not null,
  clinic text not null,
  stream text not null,
  sequence bigint not null,
  type text not null,
  routing_key text not null,
  body bytea not null,
  occurred_at timestamptz not null,
  bucket smallint not null generated always as (mod(abs(hashtext(stream)::bigint), 16)) stored,
  published_at timestamptz,
  primary key (occurred_at, position)
) partition by range (occurred_at);

create index outbox_stream on outbox (stream, sequence);

create index outbox_unpublished on outbox (position) where published_at is null;

create table outbox_weeks.other partition of outbox default;

-- Make this week and those to come, and drop the weeks that ended before the first moment to keep and were published
-- whole. Rows that came while their week was missing move into it. Returns the names of the weeks that it dropped.
create function keep_outbox_weeks(ahead integer, keep_from timestamptz) returns setof text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  begins timestamptz;
  ends timestamptz;
  week text;
  waits boolean;
begin
  perform pg_advisory_xact_lock(7302);
  for i in 0 .. ahead loop
    begins := (date_trunc('week', now() at time zone 'UTC') + make_interval(weeks => i)) at time zone 'UTC';
    ends := begins + interval '7 days';
    week := to_char(begins at time zone 'UTC', 'IYYY"w"IW');
    if to_regclass('outbox_weeks.' || quote_ident(week)) is null then
      execute format('create table outbox_weeks.%I (like outbox including defaults including generated)', week);
      execute format(
        'with moved as (delete from outbox_weeks.other where occurred_at >= %2$L and occurred_at < %3$L returning *)
        insert into outbox_weeks.%1$I
          (position, id, clinic, stream, sequence, type, routing_key, body, occurred_at, published_at)
        select position, id, clinic, stream, sequence, type, routing_key, body, occurred_at, published_at from moved',
        week, begins, ends);
      execute format('alter table outbox attach partition outbox_weeks.%I for values from (%L) to (%L)', week, begins, ends);
    end if;
  end loop;
  for week in
    select relname from pg_class
    where relnamespace = 'outbox_weeks'::regnamespace and relkind = 'r' and relname ~ '^[0-9]{4}w[0-9]{2}$'
    order by relname
  loop
    ends := to_date(week, 'IYYY"w"IW')::timestamp at time zone 'UTC' + interval '7 days';
    if ends <= keep_from then
      execute format('select exists (select from outbox_weeks.%I where published_at is null)', week) into waits;
      if not waits then
        execute format('alter table outbox detach partition outbox_weeks.%I', week);
        execute format('drop table outbox_weeks.%I', week);
        return next week;
      end if;
    end if;
  end loop;
  delete from outbox_weeks.other where occurred_at < keep_from and published_at is not null;
end $$;

revoke all on function keep_outbox_weeks(integer, timestamptz) from public;

insert into outbox (position, id, clinic, stream, sequence, type, routing_key, body, occurred_at, published_at)
  select position, id, clinic, stream, sequence, type, routing_key, body, occurred_at, published_at from outbox_before;

select setval('outbox_position', coalesce((select max(position) from outbox_before), 0) + 1, false);

drop table outbox_before;

select keep_outbox_weeks(4, '-infinity');

-- An event is `waiting` behind its predecessor, `ready` when it is the next of its stream (due at `next_attempt_at`), or
-- `parked` until a person decides: `skipped` keeps it on record, `discarded` keeps no more than that it was there.
delete from inbox_event where state = 'handled';

drop index inbox_waiting;

alter table inbox_event
  drop constraint inbox_event_state_check,
  drop constraint inbox_event_consumer_publisher_stream_sequence_key,
  drop column handled_at,
  add column decided_at timestamptz,
  add column decided_by text,
  add column reason text;

alter table inbox_stream drop constraint inbox_stream_pkey, add primary key (consumer, stream, publisher);

-- The last handled event's id tells a duplicate of it from another event that claims its place.
alter table inbox_stream add column last_id uuid, set (fillfactor = 80);

update inbox_event e set state = 'ready' from inbox_stream s
  where (s.consumer, s.stream, s.publisher) = (e.consumer, e.stream, e.publisher)
    and e.state = 'waiting' and e.sequence = s.handled + 1;

alter table inbox_event
  add check (state in ('waiting', 'ready', 'parked', 'skipped', 'discarded')),
  add unique (consumer, stream, publisher, sequence),
  set (fillfactor = 80);

create index inbox_ready on inbox_event (consumer, next_attempt_at, position) where state = 'ready';
