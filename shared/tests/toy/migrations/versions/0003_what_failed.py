"""What failed is found without looking at what waits; a person decides on timers as on events."""

from alembic import op

from shared.store.tenancy import keep_what_failed

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    keep_what_failed(op.execute)


def downgrade() -> None:
    """Restore from backup."""
