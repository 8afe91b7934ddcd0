"""Visits that are booked, so that a client can be told what comes next and what to do before it.

It is empty at first: rebuild the projection `clients`, and it has what sessions told before.
"""

from alembic import op

from shared.store.tenancy import protect

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(
        """
        create table booked_visit (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          kind text not null,
          starts_at timestamptz not null,
          ends_at timestamptz not null,
          cancelled boolean not null
        )
        """
    )
    protect(op.execute, "booked_visit")
    op.execute("create index booked_visit_of_client on booked_visit (clinic, client_id)")
    op.execute("create index booked_visit_by_time on booked_visit (clinic, ends_at)")


def downgrade() -> None:
    """Restore from backup."""
