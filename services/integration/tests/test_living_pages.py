"""Living practice, as a client meets it on their telephone, with no visit ahead and perhaps for years."""

from datetime import UTC, datetime, timedelta

import pytest

from integration.domain.next_step import LONG_AGO, Step, lives_on, next_step
from integration.models import Rest
from shared.store.transaction import Actor, Origin
from shared.testing.visitor import visitor

from .conftest import Story
from .reading_pages import herself, on_to, words

NOW = datetime(2026, 11, 2, 14, tzinfo=UTC)


def living(story: Story, query: str = "") -> str:
    return words(herself(story).get(f"/living{query}"))


@pytest.fixture
def written(rosa: Story) -> str:
    """The page of a letter that opens in a year."""
    rosa.bench.clock.at = NOW
    answer = herself(rosa).post("/living/letters", words="The lantern is lit.", opens_on="2027-11-02")
    on_to(answer, "/living?kept=letter")
    return f"/living/letters/{rosa.see('letters')[0]['id']}"


# Letters.


def test_a_letter_says_kindly_when_it_opens_and_shows_none_of_its_words_before(rosa: Story, written: str) -> None:
    said = words(herself(rosa).get(written))
    assert "It is sealed until 2 Nov 2027." in said
    assert "lantern" not in said
    assert "lantern" not in living(rosa, "?kept=letter")
    assert "Sealed until 2 Nov 2027 written on 2 Nov 2026" in living(rosa)


def test_who_tries_to_open_it_early_is_told_when_and_it_stays_sealed(rosa: Story, written: str) -> None:
    said = words(herself(rosa).post(f"{written}/opening"), 422)
    assert "This letter is sealed until 2 Nov 2027. It waits for you there." in said
    assert "lantern" not in said
    assert rosa.see("letters")[0]["opened_at"] is None


def test_on_its_day_it_waits_and_opens_when_she_opens_it(rosa: Story, written: str) -> None:
    rosa.bench.advance(days=365, hours=2)
    assert "A letter waits for you" in living(rosa)
    assert "lantern" not in words(herself(rosa).get(written))

    on_to(herself(rosa).post(f"{written}/opening"), written)

    assert "The lantern is lit." in words(herself(rosa).get(written))
    assert "Opened on 2 Nov 2027" in living(rosa)


def test_she_tears_it_up(rosa: Story, written: str) -> None:
    on_to(herself(rosa).post(f"{written}/tearing-up"), "/living?kept=torn")
    assert herself(rosa).get(written).status_code == 404
    assert "The letter is torn up." in living(rosa, "?kept=torn")


def test_a_day_that_was_is_no_day_for_a_letter_and_what_she_wrote_stays(rosa: Story) -> None:
    rosa.bench.clock.at = NOW
    said = words(herself(rosa).post("/living/letters", words="Dear me.", opens_on="2026-11-02"), 422)
    assert "Please choose a day after today." in said
    assert "Dear me." in said


# Days that matter.


def test_she_keeps_a_day_changes_who_may_see_it_and_removes_it(rosa: Story) -> None:
    rosa.bench.clock.at = NOW
    day = {"title": "The move.", "day": "2026-03-08", "yearly": "yes", "visibility": "private"}
    on_to(herself(rosa).post("/living/days", **day), "/living?kept=day")
    assert "The move. 8 Mar 2026 · you are invited to it on 8 Mar 2027" in living(rosa)
    page = f"/living/days/{rosa.see('life-events')[0]['id']}"
    assert "The move." in words(herself(rosa).get(page))

    on_to(herself(rosa).post(page, visibility="therapist"), "/living?kept=changed")
    assert "My therapist and me" in living(rosa)
    assert "you are invited" not in living(rosa)
    assert [one["title"] for one in rosa.see("life-events", "therapist")] == ["The move."]

    on_to(herself(rosa).post(f"{page}/removal"), "/living?kept=removed")
    assert rosa.see("life-events") == []
    assert herself(rosa).get(page).status_code == 404


