"""Row-level security holds on every table of every service: as PostgreSQL's catalogue says, and as raw SQL finds."""

from typing import Any, NamedTuple

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from shared.service import Service
from shared.settings import Settings
from shared.store.database import make_engine
from shared.store.tenancy import EVERY_CLINIC
from stack.services import all_services

from .row_security import ALLOWED, faults, tables_of

CARRIERS = {
    *("clinic", "stream_head", "outbox", "inbox_stream", "inbox_event", "timer"),
    *("clinic_key", "erased", "audit_unchained"),
    # Notify's loops ask for whom something is due, and nothing else.
    *("due_message", "due_delivery"),
}
"""The tables that open to a worker for all clinics; see `shared.store.tenancy`."""

NOBODYS = {"alembic_version"}


@pytest.fixture(params=all_services(), ids=lambda service: service.name)
def service_under_test(request: pytest.FixtureRequest) -> Service:
    service: Service = request.param
    return service


def test_every_table_with_a_clinics_rows_is_guarded_and_every_way_around_is_closed(
    catalogue: Connection, service_under_test: Service
) -> None:
    assert faults(catalogue, service_under_test.name, ALLOWED[service_under_test.name]) == []


class Planted(NamedTuple):
    """A table with a row of Maple and one of Cedar, and how such a row is written."""

    table: str
    clinic_column: str
    insert: str
    values: dict[str, dict[str, Any]]


_COLUMNS = text("""
    select column_name as name, data_type as kind from information_schema.columns
    where table_schema = 'public' and table_name = :table and is_generated = 'NEVER' and is_identity = 'NO'
      and (column_default is null or is_nullable = 'NO')
    order by ordinal_position
""")
_CHECKS = text("""
    select conname from pg_constraint where conrelid = cast(:table as regclass) and contype = 'c'
""")
_VALUES = {
    "text": "'{text}'",
    "uuid": "gen_random_uuid()",
    "jsonb": "'{{}}'",
    "bytea": "decode(repeat('{byte}', 32), 'hex')",
    "boolean": "false",
    "integer": "{number}",
    "bigint": "{number}",
    "smallint": "{number}",
    "numeric": "{number}",
    "double precision": "{number}",
    "date": "current_date",
    "interval": "interval '1 hour'",
    "timestamp with time zone": "now()",
    "tstzrange": "tstzrange(now(), now() + interval '1 hour')",
    "ARRAY": "'{{}}'",
}


@pytest.fixture
def filled(catalogue: Connection, service_under_test: Service) -> list[Planted]:
    """In each table a row of either clinic, written past keys and checks, which say nothing of who may see it."""
    catalogue.execute(text("set local session_replication_role = replica"))
    made = []
    for table in sorted(tables_of(catalogue, service_under_test.name).keys() - NOBODYS):
        if table in ALLOWED[service_under_test.name].unreachable:
            continue
        catalogue.execute(text(f"delete from {table}"))  # Of earlier tests; it comes back with the end of this one.
        for check in catalogue.scalars(_CHECKS, {"table": table}).all():
            catalogue.execute(text(f"alter table {table} drop constraint {check} cascade"))
        columns = catalogue.execute(_COLUMNS, {"table": table}).all()
        clinic = "id" if table == "clinic" else "clinic"
        values = {
            name: {
                column.name: f"'{name}'" if column.name == clinic else _value(column.kind, name, place)
                for place, column in enumerate(columns)
            }
            for name in ("maple", "cedar")
        }
        names = ", ".join(column.name for column in columns)
        insert = f"insert into {table} ({names}) values ({{}})"
        for row in values.values():
            catalogue.exec_driver_sql(insert.format(", ".join(row.values())).replace("%", "%%"))
        made.append(Planted(table, clinic, insert, values))
    return made


def _value(kind: str, clinic: str, place: int) -> str:
    number = (1 if clinic == "maple" else 2) + 10 * place
    return _VALUES[kind].format(text=f"{clinic}{place}", byte=f"{number:02x}"[-2:], number=number)


def as_application(connection: Connection, service: Service, clinic: str | None) -> None:
    """From now on the connection is the application's, at that clinic; None: nobody has said which."""
    connection.execute(text("reset role"))
    connection.execute(text("select set_config('afterglow.clinic', :clinic, true)"), {"clinic": clinic or ""})
    connection.execute(text(f"set local role {service.name}_app"))


def refused(connection: Connection, statement: str) -> bool:
    """Whether PostgreSQL does not let the application do it: by a right that it lacks, or by a policy."""
    try:
        with connection.begin_nested() as attempt:
            connection.exec_driver_sql(statement.replace("%", "%%"))
            attempt.rollback()
    except ProgrammingError as error:
        return _lacks_the_right(error)
    return False


