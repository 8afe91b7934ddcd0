"""Where a sign-in began and what its provider calls it, so that it can be ended from elsewhere; what is limited."""

from alembic import op

from shared.store.tenancy import for_application_only, protect

revision = "0010"
down_revision = "0009"

_SIGN_IN = """
    alter table sign_in add column session text, add column hint bytea, add column whence bytea;
    create index sign_in_session on sign_in (session) where session is not null;
    create table sign_out_heard (token bytea primary key check (length(token) = 32), until timestamptz not null);
    alter table sign_out_heard enable row level security;
    drop function sign_in_begin;
    """

_FUNCTIONS = {
    # Whatever has ended goes on this occasion; so the table is as long as there are people.
    "sign_in_begin(key bytea, subject text, name bytea, grants jsonb, client_id uuid, clinic text, at timestamptz,"
    " until timestamptz, idle interval, session text, hint bytea, whence bytea)": (
        "void",
        """
        delete from public.sign_in s where s.until <= at or s.seen_at + s.idle <= at;
        insert into public.sign_in
        values (key, subject, name, grants, client_id, clinic, at, at, until, idle, session, hint, whence);
        """,
    ),
    # Whoever has the secret of one sign-in sees that person's others, and no one else's.
    "sign_ins_beside(sought bytea, at timestamptz)": (
        "setof public.sign_in",
        """
        select s.* from public.sign_in s join public.sign_in mine on mine.subject = s.subject
        where mine.key = sought and at < s.until and at < s.seen_at + s.idle
          and at < mine.until and at < mine.seen_at + mine.idle
        order by s.begun_at desc;
        """,
    ),
    # The provider says that somebody went. Each of its tokens is heard once: a second time it would end what the person
    # has begun since. A sign-in whose session nobody knows goes with the person.
    "sign_in_ended_elsewhere(heard bytea, until timestamptz, at timestamptz, of_subject text, of_session text)": (
        "setof public.sign_in",
        """
        delete from public.sign_out_heard h where h.until <= at;
        with fresh as (
          insert into public.sign_out_heard values (heard, until) on conflict do nothing returning token
        )
        delete from public.sign_in s using fresh
        where s.session = of_session and s.subject = coalesce(of_subject, s.subject)
          or s.subject = of_subject and (of_session is null or s.session is null)
        returning s.*;
        """,
    ),
}

# What is limited is counted by itself, and no longer by what happened to be written beside it.
_ATTEMPT = """
    create table attempt (
      id uuid primary key,
      clinic text not null,
      kind text not null,
      whose_index bytea not null,
      at timestamptz not null
    );
    create index attempt_of_whom on attempt (clinic, kind, whose_index, at);
    create index attempt_at on attempt (clinic, at);
    alter table sign_in_link drop column address_index, drop column origin_index;
    """


def upgrade() -> None:
    for statement in (_SIGN_IN + _ATTEMPT).split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(
        "do $$ begin execute format("
        "'revoke all on sign_out_heard from %I', replace(current_user, '_owner', '_app')); end $$"
    )
    for signature, (returns, body) in _FUNCTIONS.items():
        op.execute(
            f"create function {signature} returns {returns} language sql security definer"
            f" set search_path = pg_catalog, pg_temp as $${body}$$"
        )
        for_application_only(op.execute, signature.partition("(")[0])
    protect(op.execute, "attempt")


def downgrade() -> None:
    """Restore from backup."""
