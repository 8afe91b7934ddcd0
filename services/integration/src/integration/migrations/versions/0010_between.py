"""The whole space between visits: what is drawn, spoken and felt, what is lived, agreed and asked, and what rests."""

from alembic import op

from shared.store.tenancy import protect, unbound

revision = "0010"
down_revision = "0009"

_OWNED = "id uuid primary key, clinic text not null, client_id uuid not null"

TABLES = {
    "planned_series": f"""
        create table planned_series (
          {_OWNED},
          protocol text not null,
          medicine_visits integer not null,
          planned_at timestamptz not null
        )
    """,
    "dosed_visit": f"create table dosed_visit ({_OWNED}, route text not null, dosed_at timestamptz not null)",
    "earlier_intention": f"""
        create table earlier_intention (
          {_OWNED},
          intention_id uuid not null references intention (id),
          version integer not null,
          question text not null,
          words_sealed bytea,
          drawing_sealed bytea,
          until timestamptz not null,
          unique (intention_id, version)
        )
    """,
    "intention_for_visit": f"""
        create table intention_for_visit (
          {_OWNED},
          intention_id uuid not null references intention (id),
          visit_id uuid not null,
          linked_at timestamptz not null,
          unique (intention_id, visit_id)
        )
    """,
    "attachment": f"""
        create table attachment (
          {_OWNED},
          moment_id uuid references moment (id),
          intention_id uuid references intention (id),
          intention_version integer,
          kind text not null check (kind in ('voice', 'photo')),
          media_type text not null,
          content_sealed bytea not null,
          made_at timestamptz not null,
          check (num_nonnulls(moment_id, intention_id) = 1),
          check (num_nonnulls(intention_id, intention_version) <> 1)
        )
    """,
    "commitment_review": f"""
        create table commitment_review (
          {_OWNED},
          commitment_id uuid not null references commitment (id),
          outcome text not null check (outcome in ('kept', 'adjusted', 'let_go')),
          reflection_sealed bytea,
          action_before_sealed bytea,
          planned_for_before_sealed bytea,
          with_whom_before_sealed bytea,
          reviewed_at timestamptz not null
        )
    """,
    "practice": f"""
        create table practice (
          {_OWNED},
          name_sealed bytea not null,
          why_sealed bytea,
          insight_id uuid,
          every_days integer check (every_days between 1 and 366),
          remind boolean not null,
          remind_at text,
          status text not null check (status in ('living', 'resting', 'let_go')),
          visibility text not null check (visibility in ('private', 'therapist', 'care_team')),
          begun_at timestamptz not null
        )
    """,
    "practice_lived": f"""
        create table practice_lived (
          {_OWNED},
          practice_id uuid not null references practice (id),
          words_sealed bytea,
          lived_at timestamptz not null
        )
    """,
    "rest": f"""
        create table rest (
          {_OWNED},
          words_sealed bytea,
          begun_at timestamptz not null,
          until timestamptz,
          ended_at timestamptz
        )
    """,
    "please_read": f"""
        create table please_read (
          {_OWNED},
          source text not null,
          source_id uuid not null,
          list_version integer not null,
          asked_at timestamptz not null,
          read_at timestamptz,
          read_by text,
          unique (source, source_id)
        )
    """,
    "measure_request": f"""
        create table measure_request (
          {_OWNED},
          instrument text not null,
          occasion text not null,
          visit_id uuid,
          series_id uuid,
          due_at timestamptz not null,
          status text not null,
          nudges integer not null,
          asked_by text,
          reading_id uuid
        )
    """,
    "measure_text": """
        create table measure_text (
          id uuid primary key,
          clinic text not null,
          instrument text not null,
          version text not null,
          language text not null,
          wording jsonb not null,
          permission text not null,
          loaded_by text not null,
          loaded_at timestamptz not null,
          withdrawn_at timestamptz
        )
    """,
    "agenda_item": f"""
        create table agenda_item (
          {_OWNED},
          author text not null check (author in ('client', 'therapist')),
          author_id text,
          words_sealed bytea not null,
          status text not null check (status in ('to_bring', 'talked_about', 'set_aside')),
          added_at timestamptz not null,
          settled_at timestamptz
        )
    """,
    "plan": f"""
        create table plan (
          {_OWNED},
          kind text not null check (kind in ('integration', 'living')),
          version integer not null,
          parts_sealed bytea not null,
          proposed_by text not null check (proposed_by in ('client', 'therapist')),
          proposed_at timestamptz not null,
          client_agreed_at timestamptz,
          therapist_agreed_at timestamptz,
          therapist text,
          replaced_at timestamptz,
          unique (clinic, client_id, kind, version)
        )
    """,
    "session_note": f"""
        create table session_note (
          {_OWNED},
          visit_id uuid,
          author text not null,
          words_sealed bytea not null,
          corrects_id uuid references session_note (id),
          written_at timestamptz not null
        )
    """,
    "letter": f"""
        create table letter (
          {_OWNED},
          words_sealed bytea not null,
          written_at timestamptz not null,
          opens_at timestamptz not null,
          opened_at timestamptz
        )
    """,
    "life_event": f"""
        create table life_event (
          {_OWNED},
          title_sealed bytea not null,
          visibility text not null check (visibility in ('private', 'therapist', 'care_team')),
          yearly boolean not null,
          happened_at timestamptz not null,
          noted_at timestamptz not null
        )
    """,
}

