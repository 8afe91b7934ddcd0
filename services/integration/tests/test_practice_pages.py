"""What she brings into her life, as she meets it: commitments, practices, and with whom she shares them."""

from datetime import datetime, timedelta

import pytest

from shared.events.integration import CommitmentReviewed
from shared.testing.html import Page
from shared.testing.visitor import visitor

from .conftest import Story
from .reading_pages import herself, on_to, words

NEITHER_PRAISE_NOR_SCORE = ("well done", "streak", "in a row", "congratulations", "missed", "failed", "%")


def commitment_of(story: Story) -> str:
    first: str = story.see("commitments")[0]["id"]
    return first


def test_from_a_moment_she_starts_a_commitment_and_the_moment_stands_with_it(rosa: Story) -> None:
    moment = rosa.moment(words="The weight had a shape.")["id"]
    said = words(herself(rosa).get(f"/practices?insight={moment}"))
    assert "From this moment The weight had a shape." in said

    sent = herself(rosa).post(f"/commitments?insight={moment}", action="Set it on the table.", when="Tuesday")
    on_to(sent, "/practices?kept=commitment")

    assert rosa.see("commitments")[0]["insight_id"] == moment
    assert rosa.bench.published() == []  # It is hers alone.
    said = words(herself(rosa).get("/practices"))
    assert "Set it on the table. Tuesday The weight had a shape." in said


def test_a_moment_of_somebody_else_starts_nothing(rosa: Story) -> None:
    moment = Story(rosa.bench).registered().moment()["id"]
    assert herself(rosa).get(f"/practices?insight={moment}").status_code == 404
    assert herself(rosa).post(f"/commitments?insight={moment}", action="x").status_code == 404
    assert herself(rosa).post(f"/practices?insight={moment}", name="x", rhythm="daily").status_code == 404
    assert rosa.see("commitments") == []


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("kept", "It is written down that you did it."),
        ("adjusted", "It stands in its new words."),
        ("let_go", "It is let go, and that is fine."),
    ],
)
def test_each_way_of_looking_back_is_fine_and_none_is_praised(rosa: Story, outcome: str, said: str) -> None:
    rosa.do("commitments", action="Walk to the river.", visibility="therapist")
    one = commitment_of(rosa)
    sent = {"outcome": outcome, "action": "Sit by the river.", "reflection": "The water was loud."}

    on_to(herself(rosa).post(f"/commitments/{one}/reviews", **sent), f"/commitments/{one}?kept={outcome}")

    page = words(herself(rosa).get(f"/commitments/{one}?kept={outcome}"))
    assert said in page
    assert "The water was loud." in page
    assert [word for word in NEITHER_PRAISE_NOR_SCORE if word in page.casefold()] == []
    assert rosa.bench.published(CommitmentReviewed)[0].data["outcome"] == outcome


def test_the_chain_tells_it_in_order_with_the_words_of_then(rosa: Story) -> None:
    moment = rosa.moment(words="The weight had a shape.")["id"]
    rosa.do("commitments", action="Walk.", insight_id=moment)
    one = commitment_of(rosa)
    for sent in ({"outcome": "adjusted", "action": "Sit."}, {"outcome": "kept", "reflection": "The water was loud."}):
        rosa.bench.advance(hours=1)
        herself(rosa).post(f"/commitments/{one}/reviews", **sent)

    page = words(herself(rosa).get(f"/commitments/{one}"))

    chain = ["The weight had a shape.", "What I want to do", "Walk.", "I adjusted it: Sit.", "I did it"]
    places = [page.index(said) for said in [*chain, "The water was loud."]]
    assert places == sorted(places)


def test_what_is_adjusted_to_nothing_is_asked_for_again(rosa: Story) -> None:
    rosa.do("commitments", action="Walk.")
    one = commitment_of(rosa)
    page = words(herself(rosa).post(f"/commitments/{one}/reviews", outcome="adjusted", reflection="Hm."), 422)
    assert "Please say what it is from now on." in page
    assert rosa.see("commitments")[0]["reviews"] == []


def test_looked_back_at_twice_in_two_windows_it_says_so_and_keeps_the_first(rosa: Story) -> None:
    rosa.do("commitments", action="Walk.")
    one = commitment_of(rosa)
    herself(rosa).post(f"/commitments/{one}/reviews", outcome="let_go")
    page = words(herself(rosa).post(f"/commitments/{one}/reviews", outcome="kept"), 422)
    assert "You have looked back at this before." in page
    assert rosa.see("commitments")[0]["status"] == "let_go"


