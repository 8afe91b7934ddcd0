"""The journey."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.given import hrefs, instants, series, stretches, texts, widths
from pictures.looking import hint, number, of_kind, outside, over_each_other, tree
from pictures.looking import texts as written
from pictures.samples import JOURNEY, YEARS, English, at, journey, scrolled

from shared.pictures import Commitment, Intention, Journey, Passage, Picture, Series, Window, river, river_signs


def test_everything_of_the_journey_is_a_mark_and_a_row() -> None:
    picture = journey(English(), 720)

    named = [what for _, what, _ in picture.rows]
    for kind, what, count in (
        ("p-stone", "Medicine session", 2),
        ("p-intention", "Intention", 2),
        ("p-moment", "Moment", 6),
    ):
        assert len(of_kind(picture, kind)) - 1 == named.count(what) == count  # One more is in the legend.
    assert named.count("Commitment kept") == named.count("Commitment") == len(of_kind(picture, "p-commitment")) - 3
    assert named.count("Integration window") == 1


def test_rows_are_in_the_order_of_time() -> None:
    rows = journey(English(), 720).rows

    days = [datetime.strptime(when.split(" – ")[0], "%d %b %Y").timestamp() for when, *_ in rows]  # noqa: DTZ007 - days only.
    assert days == sorted(days)


def test_moments_at_the_same_time_lie_on_each_other_and_not_in_one_place() -> None:
    moments = [mark for mark in of_kind(journey(English(), 720), "p-moment") if number(mark, "cx") != 8]

    places = {(number(mark, "cx"), number(mark, "cy")) for mark in moments}
    assert len(places) >= 5


def test_the_zoom_leaves_out_what_lies_outside() -> None:
    november = replace(JOURNEY, start=at(1, 0), end=at(30, 0))

    picture = river("x", november, English(), title="November", width=720)

    assert {what for _, what, _ in picture.rows} == {"Intention", "Moment", "Commitment kept", "Commitment", "PHQ-9"}
    assert of_kind(picture, "p-stone") == []


@pytest.mark.parametrize(("days", "named"), [(0, 1), (6, 1), (12, 1), (20, 2), (40, 2)])
def test_a_session_is_named_only_where_its_name_and_its_thread_lie_over_no_other_name(days: int, named: int) -> None:
    first = at(6, month=10)
    sessions = (Passage(first, "Medicine visit"), Passage(first + timedelta(days=days), "Medicine visit"))

    picture = river("x", replace(JOURNEY, sessions=sessions), English(), title="Journey", width=340)

    assert written(picture).count("Medicine visit") == named
    assert over_each_other(picture) == []
    assert [said for _, _, said in picture.rows].count("Medicine visit") == 2
    assert [hint(mark) for mark in of_kind(picture, "p-stone") if hint(mark)] == [
        f"{English().day(one.at.date())}: Medicine visit" for one in sessions
    ]


def test_after_now_the_river_is_only_outlined() -> None:
    picture = journey(English(), 720)
    all_ahead = river("x", JOURNEY, English(), title="Journey", now=at(1, month=8))

    assert len(of_kind(picture, "p-water")) == len(of_kind(picture, "p-ahead")) == 1
    assert len(of_kind(all_ahead, "p-water")) == 0
    assert "now" in written(picture)
    assert "now" not in written(all_ahead)


def test_a_session_with_an_address_leads_there() -> None:
    links = list(tree(journey(English(), 720)).iter("a"))

    assert [(link.get("href"), link.get("aria-label")) for link in links] == [("/s/1", "6 Oct 2026: First session")]


# Years of it.


def test_too_many_to_be_told_apart_are_piles_that_say_how_many_they_are() -> None:
    picture = scrolled(English(), 720)

    piles = of_kind(picture, "p-pile", "p-moment")
    single = [mark for mark in of_kind(picture, "p-moment") if mark not in piles]
    said = [hint(pile).rpartition(": ") for pile in piles]
    assert (
        sum(int(number) for *_, number in said) + len([one for one in single if "p-target" in one.get("class", "")])
        >= 500
    )
    assert [written for written in written_numbers(picture) if written not in {number for *_, number in said}] == []
    middles = sorted(number(pile, "cx") for pile in piles)
    assert min(after - before for before, after in pairwise(middles)) >= 18
    assert sum(int(row[2]) for row in picture.rows if row[1] == "Moment" and row[2].isdigit()) > 480


def test_each_month_leads_to_its_list_and_has_its_name_where_there_is_room() -> None:
    picture = scrolled(English(), 720)

    links = [link for link in tree(picture).iter("a") if link.get("href", "").startswith("/m/")]
    assert [(link.get("href"), link.get("aria-label")) for link in links] == [
        ("/m/9", "September 2026"),
        ("/m/10", "October 2026"),
        ("/m/11", "November 2026"),
    ]
    # The same months stand beside it as a list: nobody has to go through both.
    assert {link.get("tabindex") for link in links} == {"-1"}
    assert {"September 2026", "October 2026", "November 2026"} <= set(written(picture))
    assert len(of_kind(picture, "p-chosen")) == 1


@pytest.mark.parametrize(("each", "said"), [(120, "November 2026"), (40, "Nov"), (20, "")])
def test_a_month_is_named_as_long_as_there_is_room(each: int, said: str) -> None:
    picture = river(
        "x", replace(YEARS, end=at(1, 0, month=12)), English(), title="x", width=24 + 3 * each, scrolls=True
    )

    assert [one for one in written(picture) if "Nov" in one] == ([said] if said else [])


def test_what_led_to_what_is_a_thread_where_both_are_there() -> None:
    without = river("x", replace(YEARS, threads=()), English(), title="x", width=1440, scrolls=True)

    assert len(of_kind(scrolled(English(), 720), "p-thread")) == len(of_kind(without, "p-thread")) + 1


def test_everything_else_is_a_mark_a_row_and_a_sign() -> None:
    picture = scrolled(English(), 720)

    for name in ("Other visit", "In the body", "Letter to oneself", "Looked back", "Practice", "Plan agreed"):
        assert [row[1] for row in picture.rows].count(name) == 1, name
        assert f"{name}: 1." in picture.description
        assert name in {meaning for _, meaning in river_signs(YEARS, English())}, name
    assert legend_texts(picture) == []


def test_two_thousand_things_take_little_room() -> None:
    many = tuple(Passage(at(1, 0, month=9) + timedelta(hours=n), "A moment") for n in range(1000))
    small = tuple(Commitment(one.at, "Walk", None, True) for one in many)
    picture = river(
        "x", replace(YEARS, moments=many, commitments=small), English(), title="x", width=2160, scrolls=True
    )

    assert len(picture.svg) < 60_000
    assert outside(picture) == []


def written_numbers(picture: Picture) -> list[str]:
    return [text.text or "" for text in of_kind(picture, "p-on")]


def legend_texts(picture: Picture) -> list[str]:
    return [one for one in written(picture) if one in ("Moment", "Commitment", "Integration window")]


@given(
    stretches,
    st.lists(st.builds(Passage, instants, texts, hrefs), max_size=5).map(tuple),
    st.lists(st.builds(Intention, instants, texts, hrefs, st.none() | instants), max_size=5).map(tuple),
    st.lists(st.builds(Commitment, instants, texts, hrefs, st.none() | st.booleans()), max_size=9).map(tuple),
    st.lists(st.builds(lambda ends: Window(*ends), stretches), max_size=3).map(tuple),
    st.none() | series,
    widths,
)
def test_any_journey_can_be_drawn_within_its_frame(
    ends: tuple[datetime, datetime],
    passages: tuple[Passage, ...],
    intentions: tuple[Intention, ...],
    commitments: tuple[Commitment, ...],
    windows: tuple[Window, ...],
    scores: Series | None,
    width: int,
) -> None:
    any_journey = Journey(*ends, passages, intentions, passages, commitments, windows, scores)

    picture = river("x", any_journey, English(), title="Any", now=ends[1], width=width)

    assert outside(picture) == []
