"""Who is signed in: out of the application's reach, but for a few functions. And the links that clients ask for."""

from alembic import op

from shared.store.tenancy import protect

revision = "0006"
down_revision = "0005"

# A sign-in spans clinics, so no clinic's rows can hold it. The application's role may not touch the table; who has the
# secret of a sign-in, whose hash is the key here, reaches that one row through the functions, and nobody can list any.
_TABLE = """
    create table sign_in (
      key bytea primary key check (length(key) = 32),
      subject text not null,
      name bytea not null,
      grants jsonb not null,
      client_id uuid,
      clinic text not null,
      begun_at timestamptz not null,
      seen_at timestamptz not null,
      until timestamptz not null,
      idle interval not null
    );
    create index sign_in_subject on sign_in (subject);
    create index sign_in_until on sign_in (until);
    alter table sign_in enable row level security;
    """

_FUNCTIONS = {
    # Whatever has ended goes on this occasion; so the table is as long as there are people.
    "sign_in_begin(key bytea, subject text, name bytea, grants jsonb, client_id uuid, clinic text, at timestamptz,"
    " until timestamptz, idle interval)": (
        "void",
        """
        delete from public.sign_in s where s.until <= at or s.seen_at + s.idle <= at;
        insert into public.sign_in values (key, subject, name, grants, client_id, clinic, at, at, until, idle);
        """,
    ),
    "sign_in_touch(sought bytea, at timestamptz)": (
        "setof public.sign_in",
        """
        update public.sign_in s set seen_at = greatest(s.seen_at, at)
        where s.key = sought and at < s.until and at < s.seen_at + s.idle
        returning s.*;
        """,
    ),
    "sign_in_move(sought bytea, at_clinic text)": (
        "void",
        "update public.sign_in s set clinic = at_clinic where s.key = sought and s.grants ? at_clinic;",
    ),
    "sign_in_end(sought bytea)": ("void", "delete from public.sign_in s where s.key = sought;"),
    "sign_in_end_all(of_subject text)": (
        "bigint",
        """
        with ended as (delete from public.sign_in s where s.subject = of_subject returning 1)
        select count(*) from ended;
        """,
    ),
}


_LINK = """
    create table sign_in_link (
      id uuid primary key,
      clinic text not null,
      client_id uuid,
      sealed_address bytea,
      address_index bytea not null,
      origin_index bytea not null,
      asked_at timestamptz not null,
      valid_until timestamptz not null,
      used_at timestamptz,
      foreign key (clinic, client_id) references client (clinic, id)
    );
    create index sign_in_link_address on sign_in_link (clinic, address_index, asked_at);
    create index sign_in_link_origin on sign_in_link (clinic, origin_index, asked_at);
    create index sign_in_link_asked on sign_in_link (clinic, asked_at);
    create index sign_in_link_client on sign_in_link (clinic, client_id);
    """


def upgrade() -> None:
    _lay_sign_ins()
    for statement in _LINK.split(";\n"):
        if statement.strip():
            op.execute(statement)
    protect(op.execute, "sign_in_link")


def _lay_sign_ins() -> None:
    for statement in _TABLE.split(";\n"):
        if statement.strip():
            op.execute(statement)
    _for_application("revoke all on sign_in from %I")
    for signature, (returns, body) in _FUNCTIONS.items():
        name = signature.partition("(")[0]
        op.execute(
            f"create function {signature} returns {returns} language sql security definer"
            f" set search_path = pg_catalog, pg_temp as $${body}$$"
        )
        op.execute(f"revoke all on function {name} from public")
        _for_application(f"grant execute on function {name} to %I")


def _for_application(statement: str) -> None:
    role = "replace(current_user, '_owner', '_app')"
    op.execute(f"do $$ begin execute format('{statement}', {role}); end $$")


def downgrade() -> None:
    """Restore from backup."""
