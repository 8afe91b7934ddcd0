"""What there is in a service's tables, for tests that nothing about clients is forgotten, and nothing lies in clear."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Engine, text

from shared.store.holdings import Holding
from shared.store.tables import audit

CARRIERS = {
    *audit.metadata.tables,
    "alembic_version",
    "audit_chain",
    "audit_unchained",
    "clinic_key",
    "data_key",
}
"""The tables of every service, which `shared.store` looks after itself."""

ABOUT_CLIENTS = {"data_key": "subject", "caseload": "client_id", "glass": "client_id"}
"""Tables of every service with rows about a client, and their columns with the client's id."""

REMEMBERING = {"audit", "erased", "inbox_stream", "outbox", "stream_head"}
"""What must remember that there was somebody, by an id alone: the places of events in their streams, what was done and
by whom, and that they were erased.
"""

_COLUMNS = text("""
    select table_name, column_name, data_type from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE'
""")
_CLIENT = {"client", "client_id"}
_SPEAKING = {"text", "jsonb", "json", "character varying", "date", "ARRAY"}


def places_of(holdings: Sequence[Holding]) -> dict[str, str]:
    """The tables with rows about clients, those of every service among them, and their columns with the client's id."""
    return {holding.table: holding.whose.key for holding in holdings} | ABOUT_CLIENTS


def rows_about(client: UUID, places: Mapping[str, str], owner: Engine) -> dict[str, int]:
    """How many rows there are about a client in each of these places; where there are none it is left out."""
    with owner.connect() as connection:
        counts = {
            # Its names are ours.
            table: connection.scalar(text(f"select count(*) from {table} where {column} = :id"), {"id": client})  # nosec B608
            for table, column in places.items()
        }
    return {table: count for table, count in counts.items() if count}


def tables_about_clients(owner: Engine) -> set[str]:
    """The service's own tables that have a client's id."""
    return {table for table, column, _ in _own_columns(owner) if column in _CLIENT}


def columns_in_clear(owner: Engine) -> set[str]:
    """The columns of the service's own tables that can say something and are not sealed, as `contact.language`."""
    return {
        f"{table}.{column}" for table, column, kind in _own_columns(owner) if kind in _SPEAKING and column != "clinic"
    }


def tables_with(words: str, owner: Engine) -> set[str]:
    """The tables, carriers among them, in which somebody who has the whole database finds these words."""
    found = set()
    with owner.connect() as connection:
        rows = connection.execute(_COLUMNS).all()
        for table in {row.table_name for row in rows}:
            # Bytes are looked through as they are: what is only encoded is not sealed.
            bare = [row.column_name for row in rows if row.table_name == table and row.data_type == "bytea"]
            everything = ["cast(to_jsonb(searched) as text)", *(f"encode({name}, 'escape')" for name in bare)]
            said = " || ' ' || ".join(f"coalesce({one}, '')" for one in everything)
            # Its names are ours.
            query = f"select count(*) from {table} searched where position(:words in {said}) > 0"  # nosec B608
            if connection.scalar(text(query), {"words": words}):
                found.add(table)
    return found


def _own_columns(owner: Engine) -> list[tuple[str, str, str]]:
    with owner.connect() as connection:
        rows = connection.execute(_COLUMNS).all()
    return [(row.table_name, row.column_name, row.data_type) for row in rows if row.table_name not in CARRIERS]
