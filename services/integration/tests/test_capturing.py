"""A moment in a few seconds, as a client keeps it on their telephone; found again, shared, taken back, removed."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import text

from integration.domain.searching import says
from shared.events.integration import EntryShared, WordsToRead
from shared.testing.html import Page
from shared.testing.visitor import visitor

from .conftest import Story
from .files import WEBM, photo_with_a_place
from .reading_pages import herself, on_to, words

HARD = "Some days I want to die."
LINES = "M10 10L60 40L60 41"


def keep(story: Story, **fields: Any) -> dict[str, Any]:
    """Keep a moment by the form of the page."""
    before = {moment["id"] for moment in story.see("moments")}
    kept = herself(story).post("/moments", **fields)
    assert kept.status_code == 303, words(kept, kept.status_code)
    [moment] = [moment for moment in story.see("moments") if moment["id"] not in before]
    assert kept.headers["Location"] == f"/integration/moments/{moment['id']}?kept=1"
    return moment


def search(story: Story, asked: str) -> str:
    return words(herself(story).post("/moments/search", words=asked))


# Keeping one.


def test_the_page_opens_with_the_cursor_where_one_writes_and_only_there_may_somebody_speak(rosa: Story) -> None:
    answer = herself(rosa).get("/moments")

    assert "What do you notice?" in words(answer)
    assert "autofocus" in Page(answer).named("words")
    assert "private" in [option["value"] for option in Page(answer).all("option") if "selected" in option]
    assert "microphone=(self)" in answer.headers["Permissions-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "media-src 'self' blob:" in answer.headers["Content-Security-Policy"]
    elsewhere = herself(rosa).get("/today")
    assert "microphone=()" in elsewhere.headers["Permissions-Policy"]
    assert "blob:" not in elsewhere.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("said", "is_there"),
    [
        ({"words": "A door."}, ("words", "A door.")),
        ({"drawing": LINES}, ("drawing", LINES)),
        ({"recording": (WEBM, "a.webm")}, ("words", None)),
        ({"photo": (photo_with_a_place(), "a.jpg")}, ("words", None)),
    ],
)
def test_one_of_words_voice_drawing_and_photo_is_enough(
    rosa: Story, said: dict[str, Any], is_there: tuple[str, str | None]
) -> None:
    sent = {name: (BytesIO(one[0]), one[1]) if isinstance(one, tuple) else one for name, one in said.items()}
    moment = keep(rosa, **sent)
    name, value = is_there
    assert (moment[name], moment["visibility"], moment["kind"]) == (value, "private", "other")
    assert rosa.bench.published() == []


@pytest.mark.parametrize("said", [{}, {"kind": "release", "feeling": "grief", "intensity": "5"}, {"words": "  "}])
def test_with_none_of_them_nothing_is_kept_and_that_is_said(rosa: Story, said: dict[str, str]) -> None:
    page = words(herself(rosa).post("/moments", **said), 422)
    assert "Your moment is not kept yet" in page
    assert rosa.see("moments") == []
    answer = rosa.do("moments", kind="dream")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "says_nothing")


def test_of_a_release_what_was_felt_how_strongly_and_what_helped_may_be_said(rosa: Story) -> None:
    release = {"kind": "release", "feeling": "grief", "intensity": "4", "what_helped": "My sister."}
    moment = keep(rosa, words="It came.", **release)

    assert (moment["feeling"], moment["intensity"], moment["what_helped"]) == ("grief", 4, "My sister.")
    assert "grief How strongly, from 1 to 5 4" in words(herself(rosa).get(f"/moments/{moment['id']}"))
    mended = words(herself(rosa).post("/moments", words="x", intensity="6"), 422)
    assert "Please give a number from 1 to 5." in mended


@pytest.mark.parametrize("drawing", ["M10 10L60 40Z", "M1 1<script>", "L1 1", "M1000 1", "M1 1\n"])
def test_what_is_no_drawing_is_refused(rosa: Story, drawing: str) -> None:
    assert rosa.do("moments", kind="dream", drawing=drawing).status_code == 422
    assert rosa.see("moments") == []


def test_a_drawing_is_shown_as_lines_and_nothing_of_it_runs(rosa: Story) -> None:
    moment = keep(rosa, drawing=LINES)
    page = herself(rosa).get(f"/moments/{moment['id']}")
    words(page)
    assert LINES in [path["d"] for path in Page(page).all("path") if "d" in path]


def test_threads_of_before_are_offered_and_each_is_kept_once(rosa: Story) -> None:
    keep(rosa, words="One.", new_threads="Home, my mother , home,")
    assert Page(herself(rosa).get("/moments")).named("threads")["value"] == "Home"

    moment = keep(rosa, words="Two.", threads=["Home", "my mother"], new_threads="HOME, water")

    assert moment["tags"] == ["Home", "my mother", "water"]


def test_threads_are_hers_alone_also_where_the_moment_is_shared(rosa: Story) -> None:
    keep(rosa, words="One.", new_threads="my mother", visibility="care_team")
    assert [moment["tags"] for moment in rosa.see("moments", "nurse")] == [[]]


def test_a_moment_may_belong_to_an_intention_of_hers_and_to_nobody_elses(rosa: Story) -> None:
    hers = rosa.do("intentions", question="truth", words="To see.").get_json()["id"]
    assert keep(rosa, words="It did.", intention_id=hers)["intention_id"] == hers

    other = Story(rosa.bench).registered()
    assert other.do("moments", kind="dream", words="x", intention_id=hers).status_code == 404


def test_what_waited_for_a_connection_is_of_when_it_was_written_with_all_that_belongs_to_it(rosa: Story) -> None:
    sent = {"words": "A door.", "recording": (BytesIO(WEBM), "recording.webm")}
    herself(rosa).post_late("/moments", timedelta(hours=5), **sent)

    [moment] = rosa.see("moments")
    assert moment["felt_at"] == (rosa.bench.clock() - timedelta(hours=5)).isoformat()
    assert len(rosa.see(f"moments/{moment['id']}/attachments")) == 1


def test_a_form_that_is_sent_twice_keeps_one_moment_and_one_recording(rosa: Story) -> None:
    for _ in range(2):
        herself(rosa).post("/moments", number="n-1", words="Once.", recording=(BytesIO(WEBM), "recording.webm"))

    [moment] = rosa.see("moments")
    assert len(rosa.see(f"moments/{moment['id']}/attachments")) == 1


# Hard words.


def test_blanks_say_nothing(rosa: Story) -> None:
    assert rosa.do("moments", kind="other", words="   ").get_json()["code"] == "says_nothing"


def test_hard_words_in_a_private_moment_tell_nobody_and_show_her_whom_she_could_call(rosa: Story) -> None:
    for path in ("/moments", "/today/moments"):
        answer = herself(rosa).post(path, words=HARD, kind="other")

        where = answer.headers["Location"]
        assert where.endswith("?kept=1")
        said = words(herself(rosa).get(where.removeprefix("/integration")))
        assert "You do not have to be alone with this" in said
        assert "988" in said
        assert "Nobody was told" in said
        assert "a list of words" in said
    assert rosa.bench.published() == []
    with rosa.bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from please_read")) == 0


def test_by_the_door_of_programs_she_is_told_whom_to_call_as_well(rosa: Story) -> None:
    assert "988" in rosa.do("moments", kind="other", words=HARD).get_json()["help"]
    assert rosa.do("moments", kind="other", words="A door.").get_json()["help"] is None


def test_who_can_read_it_is_said_as_it_is(rosa: Story) -> None:
    moment, me = keep(rosa, words="A door."), herself(rosa)
    told = {"therapist": "whom you share it with can read it now", "private": "It is yours alone now"}
    for visibility, sentence in told.items():
        me.post(f"/moments/{moment['id']}/sharing", visibility=visibility)
        assert sentence in words(me.get(f"/moments/{moment['id']}?changed=1"))


def test_hard_words_that_she_shares_ask_a_person_to_read_when_they_are_shared(rosa: Story) -> None:
    moment = keep(rosa, words=HARD)
    assert rosa.bench.published(WordsToRead) == []

    herself(rosa).post(f"/moments/{moment['id']}/sharing", visibility="therapist")
    herself(rosa).post(f"/moments/{moment['id']}/sharing", visibility="care_team")
    keep(rosa, words="x", what_helped="Not to hurt myself.", visibility="therapist")
    keep(rosa, words="A door.", visibility="therapist")

    assert len(rosa.bench.published(EntryShared)) == 4
    assert len(rosa.bench.published(WordsToRead)) == 2
    said = words(herself(rosa).get(f"/moments/{moment['id']}"))
    assert "You do not have to be alone" in said
    assert "A person at Maple Street Wellness is asked to read what you share, when the clinic is open." in said
    assert "Nobody was told" not in said


# Finding and removing.


def test_a_search_finds_words_feelings_and_threads_of_her_own_however_they_are_written(rosa: Story) -> None:
    keep(rosa, words="A house with ÁRBOLES around.", kind="dream")
    keep(rosa, words="The sea.", feeling="Gratitude", new_threads="my mother")
    other = Story(rosa.bench).registered()
    other.moment(words="Another house.")

    assert "A house with ÁRBOLES" in search(rosa, "arboles hou")
    assert "The sea." in search(rosa, "gratit")
    assert "The sea." in search(rosa, "mother")
    assert "Another house." not in search(rosa, "house")
    assert "No moment of yours says that." in search(rosa, "ouse")
    assert "Please fill this in." in words(herself(rosa).post("/moments/search", words=" "), 422)
    assert [one["words"] for one in other.do("moments/search", words="house").get_json()["items"]] == ["Another house."]


def test_a_letter_is_the_same_however_wide_it_is_written() -> None:
    assert says("fire", ["By the \N{FULLWIDTH LATIN SMALL LETTER F}ireplace."])


@pytest.mark.parametrize("asked", ["", " ", "!?"])
def test_nothing_is_found_by_asking_for_nothing(asked: str) -> None:
    assert not says(asked, ["words"])


def test_what_she_looks_for_stands_in_no_address_and_in_no_row(rosa: Story) -> None:
    answer = herself(rosa).post("/moments/search", number="n-2", words="grandmother")
    assert (answer.status_code, answer.headers.get("Location")) == (200, None)
    forms = [form for form in Page(answer).all("form") if form.get("role") == "search"]
    assert [form["method"] for form in forms] == ["post"]
    with rosa.bench.owner.connect() as connection:
        for table in ("audit", "idempotency", "outbox"):
            assert "grandmother" not in str(connection.execute(text(f"select * from {table}")).all())
        assert connection.scalar(text("select count(*) from idempotency")) == 0


def test_a_moment_that_she_removes_is_gone_with_its_recording_for_whomever_she_shared_it_with(rosa: Story) -> None:
    shared = {"words": "Gone soon.", "recording": (BytesIO(WEBM), "a.webm"), "visibility": "care_team"}
    moment, stays = keep(rosa, **shared), keep(rosa, words="Stays.")
    asked = words(herself(rosa).get(f"/moments/{moment['id']}"))
    assert "Remove it for good?" in asked

    on_to(herself(rosa).post(f"/moments/{moment['id']}/removal"), "/moments?gone=1")

    assert [one["id"] for one in rosa.see("moments")] == [stays["id"]]
    assert rosa.see("moments", "nurse") == []
    assert "It is gone, with all that belonged to it." in words(herself(rosa).get("/moments?gone=1"))
    assert herself(rosa).get(f"/moments/{moment['id']}").status_code == 404
    assert visitor(rosa.bench, "nurse").get(f"/people/{rosa.client}/moments/{moment['id']}").status_code == 404
    with rosa.bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from attachment")) == 0
        assert connection.scalar(text("select count(*) from moment")) == 1


def test_her_moments_come_ten_at_once_the_newest_first(rosa: Story) -> None:
    for number in range(12):
        rosa.moment(words=f"Number {number}.")
        rosa.bench.advance(minutes=1)

    first, second = (words(herself(rosa).get(f"/moments?page={page}")) for page in (1, 2))
    assert "Number 11." in first
    assert "Number 1." not in first
    assert "Earlier ones" in first
    assert "Number 0." in second
    assert "Number 2." not in second
    assert "Earlier ones" not in second
    for odd in ("0", "-1", "x"):
        assert "Number 11." in words(herself(rosa).get(f"/moments?page={odd}"))
