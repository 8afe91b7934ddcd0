"""Parts of groups of people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.given import texts, widths
from pictures.looking import number, of_kind, outside
from pictures.looking import texts as written
from pictures.samples import English, groups

from shared.pictures import Portion, shares

SAID = {"title": "Any", "counted": "counted", "others": "the others"}


@pytest.mark.parametrize("width", [340, 720])
def test_a_bar_has_the_counted_the_others_and_those_of_whom_it_is_not_known(width: int) -> None:
    picture = shares("x", [Portion("All", 80, 32, 16, 50, 38, 62)], English(), **SAID, width=width)

    lengths = [number(part, "width") for kind in ("p-bar", "p-rest", "p-span") for part in of_kind(picture, kind)[-1:]]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.2) == pytest.approx(2 * lengths[2], abs=0.3)
    assert "not known: 16" in " ".join(written(picture))


def test_what_is_not_told_has_no_part_and_says_so() -> None:
    picture = shares("x", [Portion("All", 80)], English(), **SAID)

    assert of_kind(picture, "p-bar") == []
    assert picture.rows == (("All", "80", "too few to tell", "too few to tell", "too few to tell", "too few to tell"),)


def test_where_the_unknown_are_among_the_others_it_says_so() -> None:
    assert "the others, or not known" in written(groups(English(), 720))


portions = st.integers(0, 500).flatmap(
    lambda people: st.builds(
        Portion,
        texts,
        st.just(people),
        st.integers(0, people // 2) | st.none(),
        st.integers(0, people // 2) | st.none(),
        *[st.integers(0, 100)] * 3,
    )
)


@given(st.lists(portions, max_size=6), widths)
def test_any_shares_can_be_drawn_within_their_frame(given_portions: list[Portion], width: int) -> None:
    picture = shares("x", given_portions, English(), **SAID, width=width)

    assert outside(picture) == []
    assert len(picture.rows) == len(given_portions)
