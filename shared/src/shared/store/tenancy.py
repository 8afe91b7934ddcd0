"""Row-level security: PostgreSQL itself shows a transaction only its own clinic's rows."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from uuid import UUID

from sqlalchemy import Connection

EVERY_CLINIC = "*"
"""What a worker sets to carry events and timers of all clinics; it opens the carrier tables and no others."""

_CARRIERS = ("stream_head", "outbox", "inbox_stream", "inbox_event", "timer", "clinic")

_SET_CLINIC = "select set_config('afterglow.clinic', %s, true)"
# An erasure takes the same lock for itself alone.
_SHARE_CLIENT = "pg_advisory_xact_lock_shared(hashtext('client'), hashtext(%s))"
_CLIENT_ALONE = "select pg_advisory_xact_lock(hashtext('client'), hashtext(%s))"

_OPEN_CARRIERS = f"""
    select set_config('afterglow.clinic', '{EVERY_CLINIC}', true), set_config('enable_seqscan', 'off', true)
"""


def set_clinic(connection: Connection, clinic: str, *, changes: UUID | None = None) -> None:
    """Say for which clinic the transaction speaks, and which client's things it is about to change, if it is known.

    Any number may change something of a client's at once, and none while the client is being erased.
    """
    # Past SQLAlchemy's own language, and in one statement: every transaction begins with this.
    if changes is None:
        connection.exec_driver_sql(_SET_CLINIC, (clinic,))
    else:
        connection.exec_driver_sql(f"{_SET_CLINIC}, {_SHARE_CLIENT}", (clinic, str(changes)))


def await_changes(connection: Connection, client: UUID) -> None:
    """Wait until nobody changes anything of a client's any more, and keep everybody else waiting until commit.

    Whoever holds a row of theirs already and then waits here may meet somebody who waits for that row.
    """
    connection.exec_driver_sql(_CLIENT_ALONE, (str(client),))


def open_carriers(connection: Connection) -> None:
    """Have the transaction carry events and timers of all clinics, and find them along the indexes.

    PostgreSQL believes a queue to be as short as when it last looked, and keeps a plan that reads all of it for a key.
    """
    connection.exec_driver_sql(_OPEN_CARRIERS)


def protect(execute: Callable[[str], object], table: str, *, column: str = "clinic") -> None:
    """For migrations: force row-level security on a tenant table. Its owner is bound by it too."""
    _protect(execute, table, f"{column} = nullif(current_setting('afterglow.clinic', true), '')")


def lay_carriers(execute: Callable[[str], object]) -> None:
    """For each service's first migration: the carrier tables with their policies."""
    for statement in _statements("carrier.sql", r";\n"):
        execute(statement)
    for table in ("idempotency", "audit"):
        protect(execute, table)
    for table in _CARRIERS:
        _protect_carrier(execute, table)
    # An audit line is written once and read.
    forbid_changes(execute, "audit")


def keep_outbox_by_weeks(execute: Callable[[str], object]) -> None:
    """For each service's migration: the outbox in weekly parts, and an inbox that handled events leave."""
    for statement in _statements("carrier_2.sql", r";\n\n"):
        execute(statement)
    _protect_carrier(execute, "outbox")
    execute(
        "do $$ begin execute format("
        "'grant execute on function keep_outbox_weeks to %I', replace(current_user, '_owner', '_app')); end $$"
    )


def keep_what_failed(execute: Callable[[str], object]) -> None:
    """For each service's migration: what failed is found by itself, and timers that did have a place for decisions."""
    for statement in _statements("carrier_3.sql", r";\n"):
        execute(statement)


def lay_trust(execute: Callable[[str], object]) -> None:
    """For each service's migration: keys for sealing, caseloads, erased clients, and the chain of the audit."""
    for statement in _statements("carrier_4.sql", r";\n\n"):
        execute(statement)
    for table in ("data_key", "caseload", "glass"):
        protect(execute, table)
    for table in ("clinic_key", "erased", "audit_unchained"):
        _protect_carrier(execute, table)
    protect(execute, "audit_chain")
    forbid_changes(execute, "audit_chain")


def tell_repeats_from_deeds(execute: Callable[[str], object]) -> None:
    """For each service's migration: the audit can say of a request that it came again, and was done before."""
    outcomes = "'done', 'shown', 'repeated', 'refused', 'denied'"
    execute("alter table audit drop constraint audit_outcome_check")
    # All lines that are there fit: to look at them once more would have everybody wait.
    execute(f"alter table audit add constraint audit_outcome_check check (outcome in ({outcomes})) not valid")


@contextmanager
def unbound(execute: Callable[[str], object], *tables: str) -> Iterator[None]:
    """For migrations: meanwhile the owner of these tables sees the rows of all clinics; nobody else does."""
    for table in tables:
        execute(f"alter table {table} no force row level security")
    yield
    for table in tables:
        execute(f"alter table {table} force row level security")


def forbid_changes(execute: Callable[[str], object], table: str) -> None:
    """For migrations: whoever runs the application can add rows to this table, and neither change nor remove one."""
    execute(
        f"do $$ begin execute format("
        f"'revoke update, delete on {table} from %I', replace(current_user, '_owner', '_app')); end $$"
    )


def read_across(execute: Callable[[str], object], table: str) -> None:
    """For migrations: functions of the owner may read this table's rows of all clinics; the application still may not.

    Only for narrow tables: whatever is in such a row may cross.
    """
    execute(f"create policy across_clinics on {table} for select to current_user using (true)")


def for_application_only(execute: Callable[[str], object], function: str) -> None:
    """For migrations: this function is called by the application and by nobody else."""
    execute(f"revoke all on function {function} from public")
    execute(
        f"do $$ begin execute format("
        f"'grant execute on function {function} to %I', replace(current_user, '_owner', '_app')); end $$"
    )


def _statements(name: str, end: str) -> list[str]:
    script = files("shared.store").joinpath(name).read_text(encoding="utf-8")
    return [statement for statement in re.split(end, script) if statement.strip()]


def _protect_carrier(execute: Callable[[str], object], table: str) -> None:
    column = "id" if table == "clinic" else "clinic"
    _protect(execute, table, f"current_setting('afterglow.clinic', true) in ({column}, '{EVERY_CLINIC}')")


def _protect(execute: Callable[[str], object], table: str, condition: str) -> None:
    execute(f"alter table {table} enable row level security")
    execute(f"alter table {table} force row level security")
    execute(f"create policy clinic_only on {table} using ({condition}) with check ({condition})")
