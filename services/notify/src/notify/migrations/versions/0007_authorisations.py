"""What a client allows a partner by itself is kept beside what they consent to."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("alter table consent drop constraint consent_kind_check")
    op.execute(
        "alter table consent add constraint consent_kind_check check (kind in ('messaging', 'data_sharing', 'part2'))"
    )


def downgrade() -> None:
    """Restore from backup."""
