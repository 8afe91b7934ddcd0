"""Completed visits of every kind, for the journey; and what a score was made of, so that it can be explained later.

Rows from before keep unknown answers; a visit that was completed before shows in the journey by its window alone.
"""

from alembic import op

from shared.store.tenancy import protect

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        """
        create table completed_visit (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          kind text not null,
          completed_at timestamptz not null
        )
        """
    )
    protect(op.execute, "completed_visit")
    op.execute("create index completed_visit_of_client on completed_visit (clinic, client_id)")
    op.execute("alter table reading add column answers jsonb, add column instrument_hash text")


def downgrade() -> None:
    """Restore from backup."""
