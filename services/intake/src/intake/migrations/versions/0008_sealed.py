"""What people told intake, sealed; who opened a record, and who is asked to be erased."""

from alembic import op

from shared.store.resealing import index_column, mark_lines, seal_columns
from shared.store.sealed import Sealed
from shared.store.tenancy import protect, unbound

revision = "0008"
down_revision = "0007"

# Of each table whose key seals, and its columns.
_SEALED = {
    "inquiry": ("id", ["name", "email", "phone", "message"]),
    "client": ("id", ["given_name", "family_name", "display_name", "birth_date", "email", "phone"]),
    "screening": ("client_id", ["answers", "measures_given", "flags_raised"]),
    "clearance": ("client_id", ["conditions", "reason", "reviewed_flags"]),
    "consent": ("client_id", ["signed_name"]),
}

_RECORDS = """
    create table opening (
      id uuid primary key,
      clinic text not null,
      client_id uuid not null,
      staff text not null,
      reason_sealed bytea not null,
      opened_at timestamptz not null,
      closes_at timestamptz not null,
      foreign key (clinic, client_id) references client (clinic, id)
    );
    create index opening_of_client on opening (clinic, client_id, opened_at);
    create table erasure_request (
      client_id uuid primary key,
      clinic text not null,
      reason_sealed bytea not null,
      requested_by text not null,
      requested_at timestamptz not null,
      foreign key (clinic, client_id) references client (clinic, id)
    );
"""


def upgrade() -> None:
    mark_lines()
    # An inquiry knows its client, and goes with them. It is no foreign key: the client points to the inquiry already.
    op.execute("alter table inquiry add column client_id uuid")
    with unbound(op.execute, "inquiry", "client"):
        op.execute("update inquiry set client_id = client.id from client where client.inquiry_id = inquiry.id")
    op.execute("create index inquiry_of_client on inquiry (clinic, client_id)")
    index_column("client", "email", lambda vault, email: vault.index("client.email", email.strip().casefold()))
    op.execute("create index client_by_email on client (clinic, email_index)")
    for table, (owner, columns) in _SEALED.items():
        seal_columns(table, {name: Sealed(f"{table}.{name}", owner=owner) for name in columns})
    for statement in _RECORDS.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for table in ("opening", "erasure_request"):
        protect(op.execute, table)


def downgrade() -> None:
    """Restore from backup: what is sealed opens with the keys of its time."""
