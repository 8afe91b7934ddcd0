"""One link for whoever takes the client home."""

from alembic import op

from shared.store.tenancy import protect

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(
        """
        create table escort_link (
          visit_id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          key bytea not null unique check (length(key) = 32),
          made_at timestamptz not null,
          made_by text not null,
          answer boolean,
          answered_at timestamptz,
          foreign key (clinic, visit_id) references visit (clinic, id)
        )
        """
    )
    op.execute("create index escort_link_client on escort_link (clinic, client_id)")
    protect(op.execute, "escort_link")


def downgrade() -> None:
    """Restore from backup."""
