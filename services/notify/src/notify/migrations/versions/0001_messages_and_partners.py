"""Contacts, consents, messages, subscriptions and deliveries, and the two carriers of due work."""

from alembic import op

from shared.store.tenancy import EVERY_CLINIC, lay_carriers, protect

revision = "0001"
down_revision = None

_TABLES = """
create table contact (
  id uuid primary key,
  clinic text not null,
  display_name text,
  email text,
  phone text,
  time_zone text,
  language text
);

create table consent (
  id uuid primary key,
  clinic text not null,
  client uuid not null,
  kind text not null check (kind in ('messaging', 'data_sharing')),
  partner text,
  withdrawn_at timestamptz
);
create index consent_of_client on consent (client, kind, partner);

create table message (
  id uuid primary key,
  clinic text not null,
  client uuid not null,
  event_id uuid not null,
  correlation_id text not null,
  audience text not null check (audience in ('client', 'staff')),
  template text not null,
  template_version integer not null,
  channel text not null check (channel in ('email')),
  path text not null,
  status text not null
    check (status in ('waiting_for_consent', 'queued', 'deferred', 'sent', 'failed', 'suppressed')),
  reason text,
  attempts integer not null,
  queued_at timestamptz not null,
  sent_at timestamptz,
  unique (event_id, template)
);
create index message_of_client on message (client, queued_at);

create table due_message (
  position bigint generated always as identity primary key,
  clinic text not null,
  message uuid not null,
  due_at timestamptz not null
);
create index due_message_next on due_message (due_at);
create index due_message_of on due_message (message);

create table subscription (
  id uuid primary key,
  clinic text not null,
  partner text not null,
  url text not null,
  types jsonb not null,
  scopes jsonb not null,
  secret text not null,
  status text not null check (status in ('active', 'disabled', 'closed')),
  created_at timestamptz not null,
  created_by text not null
);
create index subscription_active on subscription (clinic) where status = 'active';

create table delivery (
  id uuid primary key,
  position bigint generated always as identity,
  clinic text not null,
  subscription uuid not null references subscription,
  client uuid not null,
  event_id uuid not null,
  type text not null,
  sequence bigint not null,
  correlation_id text not null,
  event jsonb not null,
  status text not null
    check (status in ('waiting', 'awaiting_consent', 'failed_retrying', 'parked', 'delivered', 'suppressed')),
  attempts integer not null,
  next_attempt_at timestamptz not null,
  last_reason text,
  delivered_at timestamptz,
  unique (subscription, event_id)
);
create index delivery_newest on delivery (subscription, position);
create index delivery_in_line on delivery (client, subscription, position)
  where status in ('waiting', 'awaiting_consent', 'failed_retrying', 'parked');

create table due_delivery (
  position bigint generated always as identity primary key,
  clinic text not null,
  subscription uuid not null,
  client uuid not null,
  due_at timestamptz not null
);
create index due_delivery_next on due_delivery (due_at);
create index due_delivery_of on due_delivery (subscription, client)
"""


def upgrade() -> None:
    lay_carriers(op.execute)
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    for table in ("contact", "consent", "message", "subscription", "delivery"):
        protect(op.execute, table)
    for table in ("due_message", "due_delivery"):
        _open_to_workers(table)


def _open_to_workers(table: str) -> None:
    """A worker, which sets '*', finds here whose turn it is; what there is to say stays in the tenant tables.

    These tables refer to no other by a foreign key: its check would wait for the row that a sender has in hand.
    """
    condition = f"current_setting('afterglow.clinic', true) in (clinic, '{EVERY_CLINIC}')"
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy clinic_or_worker on {table} using ({condition}) with check ({condition})")


def downgrade() -> None:
    """There is no way back to nothing: restore the database from a backup."""
