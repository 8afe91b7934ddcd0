"""Who rests is told to the others from now on; whoever rests already is told of as well."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from alembic import op
from sqlalchemy import text

from shared.store.tenancy import unbound

revision = "0013"
down_revision = "0012"

_ALL_ARE_NEW = timedelta(hours=1)
"""By then no worker of the release before runs, which would not know what this timer is."""

# They have no choice to come that would tell of it.
_TELL = text("""
    insert into timer
      (id, clinic, kind, key, subject, payload, due_at, next_attempt_at, state, attempts, correlation_id)
    values
      (:id, :clinic, 'rest_of_before', 'rest/' || :rest, :client, jsonb_build_object('rest', cast(:rest as text)),
       :at, :at, 'set', 0, cast(:id as text))
""")


def upgrade() -> None:
    connection, now = op.get_bind(), datetime.now(UTC)
    with unbound(op.execute, "rest", "timer"):
        standing = text(
            "select id, clinic, client_id from rest where ended_at is null and coalesce(until, 'infinity') > :at"
        )
        for rest in connection.execute(standing, {"at": now}).all():
            about = {"clinic": rest.clinic, "rest": str(rest.id), "client": rest.client_id}
            connection.execute(_TELL, {"id": uuid4(), "at": now + _ALL_ARE_NEW, **about})


def downgrade() -> None:
    """Restore from backup."""
