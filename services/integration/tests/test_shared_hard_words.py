"""Who shares hard words is shown whom they could call, and told that a person is asked to read them."""

from typing import Any

from sqlalchemy import delete

from integration.models import PleaseRead
from shared.events.integration import WordsToRead
from shared.store.transaction import Actor, Origin

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


ASKED = "is asked to read what you share"


def to_read(rosa: Story) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = rosa.bench.as_("therapist").get("/words-to-read").get_json()["items"]
    return items


def test_other_hard_words_are_read_too_where_the_first_were_read(rosa: Story) -> None:
    rosa.do("intentions", question="truth", words=HARD)
    [one] = rosa.see("intentions")
    [request] = to_read(rosa)
    rosa.bench.as_("therapist").post(f"/clients/{rosa.client}/words-to-read/{request['id']}/reading", {})
    assert to_read(rosa) == []

    rosa.do(f"intentions/{one['id']}/wording", question="truth", words="I want to kill myself.")

    assert [item["words"] for item in to_read(rosa)] == ["I want to kill myself."]
    assert len(rosa.bench.published(WordsToRead)) == 2


def test_what_nobody_has_read_yet_is_read_also_where_it_says_something_else_by_then(rosa: Story) -> None:
    rosa.do("intentions", question="truth", words="To sleep.")
    [one] = rosa.see("intentions")
    rosa.bench.advance(minutes=1)
    rosa.do(f"intentions/{one['id']}/wording", question="truth", words=HARD)
    rosa.bench.advance(minutes=1)

    rosa.do(f"intentions/{one['id']}/wording", question="truth", words="To rest.")

    assert [item["words"] for item in to_read(rosa)] == [f"{HARD} · To rest."]
    assert len(rosa.bench.published(WordsToRead)) == 1


def test_nobody_is_said_to_be_asked_where_nobody_is(rosa: Story) -> None:
    """As of what was shared before a phrase came on the list."""
    me = herself(rosa)
    shared = {"intentions": {"question": "truth"}, "moments": {"kind": "dream", "visibility": "care_team"}}
    for kind, told in shared.items():
        rosa.do(kind, **told, words=HARD)
        [one] = rosa.see(kind)
        assert ASKED in words(me.get(f"/{kind}/{one['id']}"))
        with rosa.bench.store.transaction("maple", Actor("test"), Origin("test", "test", "test")) as tx:
            tx.session.execute(delete(PleaseRead))
        said = words(me.get(f"/{kind}/{one['id']}"))
        assert "You do not have to be alone with this" in said
        assert ASKED not in said
