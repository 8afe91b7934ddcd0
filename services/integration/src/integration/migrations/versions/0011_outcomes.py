"""Outcomes: what each clinic may tell of many clients, for itself and for its network. See docs/decisions/0029."""

from datetime import UTC, datetime
from uuid import uuid4

from alembic import op
from sqlalchemy import text

from shared.clinics import clinic_subject
from shared.store.tenancy import for_application_only, protect, read_across, unbound

revision = "0011"
down_revision = "0010"

# What a clinic tells of itself, without small cells: whatever is in such a row may cross.
_TABLE = """
    create table outcome_figures (
      clinic text not null,
      protocol text not null,
      network text,
      counted_until date not null,
      people integer not null,
      told jsonb not null,
      primary key (clinic, protocol)
    )
"""

# Asked at a clinic, of the network that its own facts name, and of no other. Which clinic tells which row is not said.
_FUNCTION = """
    create function outcomes_of_network() returns table (protocol text, counted_until date, told jsonb)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
      select f.protocol, f.counted_until, f.told
      from public.clinic here
      join public.outcome_figures f on f.network = here.facts ->> 'network'
      where here.id = nullif(current_setting('afterglow.clinic', true), '')
      order by f.protocol, f.people, f.told
    $$
"""

# Clinics that are known already have no event to come that would begin it.
_BEGIN = text("""
    insert into timer
      (id, clinic, kind, key, subject, payload, due_at, next_attempt_at, state, attempts, correlation_id)
    values (:id, :clinic, 'outcomes', 'outcomes', :subject, '{}', :at, :at, 'set', 0, :id)
""")


def upgrade() -> None:
    op.execute(_TABLE)
    protect(op.execute, "outcome_figures")
    read_across(op.execute, "outcome_figures")
    op.execute("create index outcome_figures_of_network on outcome_figures (network)")
    op.execute(_FUNCTION)
    for_application_only(op.execute, "outcomes_of_network")
    connection, now = op.get_bind(), datetime.now(UTC)
    with unbound(op.execute, "clinic", "timer"):
        for clinic in connection.scalars(text("select id from clinic")).all():
            values = {"id": uuid4(), "clinic": clinic, "subject": clinic_subject(clinic), "at": now}
            connection.execute(_BEGIN, values)


def downgrade() -> None:
    """Restore from backup."""
