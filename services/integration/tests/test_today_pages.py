"""Today and help, as a client meets them on their telephone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from shared.clinics import Clinic
from shared.clinics.rules import GoingHome
from shared.events.intake import ClientRegistered
from shared.events.integration import CheckInCompleted, IntentionSet, RedFlagRaised
from shared.events.sessions import AppointmentCancelled
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import visitor

from .conftest import Story
from .reading_pages import herself, on_to, words

NEW_YORK = ZoneInfo("America/New_York")


def today(story: Story) -> str:
    return words(herself(story).get("/today"))


def check_in_form_of(answer: TestResponse) -> tuple[str, str]:
    """Where the check-in of a page is sent, and under which name what is typed there is kept on the device."""
    [form] = [form for form in Page(answer).all("form") if form.get("data-draft", "").startswith("check-in")]
    return form["action"], form["data-draft"]


def due_check_in(story: Story) -> str:
    story.visited()
    story.bench.advance(hours=24)
    first: str = story.see("windows")[0]["check_ins"][0]["id"]
    return first


# The next step.


def test_without_anything_ahead_she_is_invited_to_a_moment_and_to_nothing_else(rosa: Story) -> None:
    said = today(rosa)
    assert "Write down what you notice, if you like" in said
    assert "It is yours alone, unless you share it." in said
    assert "No visit is booked." in said
    assert "Did you sleep?" not in said


def test_a_check_in_that_is_due_comes_first_and_is_gone_when_it_is_answered(rosa: Story) -> None:
    check_in = due_check_in(rosa)
    rosa.booked(rosa.bench.clock() + timedelta(days=7))
    said = today(rosa)
    assert "Say how you are, if you like It is 1 day since your medicine visit." in said

    answer = herself(rosa).post(f"/check-ins/{check_in}", how_are_you="Quiet.", slept="yes", help_now="unsaid")

    on_to(answer, "/today?kept=check-in")
    said = words(herself(rosa).get("/today?kept=check-in"))
    assert "Your answers are kept." in said
    assert "Did you sleep?" not in said
    assert len(rosa.bench.published(CheckInCompleted)) == 1
    assert rosa.bench.published(RedFlagRaised) == []


@pytest.mark.parametrize(
    ("hours", "since"),
    [(24, "It is 1 day since"), (95, "It is 3 days since")],
)
def test_how_long_ago_the_visit_was_is_said_as_of_now(rosa: Story, hours: int, since: str) -> None:
    rosa.visited()
    rosa.bench.advance(hours=hours)
    assert since in today(rosa)


def test_a_check_in_to_be_mended_is_the_one_that_was_sent_and_each_has_its_own_draft(rosa: Story) -> None:
    older = due_check_in(rosa)
    rosa.bench.advance(hours=48)
    newest = check_in_form_of(herself(rosa).get("/today"))
    answer = herself(rosa).post(f"/check-ins/{older}", how_are_you="x" * 10_001)
    mended = check_in_form_of(answer)

    assert answer.status_code == 422
    assert mended == (f"/integration/check-ins/{older}", f"check-in-{older}")
    assert newest[0] != mended[0]
    assert newest[1] != mended[1]


def test_a_check_in_that_is_not_answered_is_not_asked_for_ever(rosa: Story) -> None:
    due_check_in(rosa)
    rosa.bench.advance(days=6)
    assert "Did you sleep?" in today(rosa)
    # The one of two weeks has come, and more than a week has gone by since.
    rosa.bench.advance(days=15)
    assert "Did you sleep?" not in today(rosa)


def test_a_medicine_visit_ahead_without_an_intention_asks_for_one_and_then_shows_it(rosa: Story) -> None:
    rosa.booked(rosa.bench.clock() + timedelta(days=7))
    said = today(rosa)
    assert "Put into words what your next medicine visit is for" in said
    assert "Which question speaks to you? Please choose one." in said

    on_to(herself(rosa).post("/today/intentions", question="truth", words="To put it down."), "/today?kept=intention")

    said = today(rosa)
    assert "Write down what you notice" in said
    assert "Which truth am I ready to look at? To put it down." in said
    assert len(rosa.bench.published(IntentionSet)) == 1


def test_an_intention_from_before_the_last_medicine_visit_was_for_that_one(rosa: Story) -> None:
    herself(rosa).post("/today/intentions", question="truth", words="To put it down.")
    rosa.bench.advance(hours=1)
    rosa.visited().booked(rosa.bench.clock() + timedelta(days=7))
    said = today(rosa)
    assert "Put into words what your next medicine visit is for" in said
    assert "To put it down." not in said


def test_an_integration_visit_asks_for_no_intention_and_for_no_fast(rosa: Story) -> None:
    rosa.booked(rosa.bench.clock() + timedelta(days=1), "integration")
    said = today(rosa)
    assert "Integration visit Tomorrow" in said
    assert "Put into words" not in said
    assert "Eat nothing" not in said


# What comes next.


@pytest.mark.parametrize("going_home", [None, GoingHome.sample_data() | {"escort_required": False}])
def test_what_no_medicine_visit_starts_without_is_said_whatever_the_rules_say(
    rosa: Story, maple: Clinic, going_home: Any
) -> None:
    clinic = maple.dump()
    clinic["rules"] |= {"going_home": going_home, "driving": None}
    rosa.bench.know(Clinic.load(clinic | {"version": 2}))
    rosa.booked(rosa.bench.clock() + timedelta(days=7))
    said = today(rosa)
    assert "Somebody takes you home afterwards." in said
    assert "Ask the clinic when you may drive again." in said


def test_six_hours_without_food_before_eight_on_the_night_of_the_clocks_begin_at_one(rosa: Story) -> None:
    rosa.bench.clock.at = datetime(2027, 3, 13, 17, 0, tzinfo=UTC)
    rosa.booked(datetime(2027, 3, 14, 8, 0, tzinfo=NEW_YORK).astimezone(UTC))
    said = today(rosa)
    assert "Medicine visit Tomorrow, 08:00" in said
    assert "Eat nothing from: Tomorrow, 01:00" in said
    assert "Drink nothing, not even water, from: Tomorrow, 06:00" in said
    assert "These are the rules of Maple" in said


def test_somebody_who_lives_by_another_clock_is_told_both(bench: Bench) -> None:
    story = Story(bench)
    story.tell(ClientRegistered, time_zone="America/Los_Angeles")
    bench.clock.at = datetime(2027, 3, 13, 17, 0, tzinfo=UTC)
    story.booked(datetime(2027, 3, 14, 8, 0, tzinfo=NEW_YORK).astimezone(UTC))
    said = today(story)
    assert "Tomorrow, 05:00 (Los Angeles time)" in said
    assert "At the clinic it is then 08:00, New York time." in said
    assert "Eat nothing from: Today, 22:00 (Los Angeles time)" in said


def test_a_visit_that_is_cancelled_or_over_is_not_what_comes_next(rosa: Story) -> None:
    in_an_hour, tomorrow = (rosa.bench.clock() + timedelta(hours=hours) for hours in (1, 24))
    rosa.booked(in_an_hour, visit=rosa.visit).booked(tomorrow, "integration", visit=(other := uuid4()))
    rosa.visited()
    assert "Integration visit Tomorrow" in today(rosa)
    rosa.tell(AppointmentCancelled, visit=str(other))
    assert "No visit is booked." in today(rosa)


# Writing.


def test_a_moment_is_hers_alone_unless_she_chooses_otherwise(rosa: Story) -> None:
    on_to(herself(rosa).post("/today/moments", words="A door.", kind="dream"), "/today?kept=moment")
    assert "Your moment is kept" in words(herself(rosa).get("/today?kept=moment"))
    assert rosa.see("moments", "therapist") == []
    shared = herself(rosa).post("/today/moments", words="A key.", kind="insight", visibility="therapist")
    on_to(shared, "/today?kept=moment-shared")
    assert [moment["words"] for moment in rosa.see("moments", "therapist")] == ["A key."]


def test_a_moment_that_waited_for_a_connection_is_of_when_it_was_written(rosa: Story) -> None:
    herself(rosa).post_late("/today/moments", timedelta(hours=5), words="A door.", kind="dream")
    [moment] = rosa.see("moments")
    assert moment["felt_at"] == (rosa.bench.clock() - timedelta(hours=5)).isoformat()


@pytest.mark.parametrize("path", ["/today/moments", "/today/intentions", "/today/commitments"])
def test_an_empty_form_comes_back_and_nothing_is_kept(rosa: Story, path: str) -> None:
    said = words(herself(rosa).post(path, words="", kind="dream"), 422)
    assert "not kept yet" in said or "not written down yet" in said
    assert "Please fill this in." in said
    assert rosa.see("moments") == rosa.see("intentions") == []


def test_what_was_typed_comes_back_and_is_not_run_as_markup(rosa: Story) -> None:
    answer = herself(rosa).post("/today/moments", words="<script>x</script>", kind="nothing of the kind")
    words(answer, 422)
    assert "&lt;script&gt;x&lt;/script&gt;" in answer.get_data(as_text=True)


def test_what_she_has_in_hand_is_shown_in_her_words(rosa: Story) -> None:
    rosa.do("commitments", action="Walk to the <river>.", when="Tuesday", with_whom="Ana")
    said = today(rosa)
    assert "Walk to the &lt;river&gt;. · Tuesday · with Ana" in said


def test_one_small_thing_is_written_down_and_when_and_with_whom_may_stay_open(rosa: Story) -> None:
    on_to(herself(rosa).post("/today/commitments", action="Walk to the river."), "/today?kept=commitment")
    assert "What you have in hand Walk to the river." in today(rosa)
    assert rosa.bench.published() == []  # It is hers alone.


# Help.


@pytest.mark.parametrize("question", ["help_now", "hard_thoughts"])
def test_a_yes_that_calls_for_a_person_shows_her_at_once_whom_to_call(rosa: Story, question: str) -> None:
    check_in = due_check_in(rosa)
    on_to(herself(rosa).post(f"/check-ins/{check_in}", **{question: "yes"}), "/help")
    said = words(herself(rosa).get("/help"))
    assert "988" in said
    told = "ask for" if question == "help_now" else "may need"
    assert f"was told that you {told} somebody." in said
    assert len(rosa.bench.published(RedFlagRaised)) == 1


def test_help_is_one_tap_and_says_what_happens_next(rosa: Story) -> None:
    answer = herself(rosa).get("/help")
    said = words(answer)
    # Whom to call, with one tap, and right after it the button: both are seen without scrolling.
    assert re.search(r"988 [^.]*\. I’d like help now: tell the clinic Please do not wait", said)
    assert "tel:988" in [link["href"] for link in Page(answer).all("a")]
    on_to(herself(rosa).post("/help"), "/help")
    said = words(herself(rosa).get("/help"))
    # Before anything else: on a telephone what stands below the line is out of sight.
    assert re.search(r"reach somebody now \S.* was told that you ask for somebody\..* Leave this page .*988", said)
    [told] = rosa.bench.published(RedFlagRaised)
    assert told.data["reason"] == "help_now"


def test_a_check_in_that_was_answered_before_stays_as_it_was_and_her_words_may_be_a_moment(rosa: Story) -> None:
    check_in = due_check_in(rosa)
    herself(rosa).post(f"/check-ins/{check_in}", slept="yes")
    answer = herself(rosa).post(f"/check-ins/{check_in}", how_are_you="Quieter.", help_now="no")
    said = words(answer, 422)
    assert "This check-in has been answered. You can write a moment instead." in said
    assert "What did you notice? However small it is. Quieter." in said
    assert len(rosa.bench.published(CheckInCompleted)) == 1
    assert rosa.bench.published(RedFlagRaised) == []


@pytest.mark.parametrize("question", ["help_now", "hard_thoughts", "burning_or_blood"])
def test_a_yes_calls_for_a_person_also_where_the_check_in_was_answered_before(rosa: Story, question: str) -> None:
    check_in = due_check_in(rosa)
    herself(rosa).post(f"/check-ins/{check_in}", slept="yes")

    answer = herself(rosa).post(f"/check-ins/{check_in}", **{question: "yes"})

    assert len(rosa.bench.published(RedFlagRaised)) == 1
    assert len(rosa.bench.published(CheckInCompleted)) == 1
    if question == "burning_or_blood":
        # The page says so itself: the addresses that a device went to tell nobody of a yes.
        assert "Maple Street Wellness is told of what you said now." in words(answer)
    else:
        on_to(answer, "/help")
        assert "was told" in words(herself(rosa).get("/help"))


# Whose page it is.


def test_nobody_answers_anothers_check_in(rosa: Story) -> None:
    check_in = due_check_in(rosa)
    other = Story(rosa.bench).registered()
    assert herself(other).post(f"/check-ins/{check_in}", slept="yes").status_code == 404
    assert rosa.bench.published(CheckInCompleted) == []


def test_each_client_sees_their_own_today(rosa: Story) -> None:
    rosa.do("commitments", action="Walk to the riverbank.")
    assert "riverbank" not in today(Story(rosa.bench).registered())
    elsewhere = visitor(rosa.bench, "client", clinic="cedar", client_id=rosa.client)
    assert "riverbank" not in words(elsewhere.get("/today"))


@pytest.mark.parametrize("path", ["/today", "/help"])
def test_staff_have_no_such_page(rosa: Story, path: str) -> None:
    assert visitor(rosa.bench, "therapist").get(path).status_code == 403
