"""My people and one of them, as a therapist and a prescriber meet them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from shared.events.intake import CaseloadLeft, ClientRegistered
from shared.events.sessions import AppointmentCancelled
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import Visitor, visitor

from .conftest import Story
from .reading_pages import herself, words

GROUPS = ("Somebody is to look after them", "With a visit today", "Quiet", "Windows that close soon", "Others")


def named(bench: Bench, name: str) -> Story:
    story = Story(bench).registered()
    story.tell(ClientRegistered, display_name=name)
    return story


def therapist(bench: Bench) -> Visitor:
    return visitor(bench, "therapist")


def people(bench: Bench) -> str:
    return words(therapist(bench).get("/people"))


def in_this_order(said: str, *parts: str) -> None:
    places = [said.index(part) for part in parts]
    assert places == sorted(places), list(zip(parts, places, strict=True))


@pytest.fixture
def everybody(bench: Bench) -> Bench:
    """One client for each reason to stand where they stand."""
    closing = named(bench, "Clara").visited()
    bench.advance(days=25)
    for check_in in closing.see("windows")[0]["check_ins"]:
        if check_in["status"] != "waiting":
            closing.do(f"check-ins/{check_in['id']}/answer")
    named(bench, "Quentin").visited()
    bench.advance(days=4)
    named(bench, "Olga")
    named(bench, "Tilda").booked(bench.clock() + timedelta(hours=1), "integration")
    named(bench, "Fiona").do("help")
    return bench


def test_who_needs_somebody_comes_first_and_each_stands_in_one_place(everybody: Bench) -> None:
    said = people(everybody)
    in_this_order(
        said,
        GROUPS[0],
        "Fiona",
        GROUPS[1],
        "Tilda",
        "Quiet Their window",
        "Quentin",
        GROUPS[3],
        "Clara",
        GROUPS[4],
        "Olga",
    )
    assert all(said.count(name) == 1 for name in ("Fiona", "Tilda", "Quentin", "Clara", "Olga"))


def test_a_red_flag_says_why_in_words_and_since_when(bench: Bench) -> None:
    named(bench, "Fiona").do("help")
    bench.advance(hours=3)
    said = people(bench)
    assert "Asked for help now Open since: Today, 10:00 3 h ago" in said
    assert "help_now" not in said


def test_a_person_is_shown_with_what_changed(bench: Bench) -> None:
    rosa = named(bench, "Rosa").screened(18).visited()
    rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0)
    rosa.do("commitments", action="Walk to the river.", visibility="therapist")
    rosa.booked(bench.clock() + timedelta(days=3), "integration")
    said = people(bench)
    assert "PHQ-9 9 50 % lower than 18 before the treatment" in said
    assert "Next visit Integration visit, Thursday" in said
    assert "1 shared commitment" in said
    assert "river" not in said


def test_scores_whose_questions_overlap_tell_no_change(bench: Bench) -> None:
    rosa = named(bench, "Rosa").screened(18, days_ago=3)
    rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0)
    said = people(bench)
    assert "no change is told" in said
    assert "lower than" not in said


def test_a_visit_of_today_that_is_over_is_still_met_today_and_tomorrow_no_more(bench: Bench) -> None:
    rosa = named(bench, "Rosa")
    rosa.booked(bench.clock() - timedelta(hours=2), "preparation", visit=rosa.visit)
    rosa.visited(kind="preparation")
    said = people(bench)
    assert "With a visit today" in said
    assert "Preparation visit , it is over" in said
    assert "Next visit none is booked" in said
    bench.advance(hours=24)
    assert "With a visit today" not in people(bench)


def test_a_visit_that_was_cancelled_is_neither_today_nor_next(bench: Bench) -> None:
    rosa = named(bench, "Rosa")
    rosa.booked(bench.clock() + timedelta(hours=1), visit=rosa.visit)
    assert "With a visit today" in people(bench)
    rosa.tell(AppointmentCancelled, visit=str(rosa.visit))
    said = people(bench)
    assert "With a visit today" not in said
    assert "Next visit none is booked" in said


def test_only_the_caseload_is_listed_and_the_audit_says_who_was(bench: Bench) -> None:
    rosa, gone = named(bench, "Rosa"), named(bench, "Gregor")
    gone.tell(CaseloadLeft)
    said = people(bench)
    assert "Rosa" in said
    assert "Gregor" not in said
    with bench.owner.connect() as connection:
        line = connection.execute(text("select action, clients from audit order by position desc limit 1")).one()
    assert tuple(line) == ("people.read", [rosa.client])


def test_another_clinic_sees_nobody_of_this_one(bench: Bench) -> None:
    rosa = named(bench, "Rosa")
    elsewhere = visitor(bench, "prescriber", clinic="cedar")
    assert "Rosa" not in words(elsewhere.get("/people"))
    assert elsewhere.get(f"/people/{rosa.client}").status_code == 404
    assert elsewhere.get(f"/people/{rosa.client}/journey").status_code == 404


def test_a_prescriber_sees_who_called_for_help_before_anybody_told_of_them(bench: Bench) -> None:
    unknown = Story(bench)
    unknown.do("help")
    prescriber = visitor(bench, "prescriber")
    assert "Somebody whose name is not known here yet" in words(prescriber.get("/people"))
    assert "Asked for help now" in words(prescriber.get(f"/people/{unknown.client}"))


# One of them.


def test_a_red_flag_leads_to_the_one_page_where_somebody_is_on_it_and_closes_it(bench: Bench) -> None:
    rosa = named(bench, "Rosa")
    rosa.do("help")

    answer = therapist(bench).get(f"/people/{rosa.client}")

    assert "Nobody is on it yet." in words(answer)
    path = f"/integration/people/{rosa.client}/red-flags"
    assert path in [link["href"] for link in Page(answer).all("a")]
    assert [form["action"] for form in Page(answer).all("form") if "red-flags" in form["action"]] == []


def test_who_closed_a_flag_is_named_by_the_clinic_and_never_by_their_sign_in(bench: Bench) -> None:
    rosa = named(bench, "Rosa")
    rosa.flagged()
    rosa.do("help")
    flag = next(flag["id"] for flag in rosa.see("red-flags", "therapist") if flag["closed_at"] is None)
    stranger = visitor(bench, "locum", grants={"maple": frozenset({"prescriber"})})
    stranger.post(f"/people/{rosa.client}/red-flags/{flag}/closing", note="Called; safe.")

    said = words(therapist(bench).get(f"/people/{rosa.client}"))

    assert "closed by Dr. Lena Weiss" in said
    assert "Called; safe." in said
    assert "closed by Somebody whom the clinic’s settings do not name" in said
    assert "locum-at-maple" not in said


def test_each_sees_of_the_inner_work_what_is_meant_for_them(bench: Bench) -> None:
    rosa = named(bench, "Rosa").visited()
    for visibility in ("private", "therapist", "care_team"):
        rosa.moment(visibility, f"For {visibility}, <b>so</b>.")
    rosa.do("intentions", question="truth", words="To put it down.")
    rosa.do("commitments", action="Walk to the river.")
    check_in = rosa.see("windows")[0]["check_ins"][0]["id"]
    rosa.do(f"check-ins/{check_in}/answer", how_are_you="Very quiet.")

    to_therapist = words(therapist(bench).get(f"/people/{rosa.client}"))
    to_prescriber = words(visitor(bench, "prescriber").get(f"/people/{rosa.client}"))

    assert "For therapist, &lt;b&gt;so&lt;/b&gt;." in to_therapist
    assert "For care_team" in to_therapist
    assert "To put it down." in to_therapist
    assert "For care_team" in to_prescriber
    assert "For therapist" not in to_prescriber
    assert "To put it down." not in to_prescriber
    for said in (to_therapist, to_prescriber):
        assert "For private" not in said
        assert "river" not in said
        assert "24 hours after it: answered" in said
    assert "Very quiet" in to_therapist
    assert "Very quiet" not in to_prescriber


def test_measures_are_drawn_with_the_instruments_own_bands(bench: Bench) -> None:
    rosa = named(bench, "Rosa").screened(18).visited()
    rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0)
    said = words(therapist(bench).get(f"/people/{rosa.client}"))
    assert "PHQ-9 9" in said
    assert "Moderately severe" in said
    assert "18" in said.partition("The same as a table")[2]


@pytest.mark.parametrize("role", ["front_desk", "nurse", "clinic_admin", "client"])
def test_nobody_else_has_people(bench: Bench, role: str) -> None:
    rosa = named(bench, "Rosa")
    who = herself(rosa) if role == "client" else visitor(bench, role)
    assert who.get("/people").status_code == 403
    assert who.get(f"/people/{rosa.client}").status_code == 403


def test_a_therapist_of_others_is_told_that_she_is_not_theirs(bench: Bench) -> None:
    rosa = named(bench, "Rosa")
    rosa.tell(CaseloadLeft)
    assert therapist(bench).get(f"/people/{rosa.client}").status_code == 403
    assert therapist(bench).get(f"/people/{rosa.client}/journey").status_code == 403
