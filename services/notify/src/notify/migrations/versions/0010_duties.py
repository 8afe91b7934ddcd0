"""Who is on call may be reached at the mailbox of their own duty: each call goes to every one of these, once."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("alter table message add column duty text")
    op.execute("alter table message drop constraint message_once")
    op.execute(
        "alter table message add constraint message_once unique nulls not distinct (event_id, template, turn, duty)"
    )


def downgrade() -> None:
    """Restore from backup."""
