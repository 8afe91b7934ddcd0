"""Psychotherapy notes, kept apart from all else; and what clients have allowed, as intake tells it."""

from alembic import op

from shared.store.tenancy import protect

revision = "0007"
down_revision = "0006"

TABLES = {
    "psychotherapy_note": """
        create table psychotherapy_note (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          author text not null,
          words_sealed bytea not null,
          written_at timestamptz not null
        )
    """,
    "authorisation": """
        create table authorisation (
          id uuid primary key,
          clinic text not null,
          client_id uuid,
          kind text,
          withdrawn_at timestamptz
        )
    """,
}


def upgrade() -> None:
    for table, statement in TABLES.items():
        op.execute(statement)
        protect(op.execute, table)
        op.execute(f"create index {table}_of_client on {table} (clinic, client_id)")


def downgrade() -> None:
    """Restore from backup."""
