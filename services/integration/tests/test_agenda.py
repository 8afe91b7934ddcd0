"""What client and therapist bring to a conversation: both see all of it, and nobody else does."""

from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from shared.events.intake import CaseloadJoined, ClientErased
from shared.events.integration import WordsToRead
from shared.testing.bench import Caller
from shared.testing.inventory import tables_with
from shared.testing.visitor import Visitor, visitor
from shared.web.policy import Role

from .conftest import Story, refused
from .reading_pages import herself, on_to, words

OTHERS = sorted(set(Role) - {Role.CLIENT, Role.THERAPIST})
WORRYING = "I want to die."


def caller(story: Story, role: str, subject: str | None = None) -> Caller:
    return story.bench.as_(role, client_id=story.client if role == "client" else None, subject=subject)


def bring(story: Story, words: str, role: str = "client", subject: str | None = None) -> str:
    answer = caller(story, role, subject).post(f"/clients/{story.client}/agenda", {"words": words})
    assert answer.status_code == 201, answer.get_json()
    item: str = answer.get_json()["id"]
    return item


def settle(story: Story, item: str, status: str, role: str = "client") -> TestResponse:
    return caller(story, role).post(f"/clients/{story.client}/agenda/{item}/settling", {"status": status})


def take_back(story: Story, item: str, role: str = "client", subject: str | None = None) -> TestResponse:
    return caller(story, role, subject).post(f"/clients/{story.client}/agenda/{item}/taking-back", {})


def test_both_bring_and_both_see_who_brings_what_in_its_order(rosa: Story) -> None:
    bring(rosa, "Mornings.")
    rosa.bench.advance(minutes=1)
    bring(rosa, "The letter to her brother.", "therapist")

    for role in ("client", "therapist"):
        seen = [(item["author"], item["author_id"], item["words"]) for item in rosa.see("agenda", role)]
        assert seen == [
            ("client", None, "Mornings."),
            ("therapist", "therapist-at-maple", "The letter to her brother."),
        ]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_reads_or_writes_it(rosa: Story, role: Role) -> None:
    item = bring(rosa, "Mornings.")
    path = f"/clients/{rosa.client}/agenda"
    refused(caller(rosa, role).get(path), "role_may_not", 403)
    refused(caller(rosa, role).post(path, {"words": "x"}), "role_may_not", 403)
    refused(settle(rosa, item, "set_aside", role), "role_may_not", 403)
    refused(take_back(rosa, item, role), "role_may_not", 403)
    assert visitor(rosa.bench, role).get(f"/people/{rosa.client}/together").status_code == 403


def test_either_settles_everything_and_it_can_be_brought_again(rosa: Story) -> None:
    item = bring(rosa, "Mornings.")

    assert settle(rosa, item, "talked_about", "therapist").get_json()["settled_at"] is not None
    assert settle(rosa, item, "to_bring").get_json()["settled_at"] is None
    assert settle(rosa, item, "set_aside").get_json()["status"] == "set_aside"


def test_what_one_brought_oneself_is_taken_back_and_is_gone(rosa: Story) -> None:
    item = bring(rosa, "Mornings.")

    assert take_back(rosa, item).status_code == 201

    assert rosa.see("agenda", "therapist") == []
    assert take_back(rosa, item).status_code == 404


def test_of_two_therapists_each_takes_back_their_own(rosa: Story) -> None:
    rosa.tell(CaseloadJoined, staff="therapist-two")
    hers = bring(rosa, "Mornings.")
    rosa.bench.advance(minutes=1)
    one = bring(rosa, "The letter.", "therapist")

    for item in (hers, one):
        refused(take_back(rosa, item, "therapist", "therapist-two"), "not_brought_by_you")
    refused(take_back(rosa, one), "not_brought_by_you")
    assert [item["words"] for item in rosa.see("agenda")] == ["Mornings.", "The letter."]
    assert take_back(rosa, one, "therapist").status_code == 201


def test_what_was_talked_about_stays(rosa: Story) -> None:
    item = bring(rosa, "Mornings.")
    settle(rosa, item, "talked_about", "therapist")
    refused(take_back(rosa, item), "talked_about")
    assert len(rosa.see("agenda")) == 1


