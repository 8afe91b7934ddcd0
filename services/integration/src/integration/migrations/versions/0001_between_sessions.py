"""The first tables: the client's own words and work, windows and check-ins, red flags, measures."""

from alembic import op

from shared.store.tenancy import lay_carriers, protect

revision = "0001"
down_revision = None

_OWNED = "id uuid primary key, clinic text not null, client_id uuid not null"

TABLES = {
    "client": "create table client (id uuid primary key, clinic text not null, display_name text, time_zone text)",
    "intention": f"""
        create table intention (
          {_OWNED},
          question text not null,
          words text not null,
          status text not null check (status in ('held', 'changed', 'released')),
          set_at timestamptz not null
        )
    """,
    "moment": f"""
        create table moment (
          {_OWNED},
          kind text not null,
          words text not null,
          visibility text not null check (visibility in ('private', 'therapist', 'care_team')),
          felt_at timestamptz not null,
          written_at timestamptz not null
        )
    """,
    "sensation": f"""
        create table sensation (
          {_OWNED},
          region text not null,
          side text not null,
          view text not null,
          sensation text not null,
          quality text,
          distressing boolean,
          felt_at timestamptz not null
        )
    """,
    "commitment": f"""
        create table commitment (
          {_OWNED},
          insight_id uuid,
          action text not null,
          planned_for text,
          with_whom text,
          status text not null check (status in ('open', 'kept', 'adjusted', 'let_go')),
          made_at timestamptz not null
        )
    """,
    "integration_window": f"""
        create table integration_window (
          {_OWNED},
          visit_id uuid not null,
          opened_at timestamptz not null,
          closes_at timestamptz not null,
          unique (clinic, visit_id),
          unique (clinic, id)
        )
    """,
    "check_in": f"""
        create table check_in (
          {_OWNED},
          window_id uuid not null,
          hours_after integer not null,
          due_at timestamptz not null,
          status text not null check (status in ('waiting', 'due', 'completed', 'missed')),
          answered_at timestamptz,
          how_are_you text,
          slept boolean,
          help_now boolean,
          burning_or_blood boolean,
          hard_thoughts boolean,
          unique (window_id, hours_after),
          foreign key (clinic, window_id) references integration_window (clinic, id)
        )
    """,
    "red_flag": f"""
        create table red_flag (
          {_OWNED},
          reason text not null,
          raised_at timestamptz not null,
          closed_at timestamptz,
          closed_by text,
          note text
        )
    """,
    "reading": f"""
        create table reading (
          {_OWNED},
          instrument text not null,
          version text not null,
          score integer not null,
          band text,
          is_baseline boolean not null,
          answered_at timestamptz not null,
          baseline integer,
          baseline_answered_at timestamptz,
          change_percent numeric,
          response boolean,
          remission boolean,
          overlapping boolean not null
        )
    """,
}


def upgrade() -> None:
    lay_carriers(op.execute)
    for table, statement in TABLES.items():
        op.execute(statement)
        protect(op.execute, table)
        if table != "client":
            op.execute(f"create index {table}_of_client on {table} (clinic, client_id)")
