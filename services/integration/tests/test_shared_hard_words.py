"""Who shares hard words is shown whom they could call, and told that a person is asked to read them."""

from shared.events.integration import WordsToRead

from .conftest import Story
from .reading_pages import herself, words

HARD = "I want to end my life."


def test_what_is_brought_to_a_conversation_shows_whom_to_call_as_long_as_it_stands_there(rosa: Story) -> None:
    me = herself(rosa)
    me.post("/together/agenda", words=HARD)
    said = words(me.get("/together"))
    assert "You do not have to be alone with this" in said
    assert "988" in said
    [item] = rosa.see("agenda")
    me.post(f"/together/agenda/{item['id']}/taking-back")
    assert "You do not have to be alone" not in words(me.get("/together"))


def test_what_a_therapist_brings_is_theirs(rosa: Story) -> None:
    rosa.bench.as_("therapist").post(f"/clients/{rosa.client}/agenda", {"words": HARD})
    assert "You do not have to be alone" not in words(herself(rosa).get("/together"))


def test_an_intention_shows_whom_to_call_and_asks_for_a_reader_who_finds_it_there(rosa: Story) -> None:
    me = herself(rosa)
    for path in ("/intentions", "/today/intentions"):
        answer = me.post(path, question="truth", words=HARD)
        where = answer.headers["Location"].removeprefix("/integration")
        assert "You do not have to be alone with this" in words(me.get(where))
    assert len(rosa.bench.published(WordsToRead)) == 2
    items = rosa.bench.as_("therapist").get("/words-to-read").get_json()["items"]
    assert [(item["source"], item["words"]) for item in items] == [("intention", HARD)] * 2


def test_an_intention_that_is_said_anew_asks_for_a_reader_where_it_did_not_before(rosa: Story) -> None:
    rosa.do("intentions", question="truth", words="To rest.")
    [one] = rosa.see("intentions")
    assert rosa.bench.published(WordsToRead) == []
    rosa.do(f"intentions/{one['id']}/wording", question="truth", words=HARD)
    assert len(rosa.bench.published(WordsToRead)) == 1
