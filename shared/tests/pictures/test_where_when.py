"""Where in the body something was felt, week by week."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from pictures.given import texts, widths
from pictures.looking import hint, number, of_kind, outside
from pictures.looking import texts as written
from pictures.samples import English, over_weeks

from shared.pictures import Felt, Picture, where_when
from shared.pictures.figure import PLACES
from shared.pictures.textures import SENSATIONS

FIRST = date(2026, 9, 7)
EIGHT = [FIRST + timedelta(weeks=n) for n in range(8)]


def drawn(*felt: Felt, weeks: int = 8, width: int = 720) -> Picture:
    return where_when("x", felt, English(), first=FIRST, weeks=weeks, title="Where and when", width=width)


def hints(picture: Picture) -> list[str]:
    return [hint(mark) for mark in of_kind(picture, "p-felt") if hint(mark)]


def test_each_kind_in_a_region_has_a_dot_in_each_of_its_weeks() -> None:
    picture = over_weeks(English(), 720)

    assert hints(picture) == [
        "chest, week of 7 Sep: warmth",
        "chest, week of 5 Oct: tightness",
        "hands, week of 16 Nov: trembling",
        "behind the eyes, week of 23 Nov: tears",
    ]
    assert picture.rows == (
        ("chest", "warmth", "7 Sep"),
        ("chest", "tightness", "5 Oct"),
        ("hands", "trembling", "16 Nov"),
        ("behind the eyes", "tears", "23 Nov"),
    )


def test_regions_stand_from_the_head_to_the_feet() -> None:
    picture = drawn(*(Felt(word, "ease", FIRST) for word in ("feet", "belly", "my scar", "head")))

    assert [row[0] for row in picture.rows] == ["head", "belly", "feet", "my scar"]


def test_later_lies_further_to_the_right() -> None:
    picture = drawn(*(Felt("chest", "ease", week) for week in EIGHT))

    places = [number(mark, "cx") for mark in of_kind(picture, "p-felt") if hint(mark)]
    assert places == sorted(set(places))
    assert len(places) == 8


def test_what_was_felt_often_looks_as_what_was_felt_once() -> None:
    once = drawn(Felt("chest", "tightness", FIRST))
    often = drawn(*[Felt("chest", "tightness", FIRST)] * 9)

    assert once.svg == often.svg
    assert once.rows == often.rows


def test_all_kinds_look_alike_in_size_and_colour() -> None:
    picture = drawn(*(Felt("chest", kind, FIRST) for kind in SENSATIONS))

    marks = [mark for mark in of_kind(picture, "p-felt") if hint(mark)]
    assert len(marks) == 8
    assert {(number(mark, "r"), mark.get("class")) for mark in marks} == {(9.0, "p-felt")}


def test_without_anything_it_says_so() -> None:
    picture = drawn(
        Felt("chest", "ease", FIRST - timedelta(weeks=1)), Felt("chest", "ease", FIRST + timedelta(weeks=8))
    )

    assert picture.rows == ()
    assert picture.description == "Nothing is marked."
    assert "Nothing is marked." in written(picture)


@given(
    st.lists(
        st.builds(
            Felt,
            texts | st.sampled_from(sorted(PLACES)),
            st.sampled_from([*SENSATIONS, "something new"]),
            st.integers(-2, 60).map(lambda n: FIRST + timedelta(weeks=n)),
        ),
        max_size=12,
    ),
    st.integers(1, 53),
    widths,
)
def test_anything_felt_can_be_drawn_within_its_frame(felt: list[Felt], weeks: int, width: int) -> None:
    picture = drawn(*felt, weeks=weeks, width=width)

    assert outside(picture) == []
