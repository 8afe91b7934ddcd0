-- What failed. Frozen: a change is a new file.
--
-- Events that are tried again are looked for several times a second, also beside a long backlog.
create index inbox_failed on inbox_event (consumer, next_attempt_at, position) where state = 'ready' and attempts > 0;
-- A database has one consumer. While the table is small, any index with that column looks as good as the one whose other
-- columns are asked for, too, and would be kept in a prepared plan when the table has grown.
alter table inbox_event drop constraint inbox_event_consumer_id_key, add unique (id);
-- Parked timers are counted at each scrape; a person decides on them as on events.
create index timer_parked on timer (clinic) where state = 'parked';
alter table timer add column decided_at timestamptz, add column decided_by text, add column reason text;
