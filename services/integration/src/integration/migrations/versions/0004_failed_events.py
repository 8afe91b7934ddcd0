"""Events that failed are found without looking at those that wait."""

from alembic import op

from shared.store.tenancy import index_failed_events

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    index_failed_events(op.execute)


def downgrade() -> None:
    op.execute("drop index inbox_failed")
