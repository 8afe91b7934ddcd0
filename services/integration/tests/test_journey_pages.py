"""The journey, as a client sees their own and as others see it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from shared.events.intake import CaseloadJoined, ClientRegistered
from shared.events.integration import EntryShared
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import visitor

from .conftest import Story
from .reading_pages import herself, on_to, words


@pytest.fixture
def lived(rosa: Story) -> Story:
    """Rosa, with something of each kind."""
    rosa.screened().do("intentions", question="truth", words="To put it down.")
    rosa.bench.advance(hours=1)
    rosa.visited()
    rosa.bench.advance(hours=1)
    rosa.moment("private", "A door <b>opened</b>.")
    rosa.moment("therapist", "A key.")
    rosa.do("commitments", action="Walk to the riverbank.")
    rosa.do("sensations", region="chest", side="centre", view="front", sensation="warmth")
    rosa.booked(rosa.bench.clock() + timedelta(days=7))
    return rosa


def own(story: Story, query: str = "") -> str:
    return words(herself(story).get(f"/journey{query}"))


def others(story: Story, role: str = "therapist", query: str = "") -> str:
    return words(visitor(story.bench, role).get(f"/people/{story.client}/journey{query}"))


def listed(story: Story, query: str = "", role: str | None = None) -> str:
    """What the list of the month says, without the picture and the months over it."""
    reads = visitor(story.bench, role) if role else herself(story)
    page = reads.get(f"/people/{story.client}/journey{query}" if role else f"/journey{query}").get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition('id="month"')[2].partition("</main")[0]))


def drawn(story: Story, query: str = "", role: str | None = None) -> str:
    """The picture alone, as it is written."""
    reads = visitor(story.bench, role) if role else herself(story)
    page = reads.get(f"/people/{story.client}/journey{query}" if role else f"/journey{query}").get_data(as_text=True)
    return page.partition('<div class="scrolled"')[2].partition("</svg>")[0]


def test_she_reads_her_own_words_and_neither_scores_nor_codes(lived: Story) -> None:
    said = own(lived)
    for hers in ("A door &lt;b&gt;opened&lt;/b&gt;.", "A key.", "To put it down.", "Walk to the riverbank."):
        assert hers in said, hers
    assert "You wrote down a moment: a realisation." in said
    assert "You noticed something in your body: warmth, chest." in said
    assert "PHQ" not in said
    assert "18" not in listed(lived)


def test_others_read_that_something_was_and_never_what_she_wrote(lived: Story) -> None:
    said = others(lived)
    assert "Shared moment: a realisation" in said
    assert "PHQ-9: 18" in others(lived, query="?month=2026-10")
    for hers in ("door", "A key.", "riverbank"):
        assert hers not in said, hers
    assert "To put it down." in said
    assert "To put it down." not in listed(lived, role="therapist")
    assert "To put it down." not in others(lived, "prescriber")


def test_the_list_can_be_of_one_kind_and_begins_with_what_lies_ahead(lived: Story) -> None:
    said = listed(lived, "?kind=visit")
    assert said.index("Your medicine visit is booked.") < said.index("Your medicine visit ended.")
    assert "Medicine visit booked" in listed(lived, "?kind=visit", "therapist")
    lived.booked(lived.bench.clock() + timedelta(days=200), "integration")
    assert "Your integration visit is booked." not in listed(lived)
    assert "You set an intention." not in said
    assert listed(lived, "?kind=nonsense").count("You set an intention.") == 1


def test_each_month_has_its_own_and_the_ways_lead_from_one_to_the_next_that_has_something(lived: Story) -> None:
    lived.bench.advance(days=60)
    assert "Nothing is written in this month." in listed(lived)
    assert "Earlier: November 2026" in listed(lived)
    assert "A key." in listed(lived, "?month=2026-11")
    assert "Earlier: October 2026" in listed(lived, "?month=2026-11")
    assert "Later:" not in listed(lived, "?month=2026-11&kind=moment")


@pytest.mark.parametrize("query", ["?month=nonsense", "?month=0001-01", "?month=9999-12", "?zoom=x&kind=x&page=x"])
def test_an_address_that_nobody_gave_shows_what_there_is(lived: Story, query: str) -> None:
    assert "Your journey" in own(lived, query)


def test_from_nearer_or_farther_away_the_picture_shows_less_or_more(lived: Story) -> None:
    for zoom, months in (("month", 1), ("quarter", 3), ("year", 12), ("all", 2)):
        labels = set(re.findall(r'aria-label="([A-Z][a-z]+ 202[0-9])"', drawn(lived, f"?zoom={zoom}")))
        assert len(re.findall(r'class="p-month', drawn(lived, f"?zoom={zoom}"))) >= months, zoom
        assert "November 2026" in labels


def test_every_way_of_looking_is_a_link_and_the_picture_can_be_scrolled_by_keyboard(lived: Story) -> None:
    page = Page(herself(lived).get("/journey"))
    ways = {link["href"].partition("?")[2] for link in page.all("a") if link.get("data-into") == "journey"}
    for wanted in ("month=2026-11&zoom=year", "month=2026-11&zoom=quarter&kind=moment", "month=2026-10&zoom=quarter"):
        assert any(way.partition("#")[0] == wanted for way in ways), wanted
    [scroller] = [one for one in page.all("div") if "data-scrolled" in one]
    assert scroller["tabindex"] == "0"
    assert scroller["aria-label"]
    assert {link["data-key"] for link in page.all("a") if "data-key" in link} >= {",", "+", "-"}


# What led to what.


def test_what_led_to_what_is_said_and_leads_there(lived: Story) -> None:
    moment = lived.moment("therapist", "A lamp.")["id"]
    lived.bench.advance(days=3)
    lived.do("commitments", action="Light it.", insight_id=moment)

    said = listed(lived)
    assert "led to something to do, 5 Nov 2026" in said
    assert "comes from a moment, 2 Nov 2026" in said
    assert f'href="/integration/journey?month=2026-11&amp;zoom=quarter#of-{moment}"' in herself(lived).get(
        "/journey"
    ).get_data(as_text=True)
    assert 'class="p-thread"' in drawn(lived)


def test_others_see_a_thread_only_where_they_see_both_of_its_ends(lived: Story) -> None:
    shared, private = lived.moment("therapist", "A lamp.")["id"], lived.moment("private", "A well.")["id"]
    for moment in (shared, private):
        made = lived.do("commitments", action="Light it.", insight_id=moment).get_json()["id"]
        lived.do(f"commitments/{made}/sharing", visibility="therapist")

    assert listed(lived, role="therapist").count("comes from a moment") == 1
    assert listed(lived, role="prescriber").count("comes from a moment") == 0
    assert listed(lived).count("comes from a moment") == 2


def test_each_client_sees_their_own_journey_alone(lived: Story) -> None:
    other = Story(lived.bench).registered()
    assert "A key." not in own(other)
    assert herself(other).get(f"/people/{lived.client}/journey").status_code == 404
    elsewhere = visitor(lived.bench, "client", clinic="cedar", client_id=lived.client)
    assert "A key." not in words(elsewhere.get("/journey"))


@pytest.mark.parametrize("role", ["front_desk", "nurse"])
def test_nobody_else_sees_a_journey(lived: Story, role: str) -> None:
    assert visitor(lived.bench, role).get(f"/people/{lived.client}/journey").status_code == 403


# By whose clock.


def test_all_of_her_pages_go_by_her_own_clock_and_the_clinic_reads_by_its_own(bench: Bench) -> None:
    rosa = Story(bench)
    rosa.tell(ClientRegistered, time_zone="America/Los_Angeles")
    rosa.tell(CaseloadJoined)
    bench.clock.at = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
    moment = rosa.moment("therapist")["id"]
    rosa.do("help")

    assert "1 Nov 2026, 23:30 (Los Angeles time)" in own(rosa)
    assert "Today, 23:30 (Los Angeles time)" in words(herself(rosa).get(f"/moments/{moment}"))
    assert "Today, 23:30 (Los Angeles time)" in words(herself(rosa).get("/help"))
    assert "2 Nov 2026, 02:30" in others(rosa)


# One moment.


def test_she_shares_a_moment_and_takes_it_back(lived: Story) -> None:
    door = next(moment for moment in lived.see("moments") if "door" in moment["words"])
    page = f"/moments/{door['id']}"
    assert f'href="/integration{page}"' in herself(lived).get("/journey").get_data(as_text=True)
    assert "A door &lt;b&gt;opened&lt;/b&gt;." in words(herself(lived).get(page))

    on_to(herself(lived).post(f"{page}/sharing", visibility="therapist"), f"{page}?changed=1")
    assert door["id"] in {moment["id"] for moment in lived.see("moments", "therapist")}

    on_to(herself(lived).post(f"{page}/sharing", visibility="private"), f"{page}?changed=1")
    assert door["id"] not in {moment["id"] for moment in lived.see("moments", "therapist")}
    assert [told.data["visible_to"] for told in lived.bench.published(EntryShared)] == ["therapist", "therapist"]


def test_with_nobody_chosen_nothing_changes(lived: Story) -> None:
    moment = lived.see("moments", "therapist")[0]["id"]
    assert "Nothing has changed yet" in words(herself(lived).post(f"/moments/{moment}/sharing"), 422)
    assert [one["id"] for one in lived.see("moments", "therapist")] == [moment]


def test_a_moment_of_somebody_else_is_not_there(lived: Story) -> None:
    moment = lived.see("moments", "therapist")[0]["id"]
    other = Story(lived.bench).registered()
    assert herself(other).get(f"/moments/{moment}").status_code == 404
    assert herself(other).post(f"/moments/{moment}/sharing", visibility="private").status_code == 404
    assert visitor(lived.bench, "therapist").get(f"/moments/{moment}").status_code == 403
    assert [one["id"] for one in lived.see("moments", "therapist")] == [moment]
