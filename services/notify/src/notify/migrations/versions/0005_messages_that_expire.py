"""Some messages are of no use after a while, as a link that works for a quarter of an hour."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("alter table message add column expires_at timestamptz")


def downgrade() -> None:
    """Restore from backup."""
