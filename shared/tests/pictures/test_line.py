"""Scores and vitals as lines."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.given import instants, series, stretches, texts, widths
from pictures.looking import hint, number, of_kind, outside, tree
from pictures.looking import texts as written
from pictures.samples import BANDS, SCORES, English, at, scores, vitals

from shared.pictures import Band, Event, Reading, Series, Span, Threshold, line
from shared.pictures.drawing import breadth


def test_every_known_score_is_a_mark_and_a_row() -> None:
    picture = scores(English(), 720)

    marks = [hint(mark) for mark in of_kind(picture, "p-dot")]
    rows = [
        f"{when}: {said.split(' · ')[0]}" for when, what, said in picture.rows if what == "PHQ-9" and said[0].isdigit()
    ]
    assert marks == rows == ["1 Sep 2026: 21", "12 Oct 2026: 14", "26 Oct 2026: 10", "23 Nov 2026: 4"]


def test_an_unknown_score_is_a_gap_in_the_line_and_not_a_zero() -> None:
    picture = scores(English(), 720)

    lines = [path for path in of_kind(picture, "p-line") if path.tag == "path"]
    assert [path.get("d", "").count("L") for path in lines] == [2]
    assert ("1 Oct 2026", "PHQ-9", "not known") in picture.rows


def test_later_scores_lie_further_right_and_lower_ones_further_down() -> None:
    marks = of_kind(scores(English(), 720), "p-dot")

    assert [number(mark, "cx") for mark in marks] == sorted(number(mark, "cx") for mark in marks)
    assert [number(mark, "cy") for mark in marks] == sorted(number(mark, "cy") for mark in marks)


def test_bands_are_named_and_close_up() -> None:
    picture = scores(English(), 720)

    bands = [band for kind in ("p-band-0", "p-band-1") for band in of_kind(picture, kind)]
    edges = sorted((number(band, "y"), number(band, "y") + number(band, "height")) for band in bands)
    assert all(abs(above[1] - below[0]) < 0.2 for above, below in pairwise(edges))
    assert {band.name for band in BANDS} <= set(written(picture))
    assert "Mild: 5–9." in picture.description


def test_response_and_remission_are_ringed_and_written() -> None:
    picture = scores(English(), 340)

    assert {"10 · Response", "4 · Remission"} <= set(written(picture))
    assert len(of_kind(picture, "p-ring")) == 2
    assert ("23 Nov 2026", "PHQ-9", "4 · Minimal · Remission") in picture.rows


def test_a_session_is_a_stone_and_overlapping_look_backs_are_hatched() -> None:
    picture = scores(English(), 720)

    assert [hint(stone) for stone in of_kind(picture, "p-session")] == ["First medicine session, 6 Oct 2026"]
    assert ("9 Nov 2026 – 16 Nov 2026", "Look-backs overlap", "") in picture.rows


def test_a_reading_is_due_until_its_time_and_late_after_it() -> None:
    picture = vitals(English(), 720)

    assert len(of_kind(picture, "p-due", "p-late")) == 1
    assert [said for *_, said in picture.rows if "due" in said] == ["overdue", "due"]


def test_now_stands_clear_of_a_reading_of_now() -> None:
    pulse, oxygen = Reading(at(2, 12), 98), Reading(at(2, 12), 100)

    picture = line("x", [Series("A", (pulse,)), Series("B", (oxygen,))], English(), title="Any", now=at(2, 12))

    [said] = of_kind(picture, "p-now-label")
    [mark] = [mark for mark in of_kind(picture, "p-s1") if hint(mark).endswith("100")]
    x, y = number(mark, "x"), number(mark, "y")
    assert not (x - 11 < number(said, "x") < x + 19 and y < number(said, "y") < y + 19)


@pytest.mark.parametrize("width", [340, 720])
def test_now_lies_over_none_of_the_values_of_the_axis(width: int) -> None:
    """It is near the left end, and above and below it there are marks."""
    readings = tuple(Reading(at(2, 12), value) for value in (70, 100))

    ends = {"first": at(2, 11, 55), "last": at(2, 15)}
    picture = line("x", [Series("A", readings)], English(), title="Any", now=at(2, 12), width=width, **ends)

    [said] = of_kind(picture, "p-now-label")
    axis = [number(text, "x") for text in of_kind(picture, "p-soft", "p-end")]
    assert number(said, "x") - breadth("now") / 2 > max(axis)


def test_two_series_differ_by_the_shape_of_their_marks_and_the_kind_of_their_line() -> None:
    picture = vitals(English(), 720)

    assert {mark.tag for mark in of_kind(picture, "p-dot", "p-s0")} == {"circle"}
    assert {mark.tag for mark in of_kind(picture, "p-dot", "p-s1")} == {"rect"}
    assert {"Heart rate (/min)", "SpO₂ (%)"} <= set(written(picture))


def test_what_lies_outside_of_the_ends_is_neither_drawn_nor_listed() -> None:
    picture = line("x", [SCORES], English(), title="October", first=at(1, 0, month=10), last=at(31, month=10))

    assert len(of_kind(picture, "p-dot")) == 2
    assert len(picture.rows) == 3


def test_without_values_it_says_so_and_writes_no_times() -> None:
    picture = line("x", [Series("GAD-7", ())], English(), title="GAD-7")

    assert "No values yet" in written(picture)
    assert picture.rows == ()
    assert picture.description == "GAD-7: no values."


def test_very_many_readings_stay_a_small_picture_with_a_whole_table() -> None:
    start = at(1, 0)
    many = tuple(Reading(start + timedelta(seconds=n), n % 97) for n in range(5000))

    picture = line("x", [Series("Pulse", many)], English(), title="Pulse", width=340)

    assert len(picture.svg) < 25_000
    assert len(picture.rows) == 5000
    assert of_kind(picture, "p-dot") == []


def test_two_readings_in_the_hour_that_comes_twice_are_two() -> None:
    first = at(1, 1, 30)
    twice = (Reading(first, 1), Reading(first.replace(fold=1), 2))

    picture = line("x", [Series("Pulse", twice)], English(), title="Pulse", first=at(1, 0), last=at(1, 4))

    places = [number(mark, "cx") for mark in of_kind(picture, "p-dot")]
    assert places[1] - places[0] > 100


@given(
    st.lists(series, max_size=3),
    st.lists(st.builds(Event, instants, texts, st.sampled_from(["session", "dose", "event"])), max_size=5),
    st.lists(st.builds(lambda ends, name: Span(*ends, name), stretches, texts), max_size=3),
    st.lists(st.builds(lambda low, name: Band(name, low, low + 4), st.integers(0, 40), texts), max_size=4),
    st.lists(st.builds(Threshold, texts, st.integers(-50, 50)), max_size=2),
    st.none() | instants,
    widths,
)
def test_any_line_can_be_drawn_within_its_frame(
    given_series: list[Series],
    events: list[Event],
    spans: list[Span],
    bands: list[Band],
    thresholds: list[Threshold],
    now: datetime | None,
    width: int,
) -> None:
    picture = line(
        "x",
        given_series,
        English(),
        title="Any",
        events=events,
        spans=spans,
        bands=bands,
        thresholds=thresholds,
        now=now,
        width=width,
    )

    assert outside(picture) == []
    assert len(tree(picture)) > 2
    assert len(picture.rows) == sum(len(s.readings) + len(s.due) for s in given_series) + len(events) + len(spans)
