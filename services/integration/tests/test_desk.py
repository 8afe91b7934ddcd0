"""The therapist's desk: what came since somebody was last met, in which order they stand, and the keys between them."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from shared.events.intake import ClientRegistered
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import Visitor, visitor

from .conftest import Story
from .reading_pages import herself, words


def named(bench: Bench, name: str) -> Story:
    story = Story(bench).registered()
    story.tell(ClientRegistered, display_name=name)
    return story


@pytest.fixture
def at_desk(bench: Bench) -> Callable[[str], str]:
    """What a page says to the therapist who opens it now."""
    return lambda page: words(visitor(bench, "therapist").get(page))


@pytest.fixture
def therapist(bench: Bench) -> Visitor:
    return visitor(bench, "therapist")


def keys(who: Visitor, path: str) -> dict[str, str]:
    """Where the keys of a page lead."""
    page = Page(who.get(path))
    return {link["data-key"]: link["href"] for link in page.all("a") if "data-key" in link}


def order_of(who: Visitor) -> list[UUID]:
    """Everybody whom the keys reach from the desk on, one after the other."""
    found: list[UUID] = []
    after = keys(who, "/people").get("n")
    while after is not None:
        found.append(UUID(after.rpartition("/")[2]))
        after = keys(who, after.removeprefix("/integration")).get("n")
    return found


def test_the_desk_says_what_came_since_the_last_visit_and_counts_nothing_from_before(
    bench: Bench, at_desk: Callable[[str], str]
) -> None:
    rosa = named(bench, "Rosa")
    rosa.moment("therapist", "Before.")
    rosa.do("agenda", words="Before.")
    bench.advance(hours=1)
    rosa.visited()
    said = at_desk("/people")
    assert "Since you last met: Medicine visit," in said
    assert "was shared" not in said
    assert "1 thing waits to be talked about" in said

    bench.advance(hours=25)
    rosa.moment("therapist", "Since.")
    rosa.moment("care_team", "Since.")
    rosa.do("agenda", words="Since.")
    rosa.do(f"check-ins/{rosa.see('windows')[0]['check_ins'][0]['id']}/answer", how_are_you="Quiet.")
    rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0)
    rosa.propose(matters="Mornings.")

    for page in ("/people", f"/people/{rosa.client}"):
        said = at_desk(page)
        for news in (
            "2 moments were shared",
            "1 check-in was answered",
            "1 measure was answered",
            "1 thing was brought to talk about",
            "1 plan waits for your agreement",
        ):
            assert news in said, (page, news)


def test_a_moment_of_long_ago_that_is_shared_now_is_new_and_one_that_is_taken_back_is_not(
    bench: Bench, at_desk: Callable[[str], str]
) -> None:
    rosa = named(bench, "Rosa")
    moment = rosa.moment("private", "Of long ago.")["id"]
    bench.advance(hours=1)
    rosa.visited()
    bench.advance(hours=1)
    assert "was shared" not in at_desk("/people")

    rosa.do(f"moments/{moment}/sharing", visibility="therapist")
    assert "1 moment was shared" in at_desk("/people")
    assert "was shared" not in words(visitor(bench, "prescriber").get("/people"))

    rosa.do(f"moments/{moment}/sharing", visibility="private")
    for page in ("/people", f"/people/{rosa.client}"):
        assert "was shared" not in at_desk(page)


def test_what_is_private_is_in_no_count(bench: Bench, therapist: Visitor) -> None:
    rosa = named(bench, "Rosa")
    rosa.moment("private")
    rosa.do("commitments", action="Walk to the river.")
    for page in ("/people", f"/people/{rosa.client}"):
        said = words(therapist.get(page))
        assert "You have not met here yet." in said
        assert "shared commitment" not in said
        assert "river" not in said


def test_a_prescriber_is_told_nothing_of_agenda_words_body_or_answers(bench: Bench) -> None:
    rosa = named(bench, "Rosa").visited()
    bench.advance(hours=25)
    rosa.do("agenda", words="I want to die.")
    rosa.do("sensations", region="chest", side="centre", view="front", sensation="warmth", quality="slow")
    rosa.do(f"check-ins/{rosa.see('windows')[0]['check_ins'][0]['id']}/answer", how_are_you="Very quiet.", slept=True)
    rosa.propose(matters="Mornings.")
    prescriber = visitor(bench, "prescriber")
    for page in ("/people", f"/people/{rosa.client}"):
        said = words(prescriber.get(page))
        for hidden in (
            "talk about",
            "die",
            "asked to read",
            "Felt in the body",
            "Very quiet",
            "Slept",
            "for your agree",
        ):
            assert hidden not in said, (page, hidden)


def test_a_therapist_reads_what_a_check_in_was_answered(bench: Bench, at_desk: Callable[[str], str]) -> None:
    rosa = named(bench, "Rosa").visited()
    bench.advance(hours=25)
    first = rosa.see("windows")[0]["check_ins"][0]["id"]
    rosa.do(f"check-ins/{first}/answer", how_are_you="Very <i>quiet</i>.", slept=True, craving=False)

    said = at_desk(f"/people/{rosa.client}")

    assert "Very &lt;i&gt;quiet&lt;/i&gt;. Slept Yes" in said
    assert "Cravings No" in said
    assert "Could be pregnant" not in said


def test_somebody_whose_words_are_to_be_read_stands_before_todays_visits(bench: Bench, therapist: Visitor) -> None:
    tilda = named(bench, "Tilda").booked(bench.clock() + timedelta(hours=1), "integration")
    rosa = named(bench, "Rosa")
    rosa.do("agenda", words="I want to die.")

    said = words(therapist.get("/people"))

    assert "Words that somebody is asked to read" in said
    assert "It says nothing about them." in said
    assert order_of(therapist) == [rosa.client, tilda.client]
    assert "I want to die." in words(therapist.get(f"/people/{rosa.client}"))


def test_who_rests_or_skipped_is_not_quiet(bench: Bench, at_desk: Callable[[str], str]) -> None:
    quiet, resting = named(bench, "Quentin").visited(), named(bench, "Rita").visited()
    bench.advance(hours=49)
    assert at_desk("/people").count("No answer yet") == 2

    resting.do("rest")

    said = at_desk("/people")
    assert said.count("No answer yet") == 1
    assert "Resting, by their own choice" in said
    assert "Rests by own choice" in at_desk(f"/people/{resting.client}")
    missed = quiet.see("windows")[0]["check_ins"][0]["id"]
    quiet.do(f"check-ins/{missed}/skipping")
    assert "No answer yet" not in at_desk("/people")


def test_todays_people_stand_by_the_time_of_their_visit_and_all_others_by_name(
    bench: Bench, therapist: Visitor
) -> None:
    late = named(bench, "Ada").booked(bench.clock() + timedelta(hours=5), "integration")
    soon = named(bench, "Zoe").booked(bench.clock() + timedelta(hours=1), "integration")
    others = [named(bench, name) for name in ("Berta", "Carla")]
    assert order_of(therapist) == [story.client for story in (soon, late, *others)]


def test_one_key_leads_from_the_desk_to_the_first_and_on_and_back(bench: Bench, therapist: Visitor) -> None:
    ada, berta, carla = (named(bench, name) for name in ("Ada", "Berta", "Carla"))

    assert keys(therapist, "/people")["n"].endswith(str(ada.client))
    first, middle, last = (keys(therapist, f"/people/{story.client}") for story in (ada, berta, carla))

    assert "p" not in first
    assert (middle["p"], middle["n"]) == tuple(f"/integration/people/{story.client}" for story in (ada, carla))
    assert "n" not in last


def test_nobody_outside_the_caseload_stands_beside_anybody(bench: Bench) -> None:
    rosa = named(bench, "Rosa")
    other = Story(bench)
    other.tell(ClientRegistered, display_name="Aaron")
    assert order_of(visitor(bench, "therapist")) == [rosa.client]
    assert order_of(visitor(bench, "prescriber")) == [other.client, rosa.client]


def test_what_somebody_shares_of_their_commitments_stands_on_their_page(bench: Bench, therapist: Visitor) -> None:
    rosa = named(bench, "Rosa")
    rosa.do("commitments", action="Walk to the river.", visibility="therapist")
    assert "Walk to the river." in words(therapist.get(f"/people/{rosa.client}"))
    assert "1 shared commitment" in words(therapist.get("/people"))
    assert "river" not in words(visitor(bench, "prescriber").get(f"/people/{rosa.client}"))


@pytest.mark.parametrize("path", ["/people", "/people/{client}"])
def test_many_people_take_as_many_statements_as_few(bench: Bench, therapist: Visitor, path: str) -> None:
    rosa = named(bench, "Rosa").visited()

    def read() -> None:
        assert therapist.get(path.format(client=rosa.client)).status_code == 200

    lives(bench, 3)
    few = statements(bench, read)
    lives(bench, 17)
    many = statements(bench, read)

    assert len(many) == len(few), set(many) ^ set(few)


def lives(bench: Bench, count: int) -> None:
    """People of whom there is something of each kind that the desk tells."""
    for number in range(count):
        story = named(bench, f"Client {number}").screened().visited().booked(bench.clock() + timedelta(days=2))
        story.do("commitments", action="x")
        story.do("agenda", words="I want to die.")
        story.moment("therapist")
        story.propose(matters="x")
        story.do("help")


def statements(bench: Bench, read: Callable[[], None]) -> list[str]:
    """What the database is asked."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(re.sub(r"\s+", " ", statement))

    read()  # What is asked once for each process has been asked.
    event.listen(bench.store.engine, "before_cursor_execute", note)
    read()
    event.remove(bench.store.engine, "before_cursor_execute", note)
    return said


def test_a_client_has_no_desk(bench: Bench) -> None:
    assert herself(named(bench, "Rosa")).get("/people").status_code == 403
