"""Every version of a clinic's document, and the changes that are wanted, decided and awaited."""

from alembic import op

from shared.store.tenancy import EVERY_CLINIC, forbid_changes, protect

revision = "0005"
down_revision = "0004"

_TABLES = {
    "clinic_change": """
        create table clinic_change (
          id uuid primary key,
          clinic text not null,
          kind text not null check (kind in ('facts', 'rules')),
          said jsonb not null,
          based_on integer not null,
          author text not null,
          author_name text,
          said_at timestamptz not null,
          effective_from date,
          note text not null,
          status text not null
            check (status in ('proposed', 'waiting', 'in_force', 'rejected', 'withdrawn', 'superseded')),
          decided_by text,
          decided_by_name text,
          decided_at timestamptz,
          reason text,
          became integer,
          unique (clinic, id),
          check ((status = 'in_force') = (became is not null)),
          -- Rules come into force by somebody else's name than that of who proposed them, and not otherwise.
          check (kind = 'facts' or status not in ('waiting', 'in_force')
            or (decided_by is not null and decided_by_name is not null and decided_by <> author))
        )
    """,
    "clinic_version": """
        create table clinic_version (
          clinic text not null,
          version integer not null,
          document jsonb not null,
          author text not null,
          author_name text,
          in_force_from timestamptz not null,
          note text not null,
          change_id uuid,
          primary key (clinic, version),
          foreign key (clinic, change_id) references clinic_change (clinic, id)
        )
    """,
}

_INDEXES = (
    "create index clinic_change_said on clinic_change (clinic, said_at)",
    # One approved rule set waits for its day, whoever approves what at once.
    "create unique index clinic_rules_wait on clinic_change (clinic) where kind = 'rules' and status = 'waiting'",
)

_FIRST_VERSIONS = """
    insert into clinic_version (clinic, version, document, author, in_force_from, note)
    select id, version, facts, 'operator', changed_at, 'Before versions were kept.' from clinic
"""


def upgrade() -> None:
    for statement in (*_TABLES.values(), *_INDEXES):
        op.execute(statement)
    op.execute(f"select set_config('afterglow.clinic', '{EVERY_CLINIC}', true)")
    op.execute(_FIRST_VERSIONS)
    op.execute("select set_config('afterglow.clinic', '', true)")
    for table in _TABLES:
        protect(op.execute, table)
    # What was in force stays on record as it was.
    forbid_changes(op.execute, "clinic_version")


def downgrade() -> None:
    """Restore from backup."""
