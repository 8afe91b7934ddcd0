"""The body map as a client meets it, without any script, and as their therapist sees it."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from shared.events.intake import ClientUpdated
from shared.pictures import regions
from shared.testing.html import Page
from shared.testing.visitor import visitor

from .conftest import Story
from .reading_pages import herself, on_to, words

NEW_YORK = ZoneInfo("America/New_York")
CHEST = {"place": "front.chest.centre", "sensation": "warmth"}


def layers(answer: TestResponse) -> dict[str, str]:
    """How each week of the front is seen, by so many weeks ago."""
    page = answer.get_data(as_text=True)
    return {ago: shade for shade, ago in re.findall(r'class="p-layer (\S+)" id="figure-front-week-(\d+)"', page)}


def weeks_on(answer: TestResponse, way: str) -> bool:
    """Whether a link to an earlier or a later week is shown."""
    [link] = [link for link in Page(answer).all("a") if way in link]
    return "hidden" not in link


def test_touching_a_region_without_script_opens_the_form_for_that_region(rosa: Story) -> None:
    page = Page(herself(rosa).get("/body"))
    links = [link["href"] for link in page.all("a") if "place=" in link.get("href", "")]
    assert len(links) == len(set(links)) == len(regions())
    there = next(link for link in links if "front.jaw.centre" in link)
    assert there.endswith("#placing")

    opened = herself(rosa).get(there.removeprefix("/integration").partition("#")[0])

    chosen = [one for one in Page(opened).all("option") if "selected" in one]
    assert [one["value"] for one in chosen if one["value"].startswith("front")] == ["front.jaw.centre"]
    current = [link["aria-label"] for link in Page(opened).all("a") if link.get("aria-current") == "true"]
    assert "jaw, Front" in current


def test_several_are_placed_in_one_sitting_and_all_of_them_stand_on_the_map_and_in_the_list(rosa: Story) -> None:
    on_to(
        herself(rosa).post("/body", **CHEST, extent="3", quality="like bread", distressing="unsaid"),
        "/body?kept=placed",
    )
    on_to(herself(rosa).post("/body", place="back.lower legs.left", sensation="other"), "/body?kept=placed")

    page = words(herself(rosa).get("/body?kept=placed"))

    assert "It is on your map." in page
    assert "warmth · chest (Front) · all of it like bread" in page
    assert "something else · lower legs, left (Back)" in page
    placed = rosa.see("sensations")
    assert {(one["region"], one["side"], one["view"], one["extent"], one["distressing"]) for one in placed} == {
        ("chest", "centre", "front", 3, None),
        ("lower legs", "left", "back", None, None),
    }
    assert rosa.bench.published() == []


def test_what_troubles_her_is_met_calmly_with_help_in_reach_and_calls_nobody(rosa: Story) -> None:
    answer = herself(rosa).post("/body", **CHEST, distressing="yes")
    [placed] = rosa.see("sensations")
    on_to(answer, f"/body/{placed['id']}")

    answer = herself(rosa).get(f"/body/{placed['id']}")
    said = words(answer)

    assert "You need not be alone with it." in said
    assert "988" in said
    assert "It calls nobody by itself." in said
    assert 'class="crisis"' not in answer.get_data(as_text=True).partition("</main")[0]
    assert rosa.bench.published() == []
    assert "You need not be alone" not in words(herself(rosa).get("/body"))


def test_what_is_to_be_mended_comes_back_with_what_was_typed(rosa: Story) -> None:
    answer = herself(rosa).post("/body", place="front.belly.centre", quality="wide")
    said = words(answer, 422)
    assert "It is not on your map yet" in said
    assert 'value="wide"' in answer.get_data(as_text=True)
    assert "It is not on your map yet" in words(
        herself(rosa).post("/body", place="front.moon.left", sensation="ease"), 422
    )
    assert rosa.see("sensations") == []


def test_a_time_of_before_is_by_her_own_clock(rosa: Story) -> None:
    rosa.tell(ClientUpdated, time_zone="America/Los_Angeles")
    yesterday = rosa.bench.clock().astimezone(ZoneInfo("America/Los_Angeles")) - timedelta(days=1)

    herself(rosa).post("/body", **CHEST, felt_at=f"{yesterday:%Y-%m-%dT21:05}")

    felt_at = datetime.fromisoformat(rosa.see("sensations")[0]["felt_at"])
    assert felt_at.astimezone(ZoneInfo("America/Los_Angeles")) == yesterday.replace(
        hour=21, minute=5, second=0, microsecond=0
    )


@pytest.mark.parametrize(
    ("felt_at", "said"),
    [
        ("2026-03-08T02:30", "The clocks go forward past that time. Please give another."),
        ("whenever", "Please give a day and a time."),
        ("2099-01-01T10:00", "This has not happened yet."),
    ],
)
def test_a_time_that_there_was_not_is_asked_for_again(rosa: Story, felt_at: str, said: str) -> None:
    assert said in words(herself(rosa).post("/body", **CHEST, felt_at=felt_at), 422)
    assert rosa.see("sensations") == []


def test_one_that_was_written_without_a_connection_is_of_when_it_was_written(rosa: Story) -> None:
    herself(rosa).post_late("/body", timedelta(minutes=90), **CHEST)
    felt_at = datetime.fromisoformat(rosa.see("sensations")[0]["felt_at"])
    assert felt_at == rosa.bench.clock() - timedelta(minutes=90)


def test_weeks_lie_over_each_other_the_older_the_fainter_and_a_link_goes_back(rosa: Story) -> None:
    for _ in range(3):
        herself(rosa).post("/body", **CHEST)
        rosa.bench.advance(days=14)

    now = herself(rosa).get("/body")
    assert layers(now) == {"2": "p-faded-2", "4": "p-faded-4", "6": "p-unshown"}
    assert [weeks_on(now, way) for way in ("data-earlier", "data-later")] == [True, False]
    before = herself(rosa).get("/body?week=3")
    assert layers(before) == {"2": "p-unshown", "4": "p-faded-1", "6": "p-faded-3"}
    assert [weeks_on(before, way) for way in ("data-earlier", "data-later")] == [True, True]
    # A slider says it as a number below zero.
    assert layers(herself(rosa).get("/body?week=-3")) == layers(before)


def test_years_later_an_earlier_half_year_is_still_there(rosa: Story) -> None:
    herself(rosa).post("/body", **CHEST)
    rosa.bench.advance(days=7 * 60)

    assert layers(herself(rosa).get("/body")) == {}
    assert layers(herself(rosa).get("/body?week=58")) == {"60": "p-faded-2"}
    assert "Where and when" in words(herself(rosa).get("/body?week=58"))


@pytest.mark.parametrize("week", ["x", "", "-", "99999999", "1.5", "٣"])
def test_any_address_shows_the_map(rosa: Story, week: str) -> None:
    assert herself(rosa).get(f"/body?week={week}&place=nowhere").status_code == 200


def test_where_and_when_is_a_picture_with_a_table(rosa: Story) -> None:
    assert "Where and when" not in words(herself(rosa).get("/body"))
    herself(rosa).post("/body", **CHEST)
    page = words(herself(rosa).get("/body"))
    assert "Where and when" in page
    assert "The same as a table" in page


def test_she_takes_a_mistake_off_her_map(rosa: Story) -> None:
    herself(rosa).post("/body", **CHEST, quality="by mistake")
    placed = rosa.see("sensations")[0]["id"]
    assert "by mistake" in words(herself(rosa).get(f"/body/{placed}"))

    on_to(herself(rosa).post(f"/body/{placed}/removal"), "/body?kept=removed")

    assert rosa.see("sensations") == []
    other = Story(rosa.bench).registered()
    assert herself(other).get(f"/body/{placed}").status_code == 404


def test_her_therapist_sees_what_she_marked_as_troubling_without_any_alarm(rosa: Story) -> None:
    herself(rosa).post("/body", **CHEST, quality="like bread", distressing="yes")
    therapist = visitor(rosa.bench, "therapist")

    answer = therapist.get(f"/people/{rosa.client}/body")
    said = words(answer)

    assert "like bread" in said
    assert "marked as troubling" in said
    assert "no adverse event" in said
    assert 'class="pill danger"' not in answer.get_data(as_text=True)
    assert [link for link in Page(answer).all("a") if "place=" in link.get("href", "")] == []
    for role in ("prescriber", "nurse", "front_desk", "medical_director"):
        assert visitor(rosa.bench, role).get(f"/people/{rosa.client}/body").status_code == 403
