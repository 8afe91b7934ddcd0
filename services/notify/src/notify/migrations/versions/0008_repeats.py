"""The audit tells what came again, and was done once, from a deed."""

from alembic import op

from shared.store.tenancy import tell_repeats_from_deeds

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    tell_repeats_from_deeds(op.execute)


def downgrade() -> None:
    """Restore from backup."""
