-- Keys, caseloads, and an audit that can be proven. Frozen: a change is a new file. A statement ends with a semicolon
-- before an empty line.
--
-- A clinic's key is wrapped by a master key that no database holds; it wraps the data keys of its clients, and seals what
-- belongs to the clinic as a whole. What `prove`s, an index or the audit, is keyed for good; what `seal`s is replaced.
create table clinic_key (
  id uuid primary key,
  clinic text not null,
  purpose text not null check (purpose in ('seal', 'prove')),
  master text not null,
  wrapped bytea not null,
  made_at timestamptz not null,
  replaced_at timestamptz
);

create unique index clinic_key_current on clinic_key (clinic, purpose) where replaced_at is null;

create table data_key (
  id uuid primary key,
  clinic text not null,
  subject uuid not null,
  clinic_key uuid not null references clinic_key,
  wrapped bytea not null,
  made_at timestamptz not null,
  replaced_at timestamptz
);

create unique index data_key_current on data_key (clinic, subject) where replaced_at is null;

create index data_key_of on data_key (subject);

create index data_key_wrapped_by on data_key (clinic_key);

-- An event's body is what any subscriber's operator may see of it; what it says is sealed beside it.
alter table outbox add column sealed bytea;

-- As before, and what is sealed moves with its row.
create or replace function keep_outbox_weeks(ahead integer, keep_from timestamptz) returns setof text
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
          (position, id, clinic, stream, sequence, type, routing_key, body, sealed, occurred_at, published_at)
        select position, id, clinic, stream, sequence, type, routing_key, body, sealed, occurred_at, published_at from moved',
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

-- Whose clients are whose, and who has opened a record that is not theirs, for how long; as intake tells it.
create table caseload (
  client_id uuid not null,
  staff text not null,
  clinic text not null,
  joined_at timestamptz not null,
  primary key (client_id, staff)
);

create index caseload_of_staff on caseload (clinic, staff);

create table glass (
  id uuid primary key,
  clinic text not null,
  client_id uuid not null,
  staff text not null,
  broken_at timestamptz not null,
  closes_at timestamptz not null
);

create index glass_of_client on glass (client_id, staff, closes_at);

-- Who has been erased: what comes late about them is passed over, and no replay brings them back.
create table erased (
  subject uuid primary key,
  clinic text not null,
  erased_at timestamptz not null
);

-- Answers that were stored for a repeated request are forgotten with the clients whom they are about.
alter table idempotency add column clients uuid[] not null default '{}';

create index idempotency_of_client on idempotency using gin (clients);

create index idempotency_old on idempotency (created_at);

alter table audit
  add column clients uuid[] not null default '{}',
  add column grounds text,
  add column came_from text,
  add column detail jsonb,
  add column mark bytea,
  add column outcome text not null default 'done' check (outcome in ('done', 'shown', 'refused', 'denied'));

create index audit_of_client on audit using gin (clients);

create index audit_of_time on audit (clinic, at);

-- Lines are chained a moment after they are written: chained in their own transaction, those of a clinic would wait for
-- each other's commit. What is not chained yet is noted here by the database itself.
create table audit_unchained (
  position bigint primary key,
  clinic text not null
);

create table audit_chain (
  clinic text not null,
  number bigint not null,
  position bigint not null unique,
  proof bytea not null,
  chained_at timestamptz not null,
  primary key (clinic, number)
);

create function note_unchained() returns trigger language plpgsql as $$
begin
  insert into audit_unchained (position, clinic) values (new.position, new.clinic);
  return null;
end $$;

create trigger audit_is_chained after insert on audit for each row execute function note_unchained();

select set_config('afterglow.clinic', '*', true);

-- The lines from before there was a chain are its first.
alter table audit no force row level security;

insert into audit_unchained (position, clinic) select position, clinic from audit;

alter table audit force row level security;
