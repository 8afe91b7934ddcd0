"""The first tables: copies of what others told, series, visits, what is occupied, and the record."""

from alembic import op

from shared.store.tenancy import lay_carriers, protect

revision = "0001"
down_revision = None

TABLES = {
    "client": """
        create table client (
          id uuid primary key,
          clinic text not null,
          display_name text,
          clearance_id uuid,
          outcome text check (outcome in ('cleared', 'cleared_with_conditions', 'deferred', 'declined')),
          valid_until date,
          cleared_routes jsonb,
          weight_kg numeric check (weight_kg > 0),
          clearance_source jsonb,
          intention_source jsonb
        )
    """,
    "consent": """
        create table consent (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          kind text not null,
          source jsonb not null,
          withdrawn_at timestamptz
        )
    """,
    "red_flag": """
        create table red_flag (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          source jsonb not null,
          closed_at timestamptz
        )
    """,
    "series": """
        create table series (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          protocol text not null,
          route text not null,
          status text not null check (status in ('planned', 'completed')),
          planned_at timestamptz not null,
          planned_by text not null,
          rules_version integer not null,
          unique (clinic, id)
        )
    """,
    "visit": """
        create table visit (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          series_id uuid,
          kind text not null check (kind in ('preparation', 'medicine', 'integration')),
          route text,
          status text not null check (status in
            ('booked', 'checked_in', 'held', 'dosing', 'completed', 'cancelled', 'deferred', 'no_show')),
          held_reason text,
          starts_at timestamptz not null,
          ends_at timestamptz not null check (ends_at > starts_at),
          resources jsonb not null,
          escort_name text,
          escort_phone text,
          escort_confirmed_at timestamptz,
          version integer not null,
          unique (clinic, id),
          foreign key (clinic, series_id) references series (clinic, id)
        )
    """,
    "step": """
        create table step (
          series_id uuid not null,
          position integer not null,
          clinic text not null,
          kind text not null check (kind in ('preparation', 'medicine', 'integration')),
          visit_id uuid,
          primary key (series_id, position),
          foreign key (clinic, series_id) references series (clinic, id),
          foreign key (clinic, visit_id) references visit (clinic, id)
        )
    """,
    "occupied": """
        create table occupied (
          visit_id uuid not null,
          resource text not null,
          clinic text not null,
          during tstzrange not null check (not isempty(during)),
          primary key (visit_id, resource),
          foreign key (clinic, visit_id) references visit (clinic, id),
          constraint occupied_once exclude using gist (clinic with =, resource with =, during with &&)
        )
    """,
    "entry": """
        create table entry (
          position bigint generated always as identity unique,
          id uuid primary key,
          clinic text not null,
          visit_id uuid not null,
          kind text not null,
          at timestamptz not null,
          entered_at timestamptz not null,
          actor text not null,
          data jsonb not null,
          correction_of uuid unique references entry (id),
          foreign key (clinic, visit_id) references visit (clinic, id)
        )
    """,
}


def upgrade() -> None:
    lay_carriers(op.execute)
    for table, statement in TABLES.items():
        op.execute(statement)
        protect(op.execute, table)
    op.execute("create index consent_of_client on consent (clinic, client_id)")
    op.execute("create index red_flag_of_client on red_flag (clinic, client_id)")
    op.execute("create index visit_of_client on visit (clinic, client_id, starts_at)")
    op.execute("create index visit_of_day on visit (clinic, starts_at)")
    op.execute("create index entry_of_visit on entry (visit_id, at, position)")
    # The record is append-only for the application too.
    op.execute(
        "do $$ begin execute format("
        "'revoke update, delete on entry from %I', replace(current_user, '_owner', '_app')); end $$"
    )