ASKED = (
    "sleepless_energy",
    "unusual_perception",
    "feels_unreal",
    "craving",
    "outside_the_plan",
    "chest_pain_or_fainting",
    "unsafe_at_home",
    "pregnant",
)
"""What a check-in asks beside what it has asked from the beginning on."""

BY_TIME = {
    "intention": "set_at",
    "moment": "felt_at",
    "sensation": "felt_at",
    "commitment": "made_at",
    "commitment_review": "reviewed_at",
    "practice_lived": "lived_at",
    "check_in": "due_at",
    "reading": "answered_at",
    "life_event": "happened_at",
    "completed_visit": "completed_at",
    "measure_request": "due_at",
}
"""A journey is read by time: years of it lie in these tables, and a page shows a month."""


def upgrade() -> None:
    for table, statement in TABLES.items():
        op.execute(statement)
        protect(op.execute, table)
        if table != "measure_text":
            op.execute(f"create index {table}_of_client on {table} (clinic, client_id)")
    # Whatever was drawn or spoken needs no words.
    op.execute("alter table intention add column drawing_sealed bytea, add column version integer not null default 1")
    op.execute("alter table intention add column changed_at timestamptz, alter column words_sealed drop not null")
    with unbound(op.execute, "intention", "commitment"):
        op.execute("update intention set changed_at = set_at")
        op.execute("update commitment set status = 'open' where status = 'adjusted'")
    op.execute("alter table intention alter column changed_at set not null, alter column version drop default")
    op.execute(
        "alter table moment alter column words_sealed drop not null, add column drawing_sealed bytea,"
        " add column feeling_sealed bytea, add column intensity_sealed bytea, add column what_helped_sealed bytea,"
        " add column tags_sealed bytea, add column intention_id uuid, add column shared_at timestamptz"
    )
    with unbound(op.execute, "moment"):
        op.execute("update moment set shared_at = written_at where visibility <> 'private'")
    op.execute("alter table sensation add column extent_sealed bytea")
    op.execute("alter table commitment drop constraint commitment_status_check")
    op.execute("alter table commitment add constraint commitment_status check (status in ('open', 'kept', 'let_go'))")
    op.execute(
        "alter table commitment add column visibility text not null default 'private'"
        " check (visibility in ('private', 'therapist', 'care_team'))"
    )
    op.execute("alter table commitment alter column visibility drop default")
    op.execute("alter table check_in drop constraint check_in_status_check")
    op.execute(
        "alter table check_in add constraint check_in_status"
        " check (status in ('waiting', 'due', 'completed', 'skipped', 'missed', 'paused', 'joined'))"
    )
    op.execute(f"alter table check_in {', '.join(f'add column {name}_sealed bytea' for name in ASKED)}")
    op.execute(
        "alter table red_flag add column said_again integer not null default 0, add column said_again_at timestamptz,"
        " add column acknowledged_at timestamptz, add column acknowledged_by text"
    )
    op.execute("alter table red_flag alter column said_again drop default")
    op.execute("alter table reading alter column score drop not null, add column reliable boolean")
    op.execute("alter table completed_visit add column series_id uuid")
    for table, at in BY_TIME.items():
        op.execute(f"create index {table}_of_client_by_time on {table} (clinic, client_id, {at})")


def downgrade() -> None:
    """Restore from backup."""
