"""A client's whole record: for machines and for people the same, all of it for the client, for others what they may."""

import re
from typing import Any

import pytest

from shared.store.reach import Condition
from shared.web.policy import CLINIC_STAFF, Role

from .attacker import REQUEST_ID
from .town import MAPLE, Somebody, Town, Who

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-"
NAME_OF_A_COLUMN = r"\b[a-z]+_[a-z_]+\b(?!-at-)"  # People sign in by names like it.
CARE_TEAM = {Role.PRESCRIBER, Role.NURSE, Role.MEDICAL_DIRECTOR}
"""What these work with, the clinic hands out to a client who asks on paper."""
MOMENT_OF_A_MACHINE = r"\d{4}-\d{2}-\d{2}T"


def export_of(town: Town, who: Who, about: Somebody) -> dict[str, Any]:
    path = f"/{town.service.name}/clients/{about.id}/record"
    answer = town.call("auditing.export_record", path, who, REQUEST_ID)
    assert answer.status_code == 200
    return {part["table"]: part for part in answer.get_json()["parts"]}


def page_of(town: Town, who: Who) -> str:
    path = f"/{town.service.name}/clients/{town.maple.known.id}/whole-record"
    answer = town.call("audit_pages.record_page", path, who, REQUEST_ID)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_it_has_every_row_of_the_export_and_nothing_that_only_machines_read(town: Town) -> None:
    known = town.maple.known
    themselves = Who.of(Role.CLIENT, MAPLE, known.id)
    export = town.call(
        "auditing.export_record", f"/{town.service.name}/clients/{known.id}/record", themselves, REQUEST_ID
    )

    page = page_of(town, themselves)

    parts = export.get_json()["parts"]
    assert page.count('<div class="row">') == sum(len(part["rows"]) for part in parts) > 0
    shown = re.sub(r"<code>[^<]*</code>|<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0])
    for of_machines in (ID, NAME_OF_A_COLUMN, MOMENT_OF_A_MACHINE):
        assert re.findall(of_machines, shown) == []
    for part in parts:
        assert part["title"][1:] in page
        assert part["withheld"] is None or part["withheld"] in page.replace("&#39;", "'")


def test_it_says_which_part_it_is_and_leads_to_the_others(town: Town) -> None:
    page = page_of(town, Who.of(Role.CLINIC_ADMIN, MAPLE))

    others = {"intake", "sessions", "integration", "notify"} - {town.service.name}
    assert set(re.findall(rf'href="/(\w+)/clients/{town.maple.known.id}/whole-record"', page)) == others
    assert f"({town.service.name})" in page
    assert "by the clinic’s clock (America/New York)" in page
    assert "“you” is them" in page
    assert "What the clinic hands out of it" in page


@pytest.mark.parametrize("also", [None, *CLINIC_STAFF])
@pytest.mark.parametrize("on_the_caseload", [True, False])
def test_of_each_table_it_has_for_others_what_they_read_at_a_door_and_what_the_care_team_works_with(
    town: Town, also: Role | None, on_the_caseload: bool
) -> None:
    """Whoever answers requests on paper, and has another role beside it, about somebody on a caseload or on none."""
    about = town.maple.known if on_the_caseload else town.maple.other
    roles = {Role.CLINIC_ADMIN, *([also] if also else [])}
    who = Who(f"{also or Role.CLINIC_ADMIN}-at-{MAPLE}", ((MAPLE, tuple(sorted(roles))),), MAPLE)
    own = export_of(town, Who.of(Role.CLIENT, MAPLE, about.id), about)
    assert [table for table, part in own.items() if part["rows"]]

    taken = export_of(town, who, about)

    for holding in town.service.holdings:
        part, theirs = taken[holding.table], own[holding.table]
        reached = {Condition.CLINIC, *([Condition.CASELOAD] if on_the_caseload else [])}
        lets = town.policy[holding.may].conditions if holding.may else lambda _: set()
        if holding.withheld or not (lets(roles) & reached or lets(CARE_TEAM)):
            assert part["rows"] == [], holding.table
            assert part["withheld"], holding.table
            continue
        assert all(not set(row) & set(holding.shown_to_them_alone) for row in part["rows"]), holding.table
        if holding.theirs_alone is None and not holding.shown_to_them_alone:
            assert part == theirs, holding.table


def test_the_page_shows_others_no_more_than_the_export(town: Town) -> None:
    who = Who.of(Role.CLINIC_ADMIN, MAPLE)
    taken = export_of(town, who, town.maple.known)

    page = page_of(town, who)

    assert page.count('<div class="row">') == sum(len(part["rows"]) for part in taken.values())
