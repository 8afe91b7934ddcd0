"""Versions of clinics in the database: what was there before they were kept, and who can touch what was in force."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from intake.app import service
from shared.clinics import Clinic
from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.upgrades import Upgrade

from .house import House
from .people import accepted


def test_a_clinic_of_the_release_before_has_its_first_version(
    bench: Bench, settings: Settings, database_admin: str, worker: str, maple: Clinic
) -> None:
    upgrade = Upgrade.begin(service, settings, database_admin, f"intake_before_{worker}")
    upgrade.to("0004")
    now = bench.clock()
    upgrade.insert("clinic", id="maple", version=7, facts=json.dumps(maple.dump()), changed_at=now)

    upgrade.to()

    with upgrade.admin.connect() as connection:
        row = connection.execute(text("select * from clinic_version")).one()
    assert (row.clinic, row.version, row.author, row.in_force_from) == ("maple", 7, "operator", now)
    assert Clinic.load(row.document) == maple
    upgrade.admin.dispose()


def test_what_was_in_force_can_neither_be_changed_nor_removed(birch: House) -> None:
    for statement in ("update clinic_version set note = 'other'", "delete from clinic_version"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            birch.bench.store.engine.begin() as connection,
        ):
            connection.execute(text("select set_config('afterglow.clinic', 'birch', true)"))
            connection.execute(text(statement))


@pytest.mark.parametrize("clinic", ["", "*", "cedar"])
def test_nobody_but_the_clinic_itself_sees_its_versions_and_changes(birch: House, clinic: str) -> None:
    accepted(birch.change(name="Birch Hall"), 200)

    with birch.bench.store.engine.begin() as connection:
        connection.execute(text("select set_config('afterglow.clinic', :clinic, true)"), {"clinic": clinic})
        for table in ("clinic_version", "clinic_change"):
            assert connection.scalar(text(f"select count(*) from {table}")) == 0
