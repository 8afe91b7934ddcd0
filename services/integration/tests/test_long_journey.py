"""Three years and two thousand things: the page asks as little, opens as little and stays as small as ever."""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import event

from integration.models import CheckIn, Commitment, CommitmentReview, Intention, Moment, Sensation, Window
from shared.store.sealed import Sealed
from shared.testing.visitor import visitor

from .conftest import Story
from .long_journey import live_for_years
from .reading_pages import herself

ZOOMS = ("month", "quarter", "year", "all")
MOST_STATEMENTS = 60
MOST_OPENED = 130
"""What a month shows, at most forty things of it, and the words that are drawn."""


@contextmanager
def asked(story: Story) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(story.bench.store.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(story.bench.store.engine, "before_cursor_execute", note)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places of what was opened."""
    places: list[str] = []
    before = Sealed._open

    def note(self: Sealed[Any], row: Any, sealed: bytes) -> Any:
        places.append(self.place)
        return before(self, row, sealed)

    monkeypatch.setattr(Sealed, "_open", note)
    return places


def page(story: Story, query: str = "", role: str | None = None) -> str:
    reads = visitor(story.bench, role) if role else herself(story)
    answer = reads.get(f"/people/{story.client}/journey{query}" if role else f"/journey{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def picture_of(said: str) -> ElementTree.Element:
    return ElementTree.fromstring(re.search(r"<svg class=\"picture picture-river.*?</svg>", said, re.DOTALL)[0])  # type: ignore[index]


@pytest.mark.parametrize("role", [None, "therapist"])
@pytest.mark.parametrize("zoom", ZOOMS)
def test_a_journey_of_years_is_as_small_as_any(rosa: Story, zoom: str, role: str | None, opened: list[str]) -> None:
    assert 1900 <= live_for_years(rosa) <= 2100
    opened.clear()

    with asked(rosa) as statements:
        said = page(rosa, f"?zoom={zoom}", role)

    assert len(statements) <= MOST_STATEMENTS
    assert len(opened) <= MOST_OPENED
    assert len(said) < 120_000
    assert len(gzip.compress(said.encode())) < 22_000


def test_ten_times_as_much_asks_no_more_questions(rosa: Story) -> None:
    few = Story(rosa.bench).registered()
    live_for_years(few, share=0.1)
    live_for_years(rosa)

    with asked(rosa) as for_few:
        page(few)
    with asked(rosa) as for_many:
        page(rosa)

    # Keys of a client are read once for each row that is the first to be opened: nothing depends on how many there are.
    assert abs(len(for_many) - len(for_few)) <= 2


def test_the_page_of_whoever_has_lived_with_this_for_years_reads_no_more_than_it_shows(rosa: Story) -> None:
    live_for_years(rosa)
    read: Counter[type] = Counter()

    def note(row: Any, _: Any) -> None:
        read[type(row)] += 1

    models = (CheckIn, Commitment, CommitmentReview, Intention, Moment, Sensation, Window)
    for model in models:
        event.listen(model, "load", note)
    try:
        answer = visitor(rosa.bench, "therapist").get(f"/people/{rosa.client}")
    finally:
        for model in models:
            event.remove(model, "load", note)

    assert answer.status_code == 200
    assert "All that is shared is in their journey." in answer.get_data(as_text=True)
    # A dozen of each, of moments one more, which says that there are others; each window has six check-ins here. The
    # last window and the last check-in are also what her place on the desk goes by.
    assert read == {CheckIn: 6 * 12 + 1, Window: 12 + 1, Moment: 12 + 1} | dict.fromkeys(
        (Commitment, CommitmentReview, Intention, Sensation), 12
    )


@pytest.mark.parametrize("zoom", ZOOMS)
def test_what_is_drawn_can_be_told_apart(rosa: Story, zoom: str) -> None:
    live_for_years(rosa)
    svg = picture_of(page(rosa, f"?zoom={zoom}"))

    for bank in ("p-moment", "p-commitment"):
        marks = [mark for mark in svg.iter() if {bank, "p-pile"} <= set(mark.get("class", "").split())]
        places = sorted(float(mark.get("cx", "")) for mark in marks)
        assert all(after - before >= 18 for before, after in pairwise(places)), bank
    assert len([mark for mark in svg.iter() if mark.get("class", "").startswith("p-")]) < 900


def test_what_is_piled_up_is_counted_and_nothing_is_missing(rosa: Story) -> None:
    live_for_years(rosa)
    svg = picture_of(page(rosa, "?zoom=all"))

    described = svg.findtext("desc") or ""
    assert "moments: 850" in described.casefold()
    piles = [mark for mark in svg.iter("circle") if {"p-pile", "p-moment"} <= set(mark.get("class", "").split())]
    assert sum(int((pile.findtext("title") or "").rpartition(": ")[2]) for pile in piles) > 1000  # With what was felt.


def test_a_full_month_is_shown_in_parts(rosa: Story) -> None:
    live_for_years(rosa)
    month = f"{rosa.bench.clock() - timedelta(days=40):%Y-%m}"

    first, second = page(rosa, f"?month={month}"), page(rosa, f"?month={month}&page=2")

    ids = [set(re.findall(r'<li class="[a-z]+" id="of-([0-9a-f-]+)"', said)) for said in (first, second)]
    assert len(ids[0]) == 40
    assert ids[1]
    assert not ids[0] & ids[1]
    assert "What came before these" in first
    assert "What came after these" in second


def test_others_are_told_no_number_of_what_is_hers_alone(rosa: Story) -> None:
    live_for_years(rosa)
    own, others, prescriber = (
        picture_of(page(rosa, "?zoom=all", role)).findtext("desc") or "" for role in (None, "therapist", "prescriber")
    )

    assert "moments: 850" in own
    assert "moments: 566" in others
    assert "moments: 283" in prescriber
    numbers = {role: re.findall(r": (\d+) things?<", page(rosa, "?kind=moment", role)) for role in (None, "therapist")}
    assert sum(map(int, numbers["therapist"])) < sum(map(int, numbers[None]))
    assert "letter" not in page(rosa, "?zoom=all", "therapist").casefold().partition("<main")[2]
