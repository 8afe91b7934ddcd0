"""Blood pressure, and counts."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.given import instants, texts, values, widths
from pictures.looking import hint, number, of_kind, outside, over_each_other
from pictures.looking import texts as written
from pictures.samples import NASTY, English, at, counts, pressure

from shared.pictures import Bar, Limit, Picture, Pressure, bars, range_bars


def test_every_known_pressure_is_a_bar_and_a_row() -> None:
    picture = pressure(English(), 720)

    drawn = [hint(bar) for bar in of_kind(picture, "p-range") if hint(bar)]
    assert drawn == ["09:00: 118/76 mmHg", "10:00: 162/98 mmHg", "12:00: 130/– mmHg"]
    assert [said for _, what, said in picture.rows if what == "Blood pressure"] == [
        "118/76 mmHg",
        "162/98 mmHg · Call the physician · talking",
        "not known",
        "130/– mmHg",
        "overdue",
        "due",
    ]


def test_a_pressure_that_reaches_a_limit_has_a_triangle_over_it() -> None:
    picture = pressure(English(), 720)

    marks = [mark for mark in of_kind(picture, "p-reached") if mark.get("d")]
    assert len(marks) == 2  # One in the picture, one in its legend.
    assert "Call the physician 160/100: readings that reach it: 1." in picture.description


def within_minutes(width: int, *values: tuple[int, int]) -> Picture:
    """Three hours after the first reading come the others, two minutes after each other; the last one is of now."""
    late = at(2, 12)
    taken = [Pressure(at(2, 9), 118, 76)]
    taken += [Pressure(late + timedelta(minutes=2 * n), *pair) for n, pair in enumerate(values)]
    limits = [Limit("Hold before a dose", 160, 100)]
    return range_bars("x", taken, English(), title="Any", limits=limits, now=taken[-1].at, width=width)


@pytest.mark.parametrize("width", [340, 720])
def test_readings_of_the_same_minutes_are_written_where_there_is_room_and_the_newest_always(width: int) -> None:
    picture = within_minutes(width, (168, 102), (171, 99), (124, 81))

    said = written(picture)
    assert over_each_other(picture) == []
    assert {"118", "76", "124", "81", "171"} <= set(said)
    assert not {"168", "102", "99"} & set(said)
    hints = [hint(bar) for bar in of_kind(picture, "p-range") if hint(bar)]
    assert hints[1:] == ["12:00: 168/102 mmHg", "12:02: 171/99 mmHg", "12:04: 124/81 mmHg"]
    assert [value for _, _, value in picture.rows][1:3] == [
        "168/102 mmHg · Hold before a dose",
        "171/99 mmHg · Hold before a dose",
    ]


def test_where_there_is_room_for_one_more_it_is_one_that_reaches_the_limit() -> None:
    high, plain = Pressure(at(2, 9), 164, 100), Pressure(at(2, 9, 4), 158, 99)
    last = Pressure(at(2, 12), 118, 76)

    picture = range_bars("x", [high, plain, last], English(), title="Any", limits=[Limit("Hold", 160, 100)])

    assert "164" in written(picture)
    assert "158" not in written(picture)


@pytest.mark.parametrize("width", [340, 720])
@pytest.mark.parametrize("newest", [(168, 102), (200, 70), (118, 76), (178, 40)])
def test_now_stands_clear_of_the_values_of_a_reading_of_now(newest: tuple[int, int], width: int) -> None:
    picture = within_minutes(width, newest)

    assert "now" in written(picture)
    assert str(newest[0]) in written(picture)
    assert over_each_other(picture) == []


@pytest.mark.parametrize(
    ("systolic", "diastolic", "reached"),
    [(160, 80, True), (120, 100, True), (159, 99, False), (None, 99, False), (None, 100, True), (None, None, False)],
)
def test_a_limit_is_reached_by_either_value_and_never_by_what_is_unknown(
    systolic: int | None, diastolic: int | None, reached: bool
) -> None:
    when = datetime.fromisoformat("2026-11-02T10:00:00+00:00")

    assert Limit("Call", 160, 100).reached_by(Pressure(when, systolic, diastolic)) is reached


@given(
    st.lists(st.builds(Pressure, instants, *[st.none() | st.integers(0, 300)] * 2, texts), max_size=12),
    st.lists(st.builds(Limit, texts, st.integers(100, 200), st.integers(60, 120)), max_size=2),
    st.lists(instants, max_size=3),
    widths,
)
def test_any_pressures_can_be_drawn_within_their_frame(
    taken: list[Pressure], limits: list[Limit], due: list[datetime], width: int
) -> None:
    picture = range_bars("x", taken, English(), title="Any", limits=limits, due_at=due, width=width)

    assert outside(picture) == []
    assert len(picture.rows) == len(taken) + len(due)


@pytest.mark.parametrize("width", [340, 720])
def test_bars_are_as_long_as_their_values(width: int) -> None:
    picture = counts(English(), width)

    lengths = [number(bar, "width") for bar in of_kind(picture, "p-bar")]
    assert lengths[0] == pytest.approx(2 * lengths[1], abs=0.2)
    assert lengths[2] == 0


def test_an_unknown_count_has_no_bar_and_a_zero_has_one() -> None:
    picture = counts(English(), 720)

    assert [hint(bar) for bar in of_kind(picture, "p-bar")] == [
        "Music: 22 times",
        "Walked: 11 times",
        "Breathing: 0 times",
    ]
    assert picture.rows[2:] == (("Breathing", "0 times"), ("Rest", "not known"))


def test_a_name_that_is_markup_stays_a_name() -> None:
    picture = bars(NASTY, [Bar(NASTY, 3, NASTY)], English(), title=NASTY, width=720)

    assert "<script" not in picture.svg
    assert any(said.startswith("<script>") for said in written(picture))


@given(st.lists(st.builds(Bar, texts, values, texts), max_size=8), texts, widths)
def test_any_bars_can_be_drawn_within_their_frame(given_bars: list[Bar], unit: str, width: int) -> None:
    picture = bars("x", given_bars, English(), title="Any", unit=unit, width=width)

    assert outside(picture) == []
    assert len(picture.rows) == len(given_bars)
