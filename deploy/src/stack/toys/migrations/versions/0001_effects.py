"""The carriers, the effects that a drill counts, and the deeds of its speakers."""

from alembic import op

from shared.store.tenancy import keep_outbox_by_weeks, keep_what_failed, lay_carriers, lay_trust, protect

revision = "0001"
down_revision = None


def upgrade() -> None:
    lay_carriers(op.execute)
    keep_outbox_by_weeks(op.execute)
    keep_what_failed(op.execute)
    lay_trust(op.execute)
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
    op.execute("create table deed (id uuid primary key, clinic text not null, events integer not null)")
    for name in ("effect", "deed"):
        protect(op.execute, name)


def downgrade() -> None:
    """A drill's databases are thrown away."""
