"""Names, escorts and what the record says lie sealed; every row says whose it is, so that it goes with its client.

Of the doses of somebody who is erased, what the law has a clinic keep is laid aside under no name.
"""

from alembic import op

from shared.store.resealing import mark_lines, seal_columns
from shared.store.sealed import Sealed
from shared.store.tenancy import for_application_only, forbid_changes, protect, unbound

revision = "0007"
down_revision = "0006"

# Whose a row is, by the row that it belongs to.
_WHOSE = {"step": ("series", "series_id"), "occupied": ("visit", "visit_id"), "entry": ("visit", "visit_id")}

_DISPENSED = """
    create table dispensed (
      id uuid primary key,
      clinic text not null,
      visit_day date not null,
      given_at timestamptz not null,
      route text not null,
      dose_mg numeric not null check (dose_mg > 0),
      lot text not null,
      given_by text not null,
      ordered_by text not null,
      keep_until date not null
    )
"""

# The application can only add lines to the record; of a client who is erased, and remembered as that for good, it can
# have all of them go. Row-level security binds the owner of the function as well: it reaches no other clinic.
_ERASE_ENTRIES = """
    create function erase_entries(client uuid) returns setof uuid
    language sql security definer set search_path = public, pg_temp
    as $$
      delete from entry
      where client_id = client and exists (select from erased where subject = client)
      returning id
    $$
"""


def upgrade() -> None:
    mark_lines()
    with unbound(op.execute, *_WHOSE, "series", "visit"):
        for table, (owner, by) in _WHOSE.items():
            op.execute(f"alter table {table} add column client_id uuid")
            # Its names are ours.
            op.execute(f"update {table} set client_id = {owner}.client_id from {owner} where {owner}.id = {table}.{by}")  # nosec B608
            op.execute(f"alter table {table} alter column client_id set not null")
            op.execute(f"create index {table}_of_client on {table} (clinic, client_id)")
    # A copy of what intake told: it can be made anew, and is then sealed alike.
    seal_columns("client", {"display_name": Sealed("client.display_name", owner="id", steady=True)})
    seal_columns("visit", {name: Sealed(f"visit.{name}") for name in ("escort_name", "escort_phone")})
    seal_columns("entry", {"data": Sealed("entry.data")})
    op.execute(_DISPENSED)
    protect(op.execute, "dispensed")
    forbid_changes(op.execute, "erased")
    op.execute(_ERASE_ENTRIES)
    for_application_only(op.execute, "erase_entries")


def downgrade() -> None:
    """Restore from backup."""
