"""The outbox in weekly parts; an inbox that handled events leave."""

from alembic import op

from shared.store.tenancy import keep_outbox_by_weeks

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    keep_outbox_by_weeks(op.execute)


def downgrade() -> None:
    """Restore from backup."""