def test_a_person_is_asked_to_read_what_a_client_brings_and_of_what_was_taken_back_nobody_is(rosa: Story) -> None:
    bring(rosa, WORRYING, "therapist")
    assert rosa.bench.published(WordsToRead) == []

    item = bring(rosa, WORRYING)

    [told] = rosa.bench.published(WordsToRead)
    assert WORRYING not in told.to_bytes().decode()
    assert "please_read" in tables_with(item, rosa.bench.owner)
    take_back(rosa, item)
    assert "please_read" not in tables_with(item, rosa.bench.owner)


def test_of_somebody_else_nothing_is_there(rosa: Story) -> None:
    other = Story(rosa.bench).registered()
    item = bring(other, "Elsewhere.")
    assert settle(rosa, item, "set_aside").status_code == 404
    assert take_back(rosa, item, "therapist").status_code == 404
    assert bring(other, "Still here.")


def test_it_is_erased_with_the_client(rosa: Story) -> None:
    bring(rosa, "Mornings.")
    rosa.tell(ClientErased)
    assert "agenda_item" not in tables_with(str(rosa.client), rosa.bench.owner)


# The pages.


@pytest.fixture
def therapist(rosa: Story) -> Visitor:
    return visitor(rosa.bench, "therapist")


def test_a_client_brings_settles_and_takes_back_on_her_page(rosa: Story) -> None:
    her = herself(rosa)
    assert "Nothing waits to be talked about." in words(her.get("/together"))

    on_to(her.post("/together/agenda", words="Mornings."), "/together?done=brought")
    item = UUID(rosa.see("agenda")[0]["id"])

    said = words(her.get("/together?done=brought"))
    assert "It stands with what you bring." in said
    assert "You bring it" in said
    assert "You both read all of it; nobody else at the clinic does." in said
    assert "A person may be asked to read what you bring." in said
    on_to(her.post(f"/together/agenda/{item}/settling", status="set_aside"), "/together?done=set_aside")
    assert "1 earlier item" in words(her.get("/together"))
    on_to(her.post(f"/together/agenda/{item}/taking-back"), "/together?done=taken")
    assert "Mornings" not in words(her.get("/together"))


def test_her_therapist_sees_who_brings_it_and_brings_something_too(rosa: Story, therapist: Visitor) -> None:
    bring(rosa, "Mornings, <b>so</b>.")
    rosa.bench.advance(minutes=1)
    page = f"/people/{rosa.client}/together"

    said = words(therapist.get(page))
    assert "Mornings, &lt;b&gt;so&lt;/b&gt;." in said
    on_to(therapist.post(f"{page}/agenda", words="The letter."), f"{page}?done=brought")

    assert "You bring it" in words(therapist.get(page))
    assert "The letter." in words(herself(rosa).get("/together"))
    item = rosa.see("agenda")[1]["id"]
    on_to(therapist.post(f"{page}/agenda/{item}/settling", status="talked_about"), f"{page}?done=talked_about")
    said = words(therapist.post(f"{page}/agenda/{item}/taking-back"), 422)
    assert "This was talked about, so it stays." in said


def test_nothing_is_brought_without_a_word_and_nothing_becomes_of_it_by_a_word_that_is_none(rosa: Story) -> None:
    her, item = herself(rosa), bring(rosa, "Mornings.")
    assert "It is not written down yet" in words(her.post("/together/agenda", words=" "), 422)
    assert her.post(f"/together/agenda/{item}/settling", status="forgotten").status_code == 422
    assert [one["status"] for one in rosa.see("agenda")] == ["to_bring"]


def test_a_clients_own_pages_are_no_therapists(rosa: Story, therapist: Visitor) -> None:
    item = bring(rosa, "Mornings.")
    assert therapist.get("/together").status_code == 403
    assert therapist.post("/together/agenda", words="x").status_code == 404
    assert therapist.post(f"/together/agenda/{item}/settling", status="set_aside").status_code == 404


@pytest.mark.parametrize(("scores", "drops"), [((48, 40), True), ((40, 48), False), ((40,), False)])
def test_how_the_two_work_together_is_for_a_conversation(
    rosa: Story, therapist: Visitor, scores: tuple[int, ...], drops: bool
) -> None:
    for days_ago, score in enumerate(reversed(scores)):
        rosa.reading("wai-sr", score, days_ago)

    said = words(therapist.get(f"/people/{rosa.client}/together"))

    assert "How we work together" in said
    assert f"WAI-SR {scores[-1]}" in said
    assert "not tied to anybody’s pay" in said
    assert ("It went down since the last time: you may want to ask about it." in said) is drops
    assert "WAI-SR" not in words(herself(rosa).get("/together"))
