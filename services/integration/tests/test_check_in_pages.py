"""A check-in, rest, red flags and words to read, as people meet them on their pages."""

import pytest

from shared.events.integration import RedFlagClosed, RedFlagRaised, RedFlagRaisedV2
from shared.testing.html import Page
from shared.testing.visitor import Visitor, visitor

from .conftest import Story
from .reading_pages import herself, on_to, words


def due(story: Story) -> str:
    story.visited()
    story.bench.advance(hours=24)
    check_in: str = story.see("windows")[0]["check_ins"][0]["id"]
    return check_in


def somebody(story: Story, role: str) -> Visitor:
    return visitor(story.bench, role)


# A check-in.


def test_few_questions_come_first_and_every_one_may_be_left_open(rosa: Story) -> None:
    check_in = due(rosa)
    rosa.bench.advance(hours=1)
    answer = herself(rosa).get(f"/check-ins/{check_in}")
    said = words(answer)

    assert said.index("Would you like help now?") < said.index("What we ask everybody") < said.index("chest hurt")
    assert "Leave open what you like: it is not taken for a no." in said
    asked = [one for one in Page(answer).all("input") if one.get("type") == "radio"]
    assert len(asked) == 12 * 3
    assert not any("checked" in one or "required" in one for one in asked)
    assert said.count("Rather not say") == 12


def test_what_becomes_of_shared_words_is_said_where_they_are_written(rosa: Story) -> None:
    check_in = due(rosa)
    said = words(herself(rosa).get(f"/check-ins/{check_in}"))
    assert "Some words have a person at Maple Street Wellness be asked to read what you share." in said
    assert "nobody watches all the time" in said
    assert "when the clinic is open: Monday to Friday, 08:30–17:30." in said
    assert "988" in said


@pytest.mark.parametrize("question", ["help_now", "hard_thoughts", "chest_pain_or_fainting", "unsafe_at_home"])
def test_a_yes_to_what_cannot_wait_shows_at_once_whom_to_call(rosa: Story, question: str) -> None:
    check_in = due(rosa)
    on_to(herself(rosa).post(f"/check-ins/{check_in}", **{question: "yes"}), "/help")
    said = words(herself(rosa).get("/help"))
    assert "988" in said
    assert ("911" in said.partition("988")[0]) is (question in ("chest_pain_or_fainting", "unsafe_at_home"))
    assert len(rosa.bench.published(RedFlagRaised)) + len(rosa.bench.published(RedFlagRaisedV2)) == 1


def test_help_says_nothing_of_what_is_unsafe_at_home_and_neither_does_any_address(rosa: Story) -> None:
    check_in = due(rosa)
    answer = herself(rosa).post(f"/check-ins/{check_in}", unsafe_at_home="yes")
    assert answer.headers["Location"] == "/integration/help"
    said = words(herself(rosa).get("/help"))
    assert not any(telling in said.lower() for telling in ("afraid", "violence", "hurting you", "at home"))


def test_rather_not_say_is_no_answer(rosa: Story) -> None:
    check_in = due(rosa)
    on_to(herself(rosa).post(f"/check-ins/{check_in}", slept="unsaid", craving="no"), "/today?kept=check-in")
    answered = rosa.see("check-ins", "therapist")[0]
    assert (answered["slept"], answered["craving"]) == (None, False)
    said = words(somebody(rosa, "therapist").get(f"/people/{rosa.client}/check-ins"))
    assert "Cravings No" in said
    assert "Slept" not in said
    assert "11 questions were left open; that is no answer." in said


def test_it_is_left_out_with_one_tap(rosa: Story) -> None:
    check_in = due(rosa)
    on_to(herself(rosa).post(f"/check-ins/{check_in}/skipping"), "/today?kept=skipped")
    said = words(herself(rosa).get("/today?kept=skipped"))
    assert "It is left out. Nobody asks why." in said
    assert "Did you sleep?" not in said
    assert "skipped, by their own choice" in words(somebody(rosa, "therapist").get(f"/people/{rosa.client}/check-ins"))


def test_one_that_was_answered_says_so_and_leads_to_help(rosa: Story) -> None:
    check_in = due(rosa)
    herself(rosa).post(f"/check-ins/{check_in}", slept="yes")
    assert "This check-in is answered." in words(herself(rosa).get(f"/check-ins/{check_in}"))
    assert "This check-in has been answered" in words(herself(rosa).post(f"/check-ins/{check_in}", slept="no"), 422)


def test_nobody_sees_anothers_check_in(rosa: Story) -> None:
    check_in = due(rosa)
    other = Story(rosa.bench).registered()
    for path in (f"/check-ins/{check_in}", "/rest"):
        assert somebody(rosa, "therapist").get(path).status_code == 403
    assert herself(other).get(f"/check-ins/{check_in}").status_code == 404
    assert herself(other).post(f"/check-ins/{check_in}/skipping").status_code == 404


# Rest.


def test_she_rests_until_a_day_and_comes_back_with_one_tap(rosa: Story) -> None:
    due(rosa)
    on_to(herself(rosa).post("/rest", until="2027-06-01", words="The sea."), "/rest?kept=resting")
    said = words(herself(rosa).get("/rest?kept=resting"))
    assert "You are resting from being asked" in said
    assert "The sea." in said
    today = words(herself(rosa).get("/today"))
    assert "I am back" in today
    assert "Did you sleep?" not in today
    theirs = words(somebody(rosa, "therapist").get(f"/people/{rosa.client}/check-ins"))
    assert "Resting, by their own choice." in theirs
    assert "sea" not in theirs

    on_to(herself(rosa).post("/rest/ending"), "/today?kept=back")
    assert "I would like to be asked nothing for a while" in words(herself(rosa).get("/today"))


