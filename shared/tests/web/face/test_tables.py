"""Tables whose every view has an address."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from shared.languages import phrase
from shared.web.face.tables import Column, Table

WORDS = ["plum", "teal", "amber", "grey", "moss"]
COLUMNS = [
    Column[str]("word", phrase("Word"), cell=str, sort=str),
    Column[str]("length", phrase("Length"), cell=len, sort=len, number=True),
    Column[str]("first", phrase("First letter"), cell=lambda word: word[0]),
]


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


def table(app: Flask, query: str = "", *, searched: bool = True) -> Table[str]:
    with app.test_request_context(f"/words?{query}"):
        made = Table("words", WORDS, COLUMNS, text=str if searched else None, per_page=2)
        # What a template asks of it, asked while there is a request.
        made.seen = (made.columns, made.before, made.after, made.all, made.kept, made.caption)  # type: ignore[attr-defined]
        return made


def shown(app: Flask, query: str = "") -> list[str]:
    return [row[0] for row in table(app, query).rows]


def test_rows_stand_in_their_own_order_a_page_at_a_time(app: Flask) -> None:
    assert shown(app) == ["plum", "teal"]
    assert shown(app, "words_page=3") == ["moss"]
    assert table(app).pages == 3


@pytest.mark.parametrize("page", ["0", "-1", "99", "x"])
def test_a_page_that_there_is_not_is_the_nearest_that_there_is(app: Flask, page: str) -> None:
    assert shown(app, f"words_page={page}") in (["plum", "teal"], ["moss"])


def test_a_column_sorts_both_ways_and_says_which(app: Flask) -> None:
    up, down = table(app, "words_sort=word"), table(app, "words_sort=word.down")

    assert [row[0] for row in up.rows] == ["amber", "grey"]
    assert [row[0] for row in down.rows] == ["teal", "plum"]
    assert [head.sorted for head in up.seen[0]] == ["ascending", None, None]
    assert [head.sorted for head in down.seen[0]] == ["descending", None, None]


def test_an_address_leads_to_the_other_way_and_back_to_the_first_page(app: Flask) -> None:
    head = table(app, "words_sort=word&words_page=2&other=1").seen[0][0]

    assert parse_qs(urlsplit(head.address).query) == {"words_sort": ["word.down"], "other": ["1"]}


@pytest.mark.parametrize("sort", ["first", "nothing", "word'--", ""])
def test_what_is_no_column_to_sort_by_sorts_nothing(app: Flask, sort: str) -> None:
    assert shown(app, f"words_sort={sort}") == ["plum", "teal"]


def test_a_search_finds_parts_of_words_in_any_case(app: Flask) -> None:
    assert shown(app, "words_q=RE") == ["grey"]
    assert table(app, "words_q=nothing").rows == []


def test_where_a_person_could_be_named_nothing_is_searched_by_address(app: Flask) -> None:
    made = table(app, "words_q=grey", searched=False)

    assert not made.searchable
    assert made.total == 5


def test_pages_lead_on_and_back(app: Flask) -> None:
    _, before, after, *_ = table(app, "words_page=2").seen

    assert (before, after) == ("/words?words_page=1", "/words?words_page=3")


def test_it_says_how_many_there_are(app: Flask) -> None:
    assert table(app).seen[-1] == "5 entries"
    assert table(app, "words_q=grey").seen[-1] == "1 entry"
