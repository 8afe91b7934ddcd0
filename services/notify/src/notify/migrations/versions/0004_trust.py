"""Keys for sealing, caseloads, who was erased, and an audit that is chained."""

from alembic import op

from shared.store.tenancy import lay_trust

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    lay_trust(op.execute)


def downgrade() -> None:
    """Restore from backup."""
