from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from shared.events import intake, integration
from shared.store.tenancy import EVERY_CLINIC, set_clinic

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")
NELL = UUID("01936d3e-5f00-7000-8000-00000000a003")

TENANT = ["contact", "consent", "rest", "message", "subscription", "delivery"]
DUE = ["due_message", "due_delivery"]


@pytest.fixture
def filled(notify: Any, harbor: Any) -> Any:
    """A row of Maple in every table of notify."""
    notify.subscribes(harbor.url, "clearance.decided")
    notify.registered()
    notify.agrees()
    notify.hear(intake.ClearanceDecided)
    notify.hear(integration.RedFlagRaised)
    notify.hear(integration.RestBegun)
    return notify


def rows(notify: Any, table: str, clinic: str | None) -> int:
    with notify.bench.store.engine.connect() as connection:
        if clinic is not None:
            set_clinic(connection, clinic)
        return int(connection.scalar(text(f"select count(*) from {table}")))


@pytest.mark.parametrize("table", TENANT + DUE)
def test_a_clinic_sees_its_own_rows_and_no_others(filled: Any, table: str) -> None:
    assert rows(filled, table, "maple") > 0
    assert rows(filled, table, "cedar") == 0
    assert rows(filled, table, None) == 0


@pytest.mark.parametrize("table", TENANT)
def test_a_worker_for_all_clinics_sees_nothing_of_any(filled: Any, table: str) -> None:
    assert rows(filled, table, EVERY_CLINIC) == 0


@pytest.mark.parametrize("table", DUE)
def test_a_worker_for_all_clinics_sees_whose_turn_it_is(filled: Any, table: str) -> None:
    assert rows(filled, table, EVERY_CLINIC) > 0


def test_every_table_of_notify_is_guarded(filled: Any) -> None:
    with filled.bench.owner.connect() as connection:
        query = text(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            " and not (relrowsecurity and relforcerowsecurity)"
        )
        assert set(connection.scalars(query)) == {"alembic_version"}


def test_a_clinic_cannot_write_in_anothers_name(filled: Any) -> None:
    with filled.bench.store.engine.connect() as connection:
        set_clinic(connection, "cedar")
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(text("insert into contact (id, clinic) values (gen_random_uuid(), 'maple')"))
