"""Outcomes as a clinic and a network read them: on a page, by a door, and in a file."""

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import event

from integration.adapters import tables
from integration.adapters.tables import as_csv
from integration.pages.outcomes import COLUMNS
from shared.clinics import Clinic
from shared.events.intake import ClinicConfigured
from shared.testing.bench import Bench
from shared.testing.visitor import visitor

from .many import many, month_begins
from .reading_pages import words

READS = {"clinic_admin", "medical_director"}
OTHERS = ["front_desk", "therapist", "prescriber", "nurse", "operator", "partner"]


@pytest.fixture
def maples(bench: Bench) -> Bench:
    """Sixty-four people of Maple; a dozen each of whom it is unknown, of whom it is not so, in either part."""
    many(bench, 32, answered=20, responded=14, remitted=12, engaged=32)
    many(bench, 32, answered=32, responded=16, remitted=11, visits=4)
    month_begins(bench)
    return bench


def figures(bench: Bench, role: str = "clinic_admin", path: str = "", clinic: str = "maple") -> list[dict[str, Any]]:
    answer = bench.as_(role, clinic=clinic).get(f"/outcome-figures{path}")
    assert answer.status_code == 200, answer.get_json()
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


def one(found: list[dict[str, Any]], what: str, part: str | None = None, by: str | None = None) -> dict[str, Any]:
    [figure] = [one for one in found if (one["what"], one["part"], one["engagement"]) == (what, part, by)]
    return figure


def test_a_medical_director_reads_what_became_of_series(maples: Bench) -> None:
    said = words(visitor(maples, "medical_director").get("/outcomes"))
    assert "Series “induction” Counted up to 1 Dec 2026" in said
    assert "People whose series is over 64" in said
    assert "50 % · 32 of 64 " in said
    assert "57.7 % · 30 of 52 · not known: 12" in said
    assert "44.2 % · 23 of 52 · not known: 12" in said
    assert "44.2–70.1 %" in said
    assert "ranked" in said


def test_the_door_tells_the_same_figures(maples: Bench) -> None:
    figure = one(figures(maples), "response")
    assert (figure["people"], figure["count"], figure["unknown"], figure["of"]) == (64, 30, 12, 52)
    assert (figure["percent"], figure["low"], figure["high"]) == ("57.7", "44.2", "70.1")
    assert (figure["protocol"], figure["measure"], figure["clinics"]) == ("induction", "phq-9", 1)
    more, less = (one(figures(maples), "response", part, "check_ins") for part in ("more", "less"))
    assert (more["people"], more["count"], more["unknown"]) == (32, 14, None)
    assert (less["people"], less["count"], less["unknown"]) == (32, 16, None)


def test_few_people_are_told_nothing_of_and_the_page_says_how_it_begins(bench: Bench) -> None:
    many(bench, 10, responded=5)
    month_begins(bench)
    said = words(visitor(bench, "clinic_admin").get("/outcomes"))
    assert "There are too few people yet to tell anything of them." in said
    assert "Once 11 people" in said
    assert figures(bench) == []


def test_what_is_too_few_is_drawn_as_not_told(bench: Bench) -> None:
    many(bench, 40, answered=33, responded=20, remitted=4)
    month_begins(bench)
    said = words(visitor(bench, "clinic_admin").get("/outcomes"))
    assert "50 % · 20 of 40" in said
    assert "without it, or not known" in said
    assert "Remission: too few to tell" in said or "Remission 40 too few to tell" in said
    assert "the groups are too small to be told apart" in said
    assert not re.search(r"\b(4|7|33|36)\b people", said)
    assert one(figures(bench), "remission")["count"] is None


def test_another_clinic_reads_its_own_and_nothing_of_this_one(maples: Bench) -> None:
    assert figures(maples, clinic="cedar") == []
    assert "too few people yet" in words(visitor(maples, "clinic_admin", clinic="cedar").get("/outcomes"))


@pytest.mark.parametrize("role", [*OTHERS, "network_admin"])
def test_nobody_else_reads_a_clinics_outcomes(bench: Bench, role: str) -> None:
    assert bench.as_(role).get("/outcome-figures").status_code == 403
    for page in ("/outcomes", "/outcomes/figures.csv", "/outcomes/figures.parquet"):
        assert visitor(bench, role).get(page).status_code == 403


@pytest.mark.parametrize("role", [*OTHERS, *sorted(READS)])
def test_nobody_but_a_networks_admin_reads_a_networks_outcomes(bench: Bench, role: str) -> None:
    assert bench.as_(role).get("/outcome-figures/network").status_code == 403
    for page in ("/outcomes/network", "/outcomes/network/figures.csv", "/outcomes/network/figures.parquet"):
        assert visitor(bench, role).get(page).status_code == 403


# The network.


