"""A human who is a client of two clinics is one person. See docs/decisions/0017."""

from alembic import context, op
from sqlalchemy import text

from intake.domain.persons import told_of_themselves
from shared.store.tenancy import for_application_only, protect, read_across, unbound
from shared.store.vault import Vault

revision = "0007"
down_revision = "0006"

# What may cross: a number, and a keyed hash that only who knows the network's key and the human can make.
_TABLE = """
    create table known_person (
      client_id uuid primary key,
      clinic text not null,
      person uuid not null,
      mark bytea check (length(mark) = 16),
      foreign key (clinic, client_id) references client (clinic, id) deferrable initially deferred
    )
"""
_INDEXES = (
    "create index known_person_mark on known_person (mark)",
    "create index known_person_person on known_person (person)",
)

# Two clinics that register one human at the same moment take turns. The answer has the same form, and the same is done
# for it, whether or not another clinic knows them.
_FUNCTION = """
    create function person_of(client uuid, sought bytea, present uuid) returns uuid
    language sql security definer set search_path = pg_catalog, pg_temp as $$
      select pg_advisory_xact_lock(hashtext('person/' || encode(sought, 'hex')));
      select case
        when exists (select from public.known_person k where k.person = present and k.client_id <> client) then present
        else coalesce(
          (select k.person from public.known_person k where k.mark = sought and k.client_id <> client
            order by k.client_id limit 1),
          present)
      end
    $$
"""
_KNOW = text("insert into known_person (client_id, clinic, person, mark) values (:id, :clinic, :person_id, :mark)")


def upgrade() -> None:
    for statement in (_TABLE, *_INDEXES):
        op.execute(statement)
    _know_those_who_are_there()
    # The table cannot be altered while a check of its rows is still to come.
    op.execute("set constraints all immediate")
    protect(op.execute, "known_person")
    read_across(op.execute, "known_person")
    op.execute(_FUNCTION)
    for_application_only(op.execute, "person_of")


def _know_those_who_are_there() -> None:
    """Each as the person who they were taken for so far: `persons tell` joins them, and tells everyone."""
    connection, keyring = op.get_bind(), context.config.attributes["keyring"]
    vault = Vault(keyring, lambda: connection, "")
    with unbound(op.execute, "client"):
        query = text("select id, clinic, person_id, email, birth_date, family_name from client")
        clients = connection.execute(query).all()
        for row in clients:
            told = told_of_themselves(row.email, row.birth_date, row.family_name)
            mark = None if told is None else vault.network_index("person", *told)
            values = {"id": row.id, "clinic": row.clinic, "person_id": row.person_id, "mark": mark}
            connection.execute(_KNOW, values)


def downgrade() -> None:
    """Restore from backup."""
