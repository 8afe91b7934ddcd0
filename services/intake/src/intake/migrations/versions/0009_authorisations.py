"""What falls under 42 CFR Part 2 may be allowed to a partner, who is then named."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # The check of the first release has the name that PostgreSQL gave it.
    op.execute("alter table consent drop constraint consent_check")
    op.execute(
        """
        alter table consent add constraint partner_is_named check (
          case kind when 'data_sharing' then partner is not null when 'part2' then true else partner is null end
        )
        """
    )


def downgrade() -> None:
    """Restore from backup."""