def test_a_network_is_the_sum_of_what_its_clinics_tell(maples: Bench) -> None:
    many(maples, 40, clinic="cedar", answered=28, responded=17, remitted=3)
    maples.advance(days=31)
    response = one(figures(maples, "network_admin", "/network"), "response")
    remission = one(figures(maples, "network_admin", "/network", "cedar"), "remission")
    assert (response["people"], response["count"], response["unknown"], response["clinics"]) == (104, 47, 24, 2)
    assert (remission["people"], remission["count"], remission["clinics"]) == (64, 23, 1)
    said = words(visitor(maples, "network_admin").get("/outcomes/network"))
    assert "The clinics of Afterglow Network together." in said
    assert "2 clinics tell it" in said
    assert "58.8 % · 47 of 80 · not known: 24" in said


def test_a_clinic_with_too_few_has_no_part_in_it(maples: Bench) -> None:
    many(maples, 10, clinic="cedar", responded=5)
    maples.advance(days=31)
    response = one(figures(maples, "network_admin", "/network"), "response")
    assert (response["people"], response["clinics"]) == (64, 1)


def test_a_clinic_outside_of_the_network_is_never_counted(maples: Bench, cedar: Clinic) -> None:
    elsewhere = Clinic.load(cedar.dump() | {"network": "Another Network", "version": cedar.version + 1})
    maples.hear(ClinicConfigured(subject=cedar.subject, clinic=elsewhere), clinic="cedar")
    many(maples, 40, clinic="cedar", answered=28, responded=17)
    maples.advance(days=31)
    ours = one(figures(maples, "network_admin", "/network"), "response")
    theirs = one(figures(maples, "network_admin", "/network", "cedar"), "response")
    assert (ours["people"], theirs["people"]) == (64, 40)


def test_a_clinic_of_no_network_has_no_network_to_read(maples: Bench, cedar: Clinic) -> None:
    alone = Clinic.load(cedar.dump() | {"network": None, "version": cedar.version + 1})
    maples.hear(ClinicConfigured(subject=cedar.subject, clinic=alone), clinic="cedar")
    assert figures(maples, "network_admin", "/network", "cedar") == []
    said = words(visitor(maples, "network_admin", clinic="cedar").get("/outcomes/network"))
    assert "This clinic belongs to no network." in said


# Files.


def plain(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{name: "" if row[name] is None else str(row[name]) for name in COLUMNS} for row in rows]


@pytest.mark.parametrize(
    ("role", "page", "door"), [("clinic_admin", "", ""), ("network_admin", "/network", "/network")]
)
def test_the_files_say_what_the_page_says(maples: Bench, tmp_path: Path, role: str, page: str, door: str) -> None:
    expected = plain(figures(maples, role, door))
    who = visitor(maples, role)

    written = who.get(f"/outcomes{page}/figures.csv")
    assert written.mimetype == "text/csv"
    assert "attachment" in written.headers["Content-Disposition"]
    assert list(csv.DictReader(StringIO(written.get_data(as_text=True)))) == expected

    parquet = who.get(f"/outcomes{page}/figures.parquet")
    assert parquet.mimetype == "application/vnd.apache.parquet"
    file = tmp_path / "figures.parquet"
    file.write_bytes(parquet.get_data())
    read = duckdb.connect(":memory:").execute(f"select * from '{file}'")  # The path is the test's own.
    columns = [column[0] for column in read.description]
    assert plain([dict(zip(columns, row, strict=True)) for row in read.fetchall()]) == expected
    assert len(expected) > 10


def test_files_of_nobody_have_their_columns(bench: Bench, tmp_path: Path) -> None:
    who = visitor(bench, "clinic_admin")
    assert who.get("/outcomes/figures.csv").get_data(as_text=True).strip() == ",".join(COLUMNS)
    file = tmp_path / "figures.parquet"
    file.write_bytes(who.get("/outcomes/figures.parquet").get_data())
    assert duckdb.connect(":memory:").execute(f"select count(*) from '{file}'").fetchall() == [(0,)]


def test_without_duckdb_the_page_says_how_to_have_parquet(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PARQUET_NEEDS", "no_such_module")
    who = visitor(bench, "clinic_admin")
    page = words(who.get("/outcomes"))
    assert "As CSV" in page
    assert "As Parquet" not in page
    assert "the extra “analytics” of integration (DuckDB)" in page
    refused = who.get("/outcomes/figures.parquet")
    assert refused.status_code == 409
    assert "Parquet is not installed here." in refused.get_data(as_text=True)


def test_no_cell_is_a_formula_to_a_spreadsheet() -> None:
    written = as_csv(["protocol", "people"], [{"protocol": "=HYPERLINK(1)", "people": None}])
    assert written == b"protocol,people\r\n'=HYPERLINK(1),\r\n"


def test_however_many_people_there_are_it_takes_as_many_statements(bench: Bench) -> None:
    def statements() -> int:
        said: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            said.append(statement)

        event.listen(bench.store.engine, "before_cursor_execute", note)
        assert visitor(bench, "clinic_admin").get("/outcomes").status_code == 200
        event.remove(bench.store.engine, "before_cursor_execute", note)
        return len(said)

    statements()
    few = statements()
    many(bench, 40, responded=20, engaged=20)
    month_begins(bench)
    assert statements() == few