def test_a_day_that_is_over_is_to_be_mended(rosa: Story) -> None:
    said = words(herself(rosa).post("/rest", until="2020-01-01"), 422)
    assert "Please choose a day that is still ahead." in said


# Red flags.


def test_the_mail_leads_to_a_page_where_somebody_says_that_they_are_on_it(rosa: Story) -> None:
    rosa.do("help")
    rosa.do("help")
    nurse = somebody(rosa, "nurse")
    said = words(nurse.get(f"/people/{rosa.client}/red-flags"))
    assert "Asked for help now" in said
    assert "Said again 1 time" in said
    assert "Close with what was done" in said
    flag = rosa.see("red-flags", "nurse")[0]["id"]

    on_to(
        nurse.post(f"/people/{rosa.client}/red-flags/{flag}/acknowledgement"),
        f"/people/{rosa.client}/red-flags?on_it={flag}",
    )

    assert "Jo Lindqvist is on it" in words(nurse.get(f"/people/{rosa.client}/red-flags"))
    assert "Somebody there has seen it, and is on it." in words(herself(rosa).get("/help"))


def test_whoever_closes_it_writes_down_what_was_done(rosa: Story) -> None:
    rosa.do("help")
    flag = rosa.see("red-flags", "nurse")[0]["id"]
    path = f"/people/{rosa.client}/red-flags/{flag}/closing"
    therapist = somebody(rosa, "therapist")
    said = words(therapist.post(path, note=" "), 422)
    assert "Please fill this in." in said
    assert "The red flag is still open" in said
    assert rosa.bench.published(RedFlagClosed) == []

    on_to(therapist.post(path, note="Called."), f"/people/{rosa.client}/red-flags?closed={flag}")

    page = f"/people/{rosa.client}/red-flags"
    assert "The red flag is closed, by your name." in words(therapist.get(f"{page}?closed={flag}"))
    assert "is closed, by your name" not in words(therapist.get(f"{page}?closed=1"))
    assert "is closed, by your name" not in words(somebody(rosa, "prescriber").get(f"{page}?closed={flag}"))
    assert "Nothing is open." in words(therapist.get(page))
    assert len(rosa.bench.published(RedFlagClosed)) == 1
    again = words(therapist.post(path, note="Again."), 422)
    assert "This red flag was closed before." in again
    assert "Nothing has changed" in again
    assert "The red flag is still open" not in again
    assert "Again." in again
    assert "The red flag is still open" not in words(therapist.post(path, note=" "), 422)


def test_whoever_closes_it_may_write_at_length(rosa: Story) -> None:
    rosa.do("help")
    flag = rosa.see("red-flags", "nurse")[0]["id"]
    page, note = f"/people/{rosa.client}/red-flags", "Called. " * 500
    therapist = somebody(rosa, "therapist")
    assert "<textarea" in therapist.get(page).get_data(as_text=True)
    assert therapist.post(f"{page}/{flag}/closing", note=note + "x").status_code == 422
    on_to(therapist.post(f"{page}/{flag}/closing", note=note.strip()), f"{page}?closed={flag}")


def test_a_flag_of_somebody_else_is_not_there(rosa: Story) -> None:
    other = Story(rosa.bench).registered()
    other.do("help")
    flag = other.see("red-flags", "nurse")[0]["id"]
    for deed in ("closing", "acknowledgement"):
        path = f"/people/{rosa.client}/red-flags/{flag}/{deed}"
        assert somebody(rosa, "therapist").post(path, note="x").status_code == 404
    assert rosa.bench.published(RedFlagClosed) == []


def test_who_calls_somebody_is_told_what_to_mind(rosa: Story) -> None:
    check_in = due(rosa)
    herself(rosa).post(f"/check-ins/{check_in}", unsafe_at_home="yes")
    said = words(somebody(rosa, "prescriber").get(f"/people/{rosa.client}/red-flags"))
    assert "Ask first whether they can talk; leave no message." in said


def test_whoever_is_on_call_sees_who_calls_and_a_therapist_their_own_people(rosa: Story) -> None:
    rosa.do("help")
    stranger = Story(rosa.bench)
    stranger.do("help")
    everybody = words(somebody(rosa, "medical_director").get("/red-flags"))
    assert everybody.count("Nobody is on it yet.") == 2
    assert words(somebody(rosa, "therapist").get("/red-flags")).count("Nobody is on it yet.") == 1
    assert somebody(rosa, "front_desk").get("/red-flags").status_code == 403


# Words to read.


def test_words_stand_to_be_read_until_somebody_has(rosa: Story) -> None:
    check_in = due(rosa)
    herself(rosa).post(f"/check-ins/{check_in}", how_are_you="I feel hopeless.")
    therapist = somebody(rosa, "therapist")
    said = words(therapist.get("/to-read"))
    assert "I feel hopeless." in said
    assert "It says nothing about whoever wrote them" in said
    [form] = [form for form in Page(therapist.get("/to-read")).all("form") if "reading" in form["action"]]

    on_to(therapist.post(form["action"].removeprefix("/integration")), "/to-read?read=1")

    assert "There is nothing to read." in words(therapist.get("/to-read"))
