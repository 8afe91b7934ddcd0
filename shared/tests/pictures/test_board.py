"""The day board."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.given import hrefs, stretches, texts, widths
from pictures.looking import frame, number, of_kind, outside, tree
from pictures.looking import texts as written
from pictures.samples import COLUMNS, English, at, day

from shared.pictures import Column, Part, Picture, Ratio, Visit, board


def frames(picture: Picture) -> list[tuple[float, float, float, float]]:
    return [tuple(number(one, name) for name in ("x", "y", "width", "height")) for one in of_kind(picture, "p-frame")]  # type: ignore[misc]


def test_a_visit_is_a_block_in_its_room_and_with_its_people_and_a_row_for_each() -> None:
    picture = day(English(), 720)

    assert len(frames(picture)) == 3
    assert [(when, where) for when, where, name, _ in picture.rows if name.startswith("Ana B.")] == [
        ("09:00–14:30", "Cedar"),
        ("09:00–14:00", "Dr. Amara Okafor-Lindqvist"),
    ]


def test_the_line_of_now_lies_beneath_the_blocks_and_crosses_out_no_name() -> None:
    drawn = [kind for element in tree(day(English(), 720)).iter() for kind in element.get("class", "").split()]

    # What covers it is whole, and comes after it; what is drawn on that is see-through.
    assert drawn.count("p-now") == 1
    assert drawn.count("p-ground") == len(frames(day(English(), 720)))
    assert drawn.index("p-now") < drawn.index("p-ground") < drawn.index("p-frame")


def test_turnover_occupies_the_room_and_nobody_else() -> None:
    rows = day(English(), 720).rows

    assert [where for _, where, _, parts in rows if "Turnover 14:00–14:30" in parts] == ["Cedar"]


def test_visits_that_overlap_lie_beside_each_other() -> None:
    (_, ana, lee) = sorted(frames(day(English(), 720)))

    assert ana[0] + ana[2] <= lee[0]


def test_a_visit_is_one_stop_for_the_keyboard_though_it_can_be_clicked_in_every_column() -> None:
    links = list(tree(day(English(), 720)).iter("a"))

    assert [link.get("tabindex") for link in links] == [None, "-1"]
    assert links[0].get("aria-label") == "Ana B., 09:00–14:30, Cedar. ready"


def test_too_few_staff_is_said_over_the_board_framed_on_its_strip_and_in_the_table() -> None:
    picture = day(English(), 720)

    assert "Too few staff: 13:00–14:00" in written(picture)
    assert "1/2 !" in written(picture)
    assert len(of_kind(picture, "p-short")) == 1
    assert [row[3] for row in picture.rows if row[1] == "Staff"] == ["2/2", "1/2", "?/2"]


@pytest.mark.parametrize(
    ("present", "said"), [(2, "Enough staff all day"), (None, "It is not known for all of the day who is there")]
)
def test_unknown_staff_is_not_called_enough(present: int | None, said: str) -> None:
    ratios = [Ratio(at(2, 9), at(2, 17), present, 2)]

    picture = board("x", COLUMNS, [], English(), start=at(2, 8), end=at(2, 18), title="Monday", ratios=ratios)

    assert said in written(picture)


@pytest.mark.parametrize(("when", "hours"), [((2026, 11, 1), 25), ((2026, 3, 8), 23), ((2026, 11, 2), 24)])
def test_a_day_is_as_high_as_it_is_long(when: tuple[int, int, int], hours: int) -> None:
    reader = English()
    start = datetime(*when, tzinfo=reader.zone)
    night = Visit("Night", ("cedar",), (Part("medicine", start, start + timedelta(hours=4)),))

    picture = board("x", COLUMNS, [night], reader, start=start, end=start + timedelta(days=1), title="Day", hour=40)

    (block,) = frames(picture)
    (axis,) = {number(line, "y2") - number(line, "y1") for line in of_kind(picture, "p-edge")}
    assert axis == pytest.approx(hours * 40, abs=0.2)
    assert block[3] == pytest.approx((4 + hours - 24) * 40, abs=1.2) or hours == 24
    assert written(picture).count("01:00") == (2 if hours == 25 else 1)


def test_more_columns_than_fit_make_the_board_wider_instead_of_its_text_smaller() -> None:
    columns = [Column(str(n), f"Room {n}") for n in range(9)]

    picture = board("x", columns, [], English(), start=at(2, 8), end=at(2, 18), title="Monday", width=340)

    width, height = frame(tree(picture))
    assert width > 800
    assert (number(tree(picture), "width"), number(tree(picture), "height")) == (width, height)


@given(
    st.lists(st.sampled_from([Column("a", "A"), Column("b", "B " * 30), Column("c", "C", "person")]), unique=True),
    st.lists(
        st.builds(
            Visit,
            texts,
            st.lists(st.sampled_from("abcx"), unique=True).map(tuple),
            st.lists(
                st.builds(
                    lambda sort, ends: Part(sort, *ends),
                    st.sampled_from(["preparation", "medicine", "recovery", "turnover", "other"]),
                    st.tuples(st.integers(0, 1500), st.integers(0, 1500)).map(
                        lambda two: tuple(at(2, 0) + timedelta(minutes=n) for n in sorted(two))
                    ),
                ),
                max_size=4,
            ).map(tuple),
            texts,
            hrefs,
        ),
        max_size=5,
    ),
    st.none() | stretches,
    widths,
)
def test_any_day_can_be_drawn_within_its_frame(
    columns: list[Column], visits: list[Visit], staffed: tuple[datetime, datetime] | None, width: int
) -> None:
    ratios = [Ratio(*staffed, 1, 2)] if staffed else []

    picture = board(
        "x",
        columns,
        visits,
        English(),
        start=at(2, 6),
        end=at(2, 20),
        title="Any",
        ratios=ratios,
        now=at(2),
        width=width,
    )

    assert outside(picture) == []
