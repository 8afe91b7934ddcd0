"""Rows of one form as a file: CSV for people's spreadsheets, Parquet for their statistics."""

import csv
from collections.abc import Mapping, Sequence
from enum import Enum
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PARQUET_NEEDS = "duckdb"
_OWN_EXTENSIONS_ONLY: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """UTF-8, a head and a line for each row; None is an empty cell. No cell is a formula to a spreadsheet."""
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(columns)
    lines.writerows([_cell(row[name]) for name in columns] for row in rows)
    return written.getvalue().encode()


def can_write_parquet() -> bool:
    """Whether DuckDB is installed: the extra `analytics` of this service brings it."""
    return find_spec(PARQUET_NEEDS) is not None


def as_parquet(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The same rows, each column of its SQL type. DuckDB writes it by what it was built with, and asks nobody."""
    import duckdb

    names = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    marks = ", ".join("?" for _ in columns)
    with TemporaryDirectory() as folder, duckdb.connect(":memory:", config=_OWN_EXTENSIONS_ONLY) as database:
        file = Path(folder) / "rows.parquet"
        database.execute(f"create table told ({names})")
        if rows:
            values = [[_plain(row[name]) for name in columns] for row in rows]
            database.executemany(f"insert into told values ({marks})", values)  # nosec B608 # they are question marks.
        database.table("told").write_parquet(str(file))
        return file.read_bytes()


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _cell(value: Any) -> Any:
    plain = _plain(value)
    return f"'{plain}" if isinstance(plain, str) and plain.startswith(_FORMULAS) else plain