def test_she_shares_it_later_and_takes_it_back(rosa: Story) -> None:
    rosa.do("commitments", action="Walk.")
    one = commitment_of(rosa)
    shared = herself(rosa).post(f"/commitments/{one}/sharing", visibility="therapist")
    on_to(shared, f"/commitments/{one}?kept=shared")
    assert [each["action"] for each in rosa.see("commitments", "therapist")] == ["Walk."]
    herself(rosa).post(f"/commitments/{one}/sharing", visibility="private")
    assert rosa.see("commitments", "therapist") == []


def test_she_begins_a_practice_in_a_rhythm_of_her_own(rosa: Story) -> None:
    sent = {"name": "Hum.", "why": "To arrive.", "rhythm": "days", "every_days": "3", "remind_at": "18:30"}
    on_to(herself(rosa).post("/practices", **sent), "/practices?kept=practice")

    [begun] = rosa.see("practices")
    assert (begun["every_days"], begun["remind_at"], begun["visibility"]) == (3, "18:30", "private")
    assert "Hum. every 3 days · To arrive." in words(herself(rosa).get("/practices"))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"rhythm": "days"}, "Please say how many."),
        ({"rhythm": "whenever", "remind_at": "18:30"}, "To be reminded, please choose a rhythm too."),
        ({"rhythm": "daily", "remind_at": "later"}, "is not written down yet"),
    ],
)
def test_a_rhythm_that_says_too_little_is_asked_for_again(rosa: Story, sent: dict[str, str], said: str) -> None:
    assert said in words(herself(rosa).post("/practices", name="Hum.", **sent), 422)
    practice = rosa.practice(every_days=7)["id"]
    assert said in words(herself(rosa).post(f"/practices/{practice}/rhythm", name="Hum.", **sent), 422)
    assert [one["every_days"] for one in rosa.see("practices")] == [7]


def test_with_one_tap_she_did_it_and_the_day_stands_as_a_dot_and_nothing_else(rosa: Story) -> None:
    practice = rosa.practice("Hum.")["id"]
    on_to(herself(rosa).post(f"/practices/{practice}/lived?overview=1"), "/practices?kept=lived")
    rosa.bench.advance(days=3)
    sent = herself(rosa).post(f"/practices/{practice}/lived", words="The kettle sang.")
    on_to(sent, f"/practices/{practice}?kept=lived")

    answer = herself(rosa).get(f"/practices/{practice}")

    page = words(answer)
    assert "The kettle sang." in page
    assert [word for word in NEITHER_PRAISE_NOR_SCORE if word in page.casefold()] == []
    days = [one["datetime"] for one in Page(answer).all("time") if len(one["datetime"]) == 10]
    assert len(days) == 2


def test_what_she_did_without_a_connection_is_of_that_day(rosa: Story) -> None:
    practice = rosa.practice("Hum.")["id"]
    herself(rosa).post_late(f"/practices/{practice}/lived", timedelta(days=2))
    lived_at = datetime.fromisoformat(rosa.see("practices")[0]["lived"][0]["lived_at"])
    assert lived_at == rosa.bench.clock() - timedelta(days=2)


def test_she_lets_it_rest_lets_it_go_and_takes_it_up_again(rosa: Story) -> None:
    practice = rosa.practice("Hum.", every_days=1, remind_at="18:30")["id"]
    for status, said in (("resting", "It rests."), ("let_go", "You let it go."), ("living", "I did this today")):
        sent = herself(rosa).post(f"/practices/{practice}/standing", status=status)
        on_to(sent, f"/practices/{practice}?kept={status}")
        assert said in words(herself(rosa).get(f"/practices/{practice}"))
    assert "Take it up again" not in words(herself(rosa).get(f"/practices/{practice}"))
    herself(rosa).post(f"/practices/{practice}/standing", status="resting")
    assert "This practice rests." in words(herself(rosa).post(f"/practices/{practice}/lived"), 422)
    assert "What rests, and what I let go Hum. rests" in words(herself(rosa).get("/practices"))


def test_nobody_else_opens_her_pages(rosa: Story) -> None:
    rosa.do("commitments", action="Walk.")
    paths = (f"/commitments/{commitment_of(rosa)}", f"/practices/{rosa.practice()['id']}")
    other = Story(rosa.bench).registered()
    for path in paths:
        assert herself(other).get(path).status_code == 404
        for role in ("therapist", "prescriber", "nurse", "front_desk", "medical_director"):
            assert visitor(rosa.bench, role).get(path).status_code == 403
    for role in ("therapist", "medical_director"):
        assert visitor(rosa.bench, role).get("/practices").status_code == 403
