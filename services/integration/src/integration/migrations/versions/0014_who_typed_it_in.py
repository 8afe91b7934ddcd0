"""Who of the staff typed in a measure, where the client did not answer it on a page of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("reading", sa.Column("typed_in_by", sa.Text))


def downgrade() -> None:
    """Restore from backup."""
