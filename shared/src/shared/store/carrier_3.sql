-- What failed and is tried again is looked for several times a second, also beside a long backlog. Frozen: a change is a
-- new file.
create index inbox_failed on inbox_event (consumer, next_attempt_at, position) where state = 'ready' and attempts > 0;
