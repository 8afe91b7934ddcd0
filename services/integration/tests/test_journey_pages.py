"""The journey, as a client sees their own and as others see it."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.events.intake import CaseloadJoined, ClientRegistered
from shared.events.integration import EntryShared
from shared.testing.bench import Bench
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


def test_she_reads_her_own_words_and_neither_scores_nor_codes(lived: Story) -> None:
    said = own(lived)
    for hers in ("A door &lt;b&gt;opened&lt;/b&gt;.", "A key.", "To put it down.", "Walk to the riverbank."):
        assert hers in said, hers
    assert "You wrote down a moment: a realisation." in said
    assert "You noticed something in your body: warmth, chest." in said
    assert "PHQ" not in said
    assert "18" not in said.partition("The same as a list")[2]


def test_others_read_that_something_was_and_never_what_she_wrote(lived: Story) -> None:
    said = others(lived)
    assert "Shared moment: a realisation" in said
    assert "PHQ-9: 18" in said
    for hers in ("door", "A key.", "riverbank"):
        assert hers not in said, hers
    assert "To put it down." in said
    assert "To put it down." not in others(lived, "prescriber")


def test_the_list_can_be_of_one_kind_and_begins_with_what_lies_ahead(lived: Story) -> None:
    said = own(lived, "?kind=visit").partition("The same as a list")[2]
    assert said.index("Your medicine visit is booked.") < said.index("Your medicine visit ended.")
    assert "Medicine visit booked" in others(lived, query="?kind=visit").partition("The same as a list")[2]
    lived.booked(lived.bench.clock() + timedelta(days=200), "integration")
    assert "Your integration visit is booked." not in own(lived)
    assert "You set an intention." not in said
    assert own(lived, "?kind=nonsense").count("You set an intention.") == 1


def test_a_month_leaves_out_what_is_longer_ago_and_a_year_has_it(lived: Story) -> None:
    lived.bench.advance(days=60)
    assert "Nothing is written in this time." in own(lived, "?span=month")
    assert "A key." in own(lived)
    lived.bench.advance(days=60)
    assert "A key." not in own(lived)
    assert "A key." in own(lived, "?span=year")


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