def touched(connection: Connection, statement: str) -> int:
    """How many rows the application reaches with it."""
    try:
        with connection.begin_nested() as attempt:
            count = connection.exec_driver_sql(statement).rowcount
            attempt.rollback()
    except ProgrammingError as error:
        if _lacks_the_right(error):
            return 0
        raise
    return count


def _lacks_the_right(error: ProgrammingError) -> bool:
    return isinstance(error.orig, InsufficientPrivilege)


def test_a_row_of_either_clinic_is_in_every_table(
    catalogue: Connection, filled: list[Planted], service_under_test: Service
) -> None:
    for planted in filled:
        assert catalogue.scalar(text(f"select count(*) from {planted.table}")) == 2, planted.table
    assert len({planted.table for planted in filled} - CARRIERS) > 4


@pytest.mark.parametrize("clinic", [None, "cedar", EVERY_CLINIC, "elm", "maple' or true --"])
def test_raw_sql_reads_changes_removes_and_adds_no_row_of_a_clinic_that_is_not_set(
    catalogue: Connection, filled: list[Planted], service_under_test: Service, clinic: str | None
) -> None:
    as_application(catalogue, service_under_test, clinic)
    for planted in filled:
        if clinic == EVERY_CLINIC and planted.table in CARRIERS:
            continue
        of_maple = f"{planted.clinic_column} = 'maple'"
        row = ", ".join(planted.values["maple"].values())
        for statement in (
            f"select * from {planted.table} where {of_maple}",
            f"update {planted.table} set {planted.clinic_column} = {planted.clinic_column} where {of_maple}",
            f"delete from {planted.table} where {of_maple}",
        ):
            assert touched(catalogue, statement) == 0, (planted.table, statement)
        assert refused(catalogue, planted.insert.format(row)), planted.table
        if clinic is None:
            assert touched(catalogue, f"select * from {planted.table}") == 0, planted.table


def test_a_clinic_reaches_its_own_row_and_can_give_it_to_no_other(
    catalogue: Connection, filled: list[Planted], service_under_test: Service
) -> None:
    rights = tables_of(catalogue, service_under_test.name)
    as_application(catalogue, service_under_test, "cedar")
    for planted in filled:
        assert touched(catalogue, f"select * from {planted.table}") == 1, planted.table
        move = f"update {planted.table} set {planted.clinic_column} = 'maple'"
        assert refused(catalogue, move), planted.table
        if "update" in rights[planted.table]:
            same = f"update {planted.table} set {planted.clinic_column} = {planted.clinic_column}"
            assert touched(catalogue, same) == 1, planted.table


def test_a_worker_for_all_clinics_opens_the_carriers_and_nothing_else(
    catalogue: Connection, filled: list[Planted], service_under_test: Service
) -> None:
    as_application(catalogue, service_under_test, EVERY_CLINIC)

    opened = {planted.table for planted in filled if touched(catalogue, f"select * from {planted.table}")}

    assert opened == {planted.table for planted in filled} & CARRIERS


def test_what_holds_no_clinics_rows_is_out_of_the_applications_reach(
    catalogue: Connection, service_under_test: Service
) -> None:
    for clinic in (None, "maple", EVERY_CLINIC):
        as_application(catalogue, service_under_test, clinic)
        for table in ALLOWED[service_under_test.name].unreachable:
            assert refused(catalogue, f"select * from {table}"), table
        assert refused(catalogue, "select * from outbox_weeks.other")


def test_the_application_cannot_put_row_level_security_aside(
    catalogue: Connection, service_under_test: Service, settings: Settings
) -> None:
    owner = f"{service_under_test.name}_owner"
    engine = make_engine(settings.database, pool_size=1)
    with engine.connect() as connection:
        for attack in (
            "set local session_replication_role = replica",
            "alter table timer disable row level security",
            "alter table timer no force row level security",
            "create policy mine on timer using (true)",
            "drop policy clinic_only on timer",
            "truncate timer",
            "create table mine (like timer)",
            "create trigger mine before insert on timer for each row execute function note_unchained()",
            f"set local role {owner}",
            f"set local session authorization {owner}",
            "update alembic_version set version_num = '0000'",
        ):
            assert refused(connection, attack), attack
        # Where a policy would have to be passed over, PostgreSQL refuses to read at all.
        connection.execute(text("set local row_security = off"))
        assert refused(connection, "select * from timer")
    engine.dispose()
