"""The carriers, and the effects that a drill counts."""

from alembic import op

from shared.store.tenancy import keep_outbox_by_weeks, lay_carriers, protect

revision = "0001"
down_revision = None


def upgrade() -> None:
    lay_carriers(op.execute)
    keep_outbox_by_weeks(op.execute)
    for name in ("effect", "plain_effect"):
        op.execute(f"""
        create table {name} (
          position bigint generated always as identity primary key,
          clinic text not null,
          event_id uuid not null,
          publisher text not null,
          stream text not null,
          sequence bigint not null
        )
    """)
    protect(op.execute, "effect")


def downgrade() -> None:
    """A drill's databases are thrown away."""
