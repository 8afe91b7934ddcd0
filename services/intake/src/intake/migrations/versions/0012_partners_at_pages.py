"""For which partner somebody works who is signed in, as their provider has said it."""

from alembic import op

from shared.store.tenancy import for_application_only

revision = "0012"
down_revision = "0011"

_BEGIN = (
    "sign_in_begin(key bytea, subject text, name bytea, grants jsonb, client_id uuid, clinic text, at timestamptz,"
    " until timestamptz, idle interval, session text, hint bytea, whence bytea, language text, partner text)"
)


def upgrade() -> None:
    op.execute("alter table sign_in add column partner text")
    op.execute("drop function sign_in_begin")
    # Whatever has ended goes on this occasion; so the table is as long as there are people.
    begin = f"""
        create function {_BEGIN} returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
        delete from public.sign_in s where s.until <= at or s.seen_at + s.idle <= at;
        insert into public.sign_in values
        (key, subject, name, grants, client_id, clinic, at, at, until, idle, session, hint, whence, language, partner);
        $$
        """  # nosec B608 # the signature is ours.
    op.execute(begin)
    for_application_only(op.execute, "sign_in_begin")


def downgrade() -> None:
    """Restore from backup."""
