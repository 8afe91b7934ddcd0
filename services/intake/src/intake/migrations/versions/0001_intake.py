"""The first tables: inquiries, clients, screenings, clearances, consents."""

from alembic import op

from shared.store.tenancy import lay_carriers, protect

revision = "0001"
down_revision = None

# Keys that others point to carry the clinic, so that no row can ever point to a row of another clinic.
TABLES = {
    "inquiry": """
        create table inquiry (
          id uuid primary key,
          clinic text not null,
          name text not null,
          email text not null,
          phone text,
          message text,
          adult boolean,
          in_crisis boolean,
          time_zone text,
          source text not null check (source in ('web', 'referral', 'phone')),
          submission uuid,
          received_at timestamptz not null,
          unique (clinic, id),
          unique (clinic, submission)
        )
    """,
    "client": """
        create table client (
          id uuid primary key,
          clinic text not null,
          person_id uuid not null,
          inquiry_id uuid,
          given_name text not null,
          family_name text not null,
          display_name text not null,
          birth_date date,
          email text,
          phone text,
          time_zone text not null,
          language text not null,
          version integer not null,
          registered_at timestamptz not null,
          unique (clinic, id),
          unique (clinic, inquiry_id),
          foreign key (clinic, inquiry_id) references inquiry (clinic, id)
        )
    """,
    "screening": """
        create table screening (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          form_version text not null,
          answers jsonb not null,
          measures_given jsonb not null,
          flags_raised jsonb not null,
          level text check (level in ('info', 'needs_clinician', 'stop_until_clinician')),
          submitted_at timestamptz not null,
          submitted_by text not null,
          client_answered boolean not null,
          unique (clinic, id),
          foreign key (clinic, client_id) references client (clinic, id)
        )
    """,
    "clearance": """
        create table clearance (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          screening_id uuid not null,
          outcome text not null check (outcome in ('cleared', 'cleared_with_conditions', 'deferred', 'declined')),
          valid_until date,
          routes_cleared jsonb not null,
          weight_kg numeric,
          conditions text,
          reason text,
          reviewed_flags jsonb not null,
          rules_version integer not null,
          decided_at timestamptz not null,
          decided_by text not null,
          replaced_at timestamptz,
          foreign key (clinic, client_id) references client (clinic, id),
          foreign key (clinic, screening_id) references screening (clinic, id),
          check ((outcome in ('cleared', 'cleared_with_conditions')) = (valid_until is not null))
        )
    """,
    "consent": """
        create table consent (
          id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          kind text not null,
          text_version text not null,
          text_sha256 text not null,
          partner text,
          signed_name text not null,
          granted_at timestamptz not null,
          withdrawn_at timestamptz,
          foreign key (clinic, client_id) references client (clinic, id),
          check ((kind = 'data_sharing') = (partner is not null))
        )
    """,
}

INDEXES = (
    "create index screening_of_client on screening (clinic, client_id, submitted_at)",
    "create index clearance_of_screening on clearance (clinic, screening_id)",
    # One decision stands for a client, however many prescribers press the button at once.
    "create unique index clearance_stands on clearance (clinic, client_id) where replaced_at is null",
    "create unique index consent_in_force on consent (clinic, client_id, kind, text_version, coalesce(partner, ''))"
    " where withdrawn_at is null",
)


def upgrade() -> None:
    lay_carriers(op.execute)
    for table, statement in TABLES.items():
        op.execute(statement)
        protect(op.execute, table)
    for index in INDEXES:
        op.execute(index)


def downgrade() -> None:
    """There is no way back from the first revision: restore the database from its backup."""
