"""A journey for programs, by time and kind and as a graph; and on paper, for the client to keep."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.journey import KINDS
from integration.domain.months import Month, Zoom, drawn
from shared.testing.visitor import visitor
from shared.web.policy import Role

from .conftest import Story, refused
from .reading_pages import herself, words

months = st.builds(Month, st.integers(1950, 2150), st.integers(1, 12))
zones = st.sampled_from(["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]).map(ZoneInfo)
PRIVATE = ("moment", "commitment", "review", "practice", "lived", "life_event")


def timeline(story: Story, query: str, role: str = "client") -> list[dict[str, Any]]:
    return story.see(f"timeline?{query}", role)


def graph(story: Story) -> dict[str, Any]:
    answer = story.bench.as_("client", client_id=story.client).get(f"/clients/{story.client}/journey/graph")
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


# Months.


@given(months, zones, st.integers(0, 60 * 24 * 27))
def test_each_instant_of_a_month_is_of_that_month(month: Month, zone: ZoneInfo, minutes: int) -> None:
    assert Month.of(month.starts_at(zone) + timedelta(minutes=minutes), zone) == month
    assert Month.of(month.ends_at(zone), zone) == month.later(1)
    assert month.until(month.later(minutes % 40)) == minutes % 40
    assert Month.read(str(month)) == month


@given(st.sampled_from(Zoom), months, st.integers(0, 240), st.integers(0, 240))
def test_what_is_drawn_has_the_chosen_month_and_is_never_wider_than_three_screens(
    zoom: Zoom, first: Month, length: int, into: int
) -> None:
    last = first.later(length)
    chosen = min(first.later(into), last)

    shown = drawn(zoom, chosen, first, last)

    assert shown.first <= chosen <= shown.last <= last
    assert 720 <= shown.width <= 2160
    if zoom is Zoom.ALL:
        assert (shown.first, shown.last) == (first, last)


# By time and kind.


def test_a_part_of_the_journey_is_from_an_instant_to_before_another(rosa: Story) -> None:
    first = rosa.bench.clock()
    rosa.moment(words="One.")
    rosa.bench.advance(days=1)
    rosa.moment(words="Two.")
    second = rosa.bench.clock()

    # A + would be read as a space.
    one, two = (at.isoformat().replace("+00:00", "Z") for at in (first, second))
    assert len(timeline(rosa, f"from={one}&until={two}")) == 1
    assert len(timeline(rosa, f"from={two}")) == 1
    assert len(timeline(rosa, f"until={two}")) == 1
    assert len(timeline(rosa, "")) == 2


def test_each_kind_has_its_own_and_together_they_are_everything(everything: Story) -> None:
    of_kinds = [line for kind in KINDS for line in timeline(everything, f"kind={kind}")]
    assert len(of_kinds) == len(timeline(everything, ""))
    # No plan was agreed on yet.
    assert {kind for kind in KINDS if not timeline(everything, f"kind={kind}")} == {"plan"}
    caller = everything.bench.as_("client", client_id=everything.client)
    refused(caller.get(f"/clients/{everything.client}/timeline?kind=x"), "query_malformed", 422)


def test_a_plan_stands_where_both_had_agreed(rosa: Story) -> None:
    plan = rosa.propose("client", kind="living", well="The garden.").get_json()
    assert timeline(rosa, "kind=plan") == []
    rosa.bench.advance(days=1)
    therapist = rosa.bench.as_("therapist")
    agreed = therapist.post(f"/clients/{rosa.client}/plans/{plan['id']}/agreement", {"version": plan["version"]})
    agreed = (
        agreed if agreed.status_code == 201 else therapist.post(f"/clients/{rosa.client}/plans/{plan['id']}/agreement")
    )
    assert agreed.status_code == 201, agreed.get_json()

    [line] = timeline(rosa, "kind=plan", "therapist")
    assert (line["title"], line["at"][:10]) == ("Living plan agreed", "2026-11-03")
    assert "The garden." in words(herself(rosa).get("/living"))


@pytest.mark.parametrize("role", ["therapist", "prescriber"])
def test_of_what_is_private_others_see_no_line_at_all(rosa: Story, role: str) -> None:
    moment = rosa.moment("private")["id"]
    commitment = rosa.do("commitments", action="Walk.", insight_id=moment).get_json()["id"]
    rosa.do(f"commitments/{commitment}/reviews", outcome="kept")
    practice = rosa.practice()["id"]
    rosa.do(f"practices/{practice}/lived", words="Quiet.")
    rosa.do("life-events", title="The move.", day="2026-03-08")
    rosa.do("letters", words="Dear me.", opens_on="2030-01-01")

    assert {line["kind"] for line in timeline(rosa, "")} >= {*PRIVATE, "letter"}
    assert timeline(rosa, "", role) == []
    page = words(visitor(rosa.bench, role).get(f"/people/{rosa.client}/journey"))
    assert "Nothing is written in this month." in page
    assert "November 2026: 0 things" in page


def test_what_is_shared_is_seen_with_what_belongs_to_it(rosa: Story) -> None:
    commitment = rosa.do("commitments", action="Walk.").get_json()["id"]
    rosa.do(f"commitments/{commitment}/reviews", outcome="kept", reflection="A heron.")
    rosa.do(f"commitments/{commitment}/sharing", visibility="therapist")

    assert [line["title"] for line in timeline(rosa, "", "therapist")] == [
        "Commitment made",
        "Commitment reviewed: kept",
    ]
    assert timeline(rosa, "", "prescriber") == []
    assert "heron" not in visitor(rosa.bench, "therapist").get(f"/people/{rosa.client}/journey").get_data(as_text=True)


# As a graph.


def test_her_graph_has_all_of_hers_and_what_led_to_what(everything: Story) -> None:
    found = graph(everything)

    kinds = {node["id"]: node["kind"] for node in found["nodes"]}
    assert len(kinds) == len(found["nodes"]) == len(timeline(everything, ""))
    assert {(kinds[edge["from"]], kinds[edge["to"]]) for edge in found["edges"]} >= {
        ("moment", "commitment"),
        ("commitment", "review"),
        ("practice", "lived"),
    }
    said = {node["words"] for node in found["nodes"]}
    assert {"The weight had a shape.", "The kettle sang.", "The orchard was planted."} <= said
    assert "The lantern is lit." not in said


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLIENT])
def test_nobody_else_has_her_graph(rosa: Story, role: Role) -> None:
    assert rosa.bench.as_(role).get(f"/clients/{rosa.client}/journey/graph").status_code == 403
    other = Story(rosa.bench).registered()
    caller = rosa.bench.as_("client", client_id=other.client)
    assert caller.get(f"/clients/{rosa.client}/journey/graph").status_code in (403, 404)


# On paper.


def test_on_paper_is_everything_of_hers_in_words_from_a_day_to_a_day(everything: Story) -> None:
    said = words(herself(everything).get("/journey/print?from=2024-01-01"))
    for hers in (
        "The weight had a shape.",
        "To put down what I carry.",
        "To set it on the windowsill.",
        "A heron stood there.",
        "The kettle sang.",
        "Quiet.",
        "orchard",
    ):
        assert hers in said, hers
    assert "Hum by the window." in said
    assert "lantern" not in said
    assert "Sealed until 2 Nov 2027" in said
    assert "February 2024" in said
    assert "orchard" not in words(herself(everything).get("/journey/print"))


def test_on_paper_nothing_tells_whoever_finds_it_what_she_was_asked_about_her_safety(rosa: Story) -> None:
    rosa.visited()
    first = rosa.see("windows")[0]["check_ins"][0]["id"]
    rosa.do(f"check-ins/{first}/answer", how_are_you="Quiet.", unsafe_at_home=True, craving=True)

    said = words(herself(rosa).get("/journey/print")).casefold()

    assert "quiet." in said
    for word in ("afraid", "hurting", "crave", "unsafe", "unreal"):
        assert word not in said, word


@pytest.mark.parametrize("query", ["from=x&until=y", "from=2030-01-01", "until=2030-01-01", "from=0001-01-01"])
def test_days_that_make_no_sense_show_a_time_that_does(rosa: Story, query: str) -> None:
    assert "Your journey" in words(herself(rosa).get(f"/journey/print?{query}"))


def test_each_client_prints_their_own_alone_and_nobody_at_the_clinic_prints_any(everything: Story) -> None:
    other = Story(everything.bench).registered()
    assert "shape" not in words(herself(other).get("/journey/print?from=2024-01-01"))
    for role in ("therapist", "prescriber", "nurse", "clinic_admin"):
        assert visitor(everything.bench, role).get("/journey/print").status_code == 403, role


def test_the_day_of_a_line_is_that_of_her_own_clock(rosa: Story) -> None:
    rosa.bench.clock.at = datetime(2026, 12, 1, 2, tzinfo=UTC)
    rosa.moment(words="Late in November.")
    assert "November 2026 30 Nov 2026, 21:00" in words(herself(rosa).get("/journey/print"))
