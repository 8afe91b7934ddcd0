"""A red flag keeps what a questionnaire's own rule asks for, and whether the client said yes when they were asked."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    # Flags of before say nothing of what is asked for: which answer has raised them is kept with the answers. That the
    # client had said yes is what was read of all of them.
    op.execute("alter table red_flag add column asks_for text, add column said_yes boolean not null default true")
    op.execute("alter table red_flag alter column said_yes drop default")


def downgrade() -> None:
    """Restore from backup."""
