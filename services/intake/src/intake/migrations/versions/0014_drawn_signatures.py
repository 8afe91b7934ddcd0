"""A signature that was drawn beside the typed name lies sealed with what was agreed to."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("alter table consent add column signed_name_drawn_sealed bytea")


def downgrade() -> None:
    """Restore from backup."""
