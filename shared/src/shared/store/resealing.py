"""Sealing what lies in clear, and marking what has no mark: for the migrations with which both began."""

from collections.abc import Callable, Mapping
from typing import Any

from alembic import context, op
from sqlalchemy import Connection, text

from shared.store.lines import COLUMNS, mark
from shared.store.sealed import Sealed
from shared.store.tenancy import set_clinic, unbound
from shared.store.vault import Keyring, Vault

BATCH = 500
_REQUIRED = text("""
    select attname from pg_attribute where attrelid = cast(:table as regclass) and attname = any(:names) and attnotnull
""")

_UNMARKED = text(
    f"select position, {', '.join(COLUMNS)} from audit"  # nosec B608 # names of ours.
    " where position > :last and mark is null order by position limit :batch"
)
_MARK = text("update audit set mark = :mark where position = :position")


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
        clinics = connection.scalars(text(f"select distinct clinic from {table} order by clinic")).all()  # nosec B608
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
        said = f"select id, clinic, {name} as said from {table} where {name} is not null"  # nosec B608 # names of ours.
        rows = connection.execute(text(said)).all()
    note = text(f"update {table} set {name}_index = :found_by where id = :id")  # nosec B608 # names of ours.
    for clinic in sorted({row.clinic for row in rows}):
        set_clinic(connection, clinic)
        vault = Vault(keyring, lambda: connection, clinic)
        found_by = [{"id": row.id, "found_by": index(vault, row.said)} for row in rows if row.clinic == clinic]
        connection.execute(note, found_by)


def mark_lines() -> None:
    """For migrations: give the lines of the audit from before there were marks theirs, taking all of them for ours."""
    connection, keyring = op.get_bind(), context.config.attributes["keyring"]
    connection.execute(text("set local statement_timeout = 0"))
    with unbound(op.execute, "audit"):
        clinics = connection.scalars(text("select distinct clinic from audit order by clinic")).all()
    for clinic in clinics:
        set_clinic(connection, clinic)
        last = 0
        while rows := connection.execute(_UNMARKED, {"last": last, "batch": BATCH}).mappings().all():
            connection.execute(_MARK, [{"position": row["position"], "mark": mark(keyring, row)} for row in rows])
            last = rows[-1]["position"]


def _seal_of_clinic(
    connection: Connection, keyring: Keyring, clinic: str, table: str, columns: Mapping[str, Sealed[Any]]
) -> None:
    set_clinic(connection, clinic)
    vault = Vault(keyring, lambda: connection, clinic)
    owners = ", ".join(sorted({attribute.owner for attribute in columns.values()} - {"id"}))
    names = ", ".join(["id", *([owners] if owners else []), *columns])
    # Its names are ours.
    some = text(f"select {names} from {table} where id > :last order by id limit {BATCH}")  # nosec B608
    values = ", ".join(f"{_sealed(name)} = :{name}" for name in columns)
    seal = text(f"update {table} set {values} where id = :id")  # nosec B608 # names of ours.
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
