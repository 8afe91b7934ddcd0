"""What a service knows before each test: it learns it once, and what it keeps of it is put back for all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from shared.clinics import Clinic
from shared.events.envelope import Envelope
from shared.service import Service
from shared.testing.bench import Bench


@dataclass(frozen=True)
class _Occasion:
    """Where, when and of whom a service learns; and the keys by which what it keeps is sealed."""

    service: Service
    database: str | None
    keys: str
    at: datetime
    clinics: tuple[Clinic, ...]


@dataclass(frozen=True)
class _Lesson:
    """What was there afterwards. `rows` are JSON, by table; `counted` is how far sequences are."""

    occasion: _Occasion
    rows: Mapping[str, str]
    counted: Mapping[str, int]
    sequences: Mapping[tuple[str, str], int]
    arrived: tuple[Envelope, ...]


class Learnt:
    """All that services have learnt in this process: to hear of two clinics takes longer than many a test."""

    def __init__(self) -> None:
        self._lessons: list[_Lesson] = []

    def know(self, bench: Bench, *clinics: Clinic) -> None:
        """Have the service on an emptied database know of these clinics, as if it had heard of them just now."""
        with bench.owner.begin() as connection:
            keys = _keys(clinics, connection)
            occasion = _Occasion(bench.service, bench.owner.url.database, keys, bench.clock(), clinics)
            for lesson in self._lessons:
                if lesson.occasion == occasion:
                    _put_back(lesson, connection)
                    bench.remember(lesson.sequences, lesson.arrived)
                    return
        for clinic in clinics:
            bench.know(clinic)
        with bench.owner.begin() as connection:
            # Who is heard of for the first time has keys only now: the next test finds them there.
            if _keys(clinics, connection) == keys:
                self._lessons.append(_taken(occasion, bench, connection))


def _keys(clinics: tuple[Clinic, ...], connection: Connection) -> str:
    return str(connection.scalar(_KEYS, {"subjects": [clinic.subject for clinic in clinics]}))


def _taken(occasion: _Occasion, bench: Bench, connection: Connection) -> _Lesson:
    tables = connection.scalars(_TABLES).all()
    rows = {table: connection.scalar(text(_ROWS.format(table))) for table in tables}
    counted = {one.name: one.at for one in connection.execute(_COUNTED)}
    sequences, arrived = bench.remembered()
    return _Lesson(occasion, {table: has for table, has in rows.items() if has}, counted, sequences, arrived)


def _put_back(lesson: _Lesson, connection: Connection) -> None:
    # Nothing is checked or set off by it: all of that has happened when it was learnt.
    connection.execute(text("set local session_replication_role = replica"))
    for table, rows in lesson.rows.items():
        columns = connection.scalar(_COLUMNS, {"table": table})
        connection.execute(text(_INSERT.format(table, columns)), {"rows": rows})
    for name, at in lesson.counted.items():
        connection.execute(text("select setval(:name, :at)"), {"name": name, "at": at})


_KEYS = text(
    "select md5(string_agg(of::text, ' ' order by of::text)) from ("
    "select one::text from clinic_key one"
    " union all select one::text from data_key one where subject = any(:subjects)) of"
)
_TABLES = text(
    "select quote_ident(tablename) from pg_tables"
    " where schemaname = 'public' and tablename not in ('alembic_version', 'clinic_key', 'data_key')"
)
_ROWS = "select json_agg(one)::text from {0} one"
_INSERT = "insert into {0} ({1}) overriding system value select {1} from json_populate_recordset(null::{0}, :rows)"
_COLUMNS = text(
    "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
    " where attrelid = cast(:table as regclass) and attnum > 0 and not attisdropped and attgenerated = ''"
)
_COUNTED = text(
    "select format('%I.%I', schemaname, sequencename) as name, last_value as at from pg_sequences"
    " where schemaname = 'public' and last_value is not null"
)