def test_the_day_of_her_first_medicine_visit_is_offered_until_it_is_kept(rosa: Story) -> None:
    rosa.bench.clock.at = NOW
    rosa.visited()
    assert "Keep the day of my first medicine visit" in living(rosa)
    kept = {"title": "My first medicine visit", "day": "2026-11-02", "yearly": "yes", "visibility": "private"}
    herself(rosa).post("/living/days", **kept)
    assert "Keep the day of my first medicine visit" not in living(rosa)


def test_a_day_to_come_has_not_been(rosa: Story) -> None:
    rosa.bench.clock.at = NOW
    said = words(herself(rosa).post("/living/days", title="Later.", day="2026-11-03", visibility="private"), 422)
    assert "This day has not come yet." in said


# Whose it is, and resting.


def test_nobody_else_has_these_pages(rosa: Story, written: str) -> None:
    other = Story(rosa.bench).registered()
    for path in (written, f"{written}/opening", f"{written}/tearing-up"):
        assert herself(other).post(path).status_code in (404, 405), path
    assert "Sealed until" not in living(other)
    for role in ("therapist", "prescriber", "nurse", "front_desk", "clinic_admin", "medical_director"):
        assert visitor(rosa.bench, role).get("/living").status_code == 403, role
        assert visitor(rosa.bench, role).get(written).status_code == 403, role
    assert len(rosa.see("letters")) == 1


def test_who_is_away_is_told_that_they_are_and_how_to_come_back(rosa: Story) -> None:
    rosa.bench.clock.at = NOW
    assert "I would like to leave for a while" in living(rosa)
    with rosa.bench.store.transaction("maple", Actor("test"), Origin("test", "r", "r")) as tx:
        until = NOW + timedelta(days=30)
        tx.add(Rest(id=tx.new_id(), clinic="maple", client_id=rosa.client, begun_at=NOW, until=until, ended_at=None))

    said = living(rosa)
    assert "Until 2 Dec 2026 nothing is asked of you. What was not asked meanwhile is not asked afterwards." in said
    assert "I would like to leave for a while" not in said
    assert 'href="/integration/rest"' in herself(rosa).get("/living").get_data(as_text=True)


# Today.


@pytest.mark.parametrize(
    ("ahead", "ago", "lives"),
    [(False, LONG_AGO + timedelta(1), True), (True, LONG_AGO + timedelta(1), False), (False, LONG_AGO, False)],
)
def test_somebody_lives_on_where_no_visit_is_ahead_and_the_medicine_is_long_ago(
    ahead: bool, ago: timedelta, lives: bool
) -> None:
    assert lives_on(visit_ahead=ahead, last_medicine=NOW - ago, now=NOW) is lives
    assert not lives_on(visit_ahead=ahead, last_medicine=None, now=NOW)


def test_a_check_in_and_an_intention_come_before_living_on() -> None:
    open_check_in = next_step(check_in_open=True, medicine_ahead=False, intention_carried=False, lives_on=True)
    intention = next_step(check_in_open=False, medicine_ahead=True, intention_carried=False, lives_on=True)
    assert (open_check_in, intention) == (Step.CHECK_IN, Step.INTENTION)


def test_long_after_her_last_visit_today_invites_to_what_she_lives_with(rosa: Story) -> None:
    rosa.visited()
    rosa.bench.advance(days=60)
    assert "Look at what you live with" not in words(herself(rosa).get("/today"))
    rosa.bench.advance(days=60)

    said = words(herself(rosa).get("/today"))

    assert "Look at what you live with, if you like No visit is ahead, and nothing is asked of you." in said
    assert "What did you notice?" in said
    rosa.booked(rosa.bench.clock() + timedelta(days=7))
    assert "Look at what you live with" not in words(herself(rosa).get("/today"))
