"""Sealing what lies in clear: for the migrations that turn a column of text into a sealed one."""

from collections.abc import Callable, Mapping
from typing import Any

from alembic import context, op
from sqlalchemy import Connection, text

from shared.store.sealed import Sealed
from shared.store.tenancy import set_clinic, unbound
from shared.store.vault import Keyring, Vault

BATCH = 500
_REQUIRED = text("""
    select attname from pg_attribute where attrelid = cast(:table as regclass) and attname = any(:names) and attnotnull
""")


def seal_columns(table: str, columns: Mapping[str, Sealed[Any]]) -> None:
    """For migrations: seal each of these columns of a table, whose key is `id`, into `{name}_sealed`, and drop it.

    Everything is sealed as the model's attributes of the same declaration would. Afterwards the table's files hold the
    old values no more; what is left of them in the write-ahead log and in backups goes as these do.
    """
    connection, keyring = op.get_bind(), context.config.attributes["keyring"]
    connection.execute(text("set local statement_timeout = 0"))  # A large table takes its time.
    added = ", ".join(f"add column {attribute} bytea" for attribute in map(_sealed, columns))
    connection.execute(text(f"alter table {table} {added}"))
    with unbound(op.execute, table):
        # Its names are ours.
        clinics = connection.scalars(text(f"select distinct clinic from {table} order by clinic")).all()  # noqa: S608
    for clinic in clinics:
        _seal_of_clinic(connection, keyring, clinic, table, columns)
    required = connection.scalars(_REQUIRED, {"table": table, "names": list(columns)}).all()
    changed = [f"alter column {_sealed(name)} set not null" for name in required]
    changed += [f"drop column {name}" for name in columns]
    connection.execute(text(f"alter table {table} {', '.join(changed)}"))
    # A dropped column stays in the table's files until its rows are written anew, which a default that differs from row
    # to row has PostgreSQL do.
    connection.execute(text(f"alter table {table} add column written_anew double precision default random()"))
    connection.execute(text(f"alter table {table} drop column written_anew"))


def index_column(table: str, name: str, index: Callable[[Vault, Any], bytes]) -> None:
    """For migrations: add `{name}_index`, by which the rows of a table, whose key is `id`, are found once it is sealed.

    It belongs before `seal_columns`, which drops what it reads.
    """
    connection, keyring = op.get_bind(), context.config.attributes["keyring"]
    connection.execute(text(f"alter table {table} add column {name}_index bytea"))
    with unbound(op.execute, table):
        said = f"select id, clinic, {name} as said from {table} where {name} is not null"  # noqa: S608 - names of ours.
        rows = connection.execute(text(said)).all()
    note = text(f"update {table} set {name}_index = :found_by where id = :id")  # noqa: S608 - names of ours.
    for clinic in sorted({row.clinic for row in rows}):
        set_clinic(connection, clinic)
        vault = Vault(keyring, lambda: connection, clinic)
        found_by = [{"id": row.id, "found_by": index(vault, row.said)} for row in rows if row.clinic == clinic]
        connection.execute(note, found_by)


def _seal_of_clinic(
    connection: Connection, keyring: Keyring, clinic: str, table: str, columns: Mapping[str, Sealed[Any]]
) -> None:
    set_clinic(connection, clinic)
    vault = Vault(keyring, lambda: connection, clinic)
    owners = ", ".join(sorted({attribute.owner for attribute in columns.values()} - {"id"}))
    names = ", ".join(["id", *([owners] if owners else []), *columns])
    # Its names are ours.
    some = text(f"select {names} from {table} where id > :last order by id limit {BATCH}")  # noqa: S608
    values = ", ".join(f"{_sealed(name)} = :{name}" for name in columns)
    seal = text(f"update {table} set {values} where id = :id")  # noqa: S608 - names of ours.
    last = "00000000-0000-0000-0000-000000000000"
    while rows := connection.execute(some, {"last": last}).mappings().all():
        sealed = [
            {name: attribute.seal(vault, row[attribute.owner], row[name]) for name, attribute in columns.items()}
            | {"id": row["id"]}
            for row in rows
        ]
        connection.execute(seal, sealed)
        last = rows[-1]["id"]


def _sealed(name: str) -> str:
    return f"{name}_sealed"
