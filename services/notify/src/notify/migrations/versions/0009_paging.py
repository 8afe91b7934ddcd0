"""Whoever is on call is called one after the other, until a person has closed what they are called for."""

from alembic import op

from shared.store.tenancy import protect

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(
        """
        create table paging (
          id uuid primary key,
          clinic text not null,
          client uuid not null,
          event_id uuid not null,
          correlation_id text not null,
          turn integer not null,
          begun_at timestamptz not null,
          held_at timestamptz,
          closed_at timestamptz
        )
        """
    )
    protect(op.execute, "paging")
    op.execute("create index paging_of_client on paging (client)")
    op.execute("create index paging_of_event on paging (event_id)")
    # One event calls several times: one after the other is a message of its own.
    op.execute("alter table message add column turn integer not null default 0")
    op.execute("alter table message alter column turn drop default")
    op.execute("alter table message drop constraint message_event_id_template_key")
    op.execute("alter table message add constraint message_once unique (event_id, template, turn)")


def downgrade() -> None:
    """Restore from backup."""
