"""Who rests is asked and reminded of nothing, and what is over by the time that it would leave is not sent."""

from alembic import op

from shared.store.tenancy import protect

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute(
        """
        create table rest (
          id uuid primary key,
          clinic text not null,
          client uuid not null,
          until timestamptz,
          ended_at timestamptz
        )
        """
    )
    protect(op.execute, "rest")
    op.execute("create index rest_of_client on rest (client)")
    # Messages of before say neither when it was told that they ask, nor which check-in they are about.
    op.execute("alter table message add column asked_at timestamptz, add column check_in uuid")
    # Other workers may still be at work that know nothing of it.
    op.execute("alter table due_message add column is_over boolean not null default false")


def downgrade() -> None:
    """Restore from backup."""
