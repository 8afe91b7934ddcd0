"""What a questionnaire's own rule asks for is kept with the red flag that its answer has raised."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    # Flags of before say nothing of it: which answer has raised them is kept with the answers.
    op.execute("alter table red_flag add column asks_for text")


def downgrade() -> None:
    """Restore from backup."""
