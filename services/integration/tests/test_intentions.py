"""What a medicine visit is for: said in one's own way, carried into visits, changed, released, and never failed."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest

from integration.domain.intending import STANDING_ASKED_FOR
from shared.events.integration import IntentionChanged, IntentionSet
from shared.events.sessions import AppointmentBooked, AppointmentCancelled
from shared.testing.visitor import visitor

from .conftest import Story, refused
from .files import WEBM
from .reading_pages import herself, on_to, words

LINES = "M10 10L60 40"


def set_one(story: Story, said: str = "To put it down.") -> dict[str, Any]:
    answer = story.do("intentions", question="truth", words=said)
    assert answer.status_code == 201, answer.get_json()
    told: dict[str, Any] = answer.get_json()
    return told


def booked(story: Story, days: int = 7) -> UUID:
    story.booked(story.bench.clock() + timedelta(days=days), visit=(visit := uuid4()))
    return visit


def over(story: Story, visit: UUID) -> None:
    story.bench.advance(hours=1)
    story.visited(visit=str(visit))
    story.bench.advance(hours=1)


# Visits.


def test_it_is_for_the_next_medicine_visit_that_is_booked_and_others_are_told_for_which(rosa: Story) -> None:
    booked(rosa, days=20)
    rosa.booked(rosa.bench.clock() + timedelta(days=1), "integration")
    visit = booked(rosa, days=7)

    assert set_one(rosa)["visits"] == [str(visit)]

    [told] = rosa.bench.published(IntentionSet)
    assert told.data["visit"] == str(visit)
    assert "For your next medicine visit" in words(herself(rosa).get("/intentions"))


def test_without_a_visit_it_is_offered_when_one_is_booked_and_carried_in_by_one_tap(rosa: Story) -> None:
    intention = set_one(rosa)
    assert intention["visits"] == []
    rosa.bench.advance(hours=1)
    visit = booked(rosa)
    said = words(herself(rosa).get("/today"))
    assert "Put into words what your next medicine visit is for" in said
    assert "You said before: Which truth am I ready to look at? To put it down." in said

    on_to(herself(rosa).post(f"/intentions/{intention['id']}/carrying"), f"/intentions/{intention['id']}?done=carried")

    said = words(herself(rosa).get("/today"))
    assert "Put into words" not in said
    assert "You said before:" not in said
    assert "Which truth am I ready to look at? To put it down." in said
    assert rosa.see("intentions")[0]["visits"] == [str(visit)]
    assert [told.data["visit"] for told in rosa.bench.published(IntentionSet)] == [None, str(visit)]


def test_one_that_was_set_before_we_heard_of_a_visit_that_was_booked_already_is_for_that_visit(rosa: Story) -> None:
    bench, visit = rosa.bench, str(uuid4())
    starts_at = bench.clock() + timedelta(days=7)
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=3)).isoformat()}
    told = AppointmentBooked.sample_data() | times | {"visit": visit, "kind": "medicine"}
    on_its_way = bench.envelope(AppointmentBooked.from_data(rosa.client, told))
    set_one(rosa)

    bench.deliver(on_its_way)
    bench.settle()

    assert rosa.see("intentions")[0]["visits"] == [visit]
    # That one is there was told when it was set.
    assert [told.data["visit"] for told in bench.published(IntentionSet)] == [None]


def test_it_is_carried_into_one_visit_once_and_into_another_as_well(rosa: Story) -> None:
    first = booked(rosa)
    intention = set_one(rosa)["id"]
    rosa.do(f"intentions/{intention}/carrying")
    over(rosa, first)
    second = booked(rosa)

    rosa.do(f"intentions/{intention}/carrying")
    rosa.do(f"intentions/{intention}/carrying")

    assert set(rosa.see("intentions")[0]["visits"]) == {str(first), str(second)}
    assert len(rosa.bench.published(IntentionSet)) == 2


def test_where_no_visit_is_booked_it_is_carried_into_none(rosa: Story) -> None:
    intention = set_one(rosa)["id"]
    refused(rosa.do(f"intentions/{intention}/carrying"), "no_medicine_visit")
    said = words(herself(rosa).post(f"/intentions/{intention}/carrying"), 422)
    assert "No medicine visit is booked into which it could be carried." in said


def test_of_a_visit_that_is_cancelled_it_is_offered_again_for_the_one_that_is_booked_instead(rosa: Story) -> None:
    visit = booked(rosa)
    intention = set_one(rosa)["id"]
    rosa.tell(AppointmentCancelled, visit=str(visit))
    assert "You said before:" not in words(herself(rosa).get("/today"))
    instead = booked(rosa, days=9)

    assert "Carry it into this visit" in words(herself(rosa).get("/intentions"))
    assert "You said before: Which truth" in words(herself(rosa).get("/today"))
    rosa.do(f"intentions/{intention}/carrying")

    assert str(instead) in rosa.see("intentions")[0]["visits"]
    assert "Carry it into this visit" not in words(herself(rosa).get("/intentions"))


def test_one_that_was_let_go_or_was_for_a_visit_that_took_place_is_not_offered_again(rosa: Story) -> None:
    first = booked(rosa)
    set_one(rosa, "For the first.")
    over(rosa, first)
    released = set_one(rosa, "Let go.")["id"]
    rosa.do(f"intentions/{released}/standing", status="released")
    booked(rosa)

    said = words(herself(rosa).get("/today"))
    assert "Put into words what your next medicine visit is for" in said
    assert "You said before:" not in said


# How it stands.


def test_after_the_visit_she_is_invited_to_say_how_it_stands_until_she_did_or_it_is_long_ago(rosa: Story) -> None:
    visit = booked(rosa)
    intention = set_one(rosa)["id"]
    assert "how it stands with you" not in words(herself(rosa).get("/today"))
    over(rosa, visit)
    for path in ("/today", "/intentions"):
        assert "If you like, say how it stands with you. You need not." in words(herself(rosa).get(path))

    on_to(
        herself(rosa).post(f"/intentions/{intention}/standing", status="held"), f"/intentions/{intention}?done=stands"
    )

    assert "say how it stands with you. You need not." not in words(herself(rosa).get("/today"))
    [told] = rosa.bench.published(IntentionChanged)
    assert told.data == {"intention": intention, "status": "held", "wording": 1}


def test_nobody_is_invited_for_ever(rosa: Story) -> None:
    visit = booked(rosa)
    set_one(rosa)
    over(rosa, visit)
    rosa.bench.advance(days=STANDING_ASKED_FOR.days)
    assert "You need not." not in words(herself(rosa).get("/today"))


@pytest.mark.parametrize("status", ["failed", "done", "", None])
def test_there_are_three_ways_in_which_it_can_stand_and_none_is_failing(rosa: Story, status: str | None) -> None:
    intention = set_one(rosa)["id"]
    assert rosa.do(f"intentions/{intention}/standing", status=status).status_code == 422
    assert rosa.see("intentions")[0]["status"] == "held"


# What it says.


def test_said_anew_it_keeps_what_it_said_before(rosa: Story) -> None:
    intention = set_one(rosa, "To see.")["id"]
    rosa.bench.advance(hours=1)
    changed = rosa.do(f"intentions/{intention}/wording", question="compassion", words="To be seen.").get_json()

    assert (changed["words"], changed["version"], changed["status"]) == ("To be seen.", 2, "changed")
    [before] = rosa.see(f"intentions/{intention}/earlier", "therapist")
    assert (before["version"], before["question"], before["words"]) == (1, "truth", "To see.")
    [told] = rosa.bench.published(IntentionChanged)
    assert told.data == {"intention": intention, "status": "changed", "wording": 2}
    page = words(herself(rosa).get(f"/intentions/{intention}"))
    assert "What it said before Until" in page
    assert "To see." in page


def test_it_may_be_spoken_or_drawn_and_her_therapist_hears_and_nobody_else_does(rosa: Story) -> None:
    sent = {"question": "truth", "drawing": LINES, "recording": (BytesIO(WEBM), "a.webm")}
    on_to(herself(rosa).post("/intentions", **sent), "/intentions?done=set")

    [intention] = rosa.see("intentions", "therapist")
    assert (intention["words"], intention["drawing"]) == (None, LINES)
    [recording] = rosa.see(f"intentions/{intention['id']}/attachments", "therapist")
    address = recording["address"].removeprefix("/integration")
    assert address.startswith("/people/")
    assert visitor(rosa.bench, "therapist").get(address).get_data() == WEBM
    for role in ("nurse", "prescriber", "front_desk", "clinic_admin", "medical_director"):
        assert visitor(rosa.bench, role).get(address).status_code == 403
    own = rosa.see(f"intentions/{intention['id']}/attachments")[0]["address"].removeprefix("/integration")
    assert herself(rosa).get(own).get_data() == WEBM
    assert herself(Story(rosa.bench).registered()).get(own).status_code == 404


@pytest.mark.parametrize(("keeps", "now_spoken"), [("yes", 1), ("", 0)])
def test_what_was_spoken_stays_with_its_wording_and_with_the_new_one_if_she_likes(
    rosa: Story, keeps: str, now_spoken: int
) -> None:
    herself(rosa).post("/intentions", question="truth", words="To see.", recording=(BytesIO(WEBM), "a.webm"))
    intention = rosa.see("intentions")[0]["id"]

    herself(rosa).post(f"/intentions/{intention}/wording", question="truth", words="To look.", keeps_recording=keeps)

    assert len(rosa.see(f"intentions/{intention}/attachments")) == 1 + now_spoken
    page = herself(rosa).get(f"/intentions/{intention}").get_data(as_text=True)
    now, _, before = page.partition("What it said before")
    assert (now.count("<audio"), before.count("<audio")) == (now_spoken, 1)


def test_with_nothing_said_nothing_is_kept(rosa: Story) -> None:
    intention = set_one(rosa)["id"]
    for path in ("/intentions", f"/intentions/{intention}/wording"):
        said = words(herself(rosa).post(path, question="truth"), 422)
        assert "not kept yet" in said or "It still says what it said before" in said
    wrong = {"question": "truth", "recording": (BytesIO(b"<html>"), "a.webm")}
    assert "This is no recording that can be kept." in words(herself(rosa).post("/intentions", **wrong), 422)
    assert [one["version"] for one in rosa.see("intentions")] == [1]


def test_nobody_elses_intention_is_there_for_her(rosa: Story) -> None:
    other = Story(rosa.bench).registered()
    intention = set_one(other)["id"]
    assert herself(rosa).get(f"/intentions/{intention}").status_code == 404
    for deed, said in (("wording", {"question": "truth", "words": "x"}), ("standing", {"status": "released"})):
        assert herself(rosa).post(f"/intentions/{intention}/{deed}", **said).status_code == 404
        assert rosa.do(f"intentions/{intention}/{deed}", **said).status_code == 404
    assert herself(rosa).post(f"/intentions/{intention}/carrying").status_code == 404
    assert other.see("intentions")[0]["status"] == "held"
