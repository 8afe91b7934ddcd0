"""What there is in a service's tables, for tests that nothing about clients is forgotten, and nothing lies in clear."""

from sqlalchemy import Engine, text

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

_COLUMNS = text("""
    select table_name, column_name, data_type from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE'
""")
_CLIENT = {"client", "client_id"}
_SPEAKING = {"text", "jsonb", "json", "character varying", "date", "ARRAY"}


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
            query = f"select count(*) from {table} searched where position(:words in {said}) > 0"  # noqa: S608
            if connection.scalar(text(query), {"words": words}):
                found.add(table)
    return found


def _own_columns(owner: Engine) -> list[tuple[str, str, str]]:
    with owner.connect() as connection:
        rows = connection.execute(_COLUMNS).all()
    return [(row.table_name, row.column_name, row.data_type) for row in rows if row.table_name not in CARRIERS]
