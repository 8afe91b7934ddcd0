"""What the upgrade makes of visits from before clinics knew of each other."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.clinics import Clinic
from shared.testing.upgrades import Upgrade

AT = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def before(upgrade: Upgrade, maple: Clinic, cedar: Clinic) -> Upgrade:
    """Maple and Cedar with a therapist of the same id, and a room of the same id."""
    upgrade.to("0004")
    for clinic in (maple, cedar):
        facts: dict[str, Any] = clinic.dump()
        facts["resources"] += [
            {"id": "robin-at-both", "kind": "therapist", "name": "Robin Vale"},
            {"id": "room-one", "kind": "room", "name": "Room 1"},
        ]
        upgrade.insert("clinic", id=clinic.id, version=1, facts=json.dumps(facts), changed_at=AT)
    return upgrade


def visit(upgrade: Upgrade, clinic: str, hours: float, *resources: str, **more: Any) -> UUID:
    starts_at = AT + hours * HOUR
    values: dict[str, Any] = {
        "id": uuid4(),
        "clinic": clinic,
        "client_id": uuid4(),
        "kind": "integration",
        "status": "booked",
        "starts_at": starts_at,
        "ends_at": starts_at + 2 * HOUR,
        "resources": json.dumps(resources),
        "version": 1,
    } | more
    upgrade.insert("visit", **values)
    for resource in resources:
        during = f"[{values['starts_at'].isoformat()},{values['ends_at'].isoformat()})"
        upgrade.insert("occupied", visit_id=values["id"], resource=resource, clinic=clinic, during=during)
    return UUID(str(values["id"]))


def test_nobody_is_compared_across_clinics_before_their_clinics_say_so_and_bookings_that_clash_stay(
    before: Upgrade,
) -> None:
    visit(before, "maple", 0, "robin-at-both", "room-one")
    visit(before, "cedar", 1, "robin-at-both", "room-one")

    before.to("0005")

    with before.admin.connect() as connection:
        assert connection.scalars(text("select everywhere from occupied")).all() == [None] * 4


def test_medicine_that_was_planned_or_given_before_keeps_its_interval(before: Upgrade) -> None:
    given = visit(before, "maple", 0, kind="medicine", status="completed")
    for minutes in (10, 40):
        before.insert(
            "entry",
            id=uuid4(),
            clinic="maple",
            visit_id=given,
            kind="dosed",
            at=AT + timedelta(minutes=minutes),
            entered_at=AT,
            actor="nurse-at-maple",
            data="{}",
        )
    planned = visit(before, "cedar", 100, kind="medicine")
    visit(before, "maple", 200, kind="medicine", status="cancelled")
    visit(before, "maple", 300)

    before.to("0005")

    with before.admin.connect() as connection:
        rows = connection.execute(text("select visit_id, clinic, gap, dosed_at from medicine")).all()
    longest = timedelta(hours=72)
    assert sorted(rows, key=lambda row: row.clinic) == [
        (planned, "cedar", longest, None),
        (given, "maple", longest, AT + timedelta(minutes=40)),
    ]


def test_the_newest_release_takes_them_over(before: Upgrade) -> None:
    visit(before, "maple", 0, "robin-at-both", kind="medicine")

    before.to()

    with before.admin.connect() as connection:
        assert connection.scalar(text("select count(*) from medicine")) == 1
