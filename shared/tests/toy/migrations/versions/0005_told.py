"""What somebody told, in clear: the next revision seals it."""

from alembic import op

from shared.store.tenancy import protect

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        "create table told (id uuid primary key, clinic text not null, client_id uuid not null,"
        " words text not null, answers jsonb, name text)"
    )
    protect(op.execute, "told")


def downgrade() -> None:
    """Restore from backup."""
