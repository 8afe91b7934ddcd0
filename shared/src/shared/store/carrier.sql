-- The tables that carry events, timers and the audit through every service's database. Frozen: a change is a new file.
-- A tenant table shows the rows of the clinic that the transaction has set. The carriers also serve the workers, which
-- work for all clinics and set '*'.

create table clinic (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{1,30}$'),
  version integer not null,
  facts jsonb not null,
  changed_at timestamptz not null
);

create table stream_head (
  stream text primary key,
  clinic text not null,
  sequence bigint not null
);

create table outbox (
  position bigint generated always as identity primary key,
  id uuid not null unique,
  clinic text not null,
  stream text not null,
  sequence bigint not null,
  type text not null,
  routing_key text not null,
  body bytea not null,
  occurred_at timestamptz not null,
  bucket smallint not null generated always as (mod(abs(hashtext(stream)::bigint), 16)) stored,
  published_at timestamptz,
  unique (stream, sequence)
);
create index outbox_unpublished on outbox (position) where published_at is null;

create table inbox_stream (
  consumer text not null,
  publisher text not null,
  stream text not null,
  clinic text not null,
  handled bigint not null default 0,
  primary key (consumer, publisher, stream)
);

create table inbox_event (
  position bigint generated always as identity primary key,
  consumer text not null,
  id uuid not null,
  publisher text not null,
  stream text not null,
  sequence bigint not null,
  clinic text not null,
  type text not null,
  body bytea not null,
  state text not null default 'waiting' check (state in ('waiting', 'handled', 'parked', 'skipped', 'discarded')),
  received_at timestamptz not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  handled_at timestamptz,
  error text,
  unique (consumer, id),
  unique (consumer, publisher, stream, sequence)
);
create index inbox_waiting on inbox_event (consumer, position) where state = 'waiting';
create index inbox_parked on inbox_event (consumer, clinic) where state = 'parked';

create table timer (
  id uuid primary key,
  clinic text not null,
  kind text not null,
  key text not null,
  subject uuid not null,
  payload jsonb not null,
  due_at timestamptz not null,
  state text not null default 'set' check (state in ('set', 'fired', 'cancelled', 'parked')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  correlation_id text not null,
  error text,
  unique (clinic, key)
);
create index timer_due on timer (next_attempt_at) where state = 'set';

create table idempotency (
  clinic text not null,
  actor text not null,
  key text not null,
  fingerprint text not null,
  status integer,
  body bytea,
  headers jsonb,
  created_at timestamptz not null,
  primary key (clinic, actor, key)
);

create table audit (
  position bigint generated always as identity primary key,
  clinic text not null,
  at timestamptz not null,
  actor text not null,
  roles text not null,
  action text not null,
  subject text,
  request_id text not null,
  correlation_id text not null
);
create index audit_subject on audit (clinic, subject, position);
