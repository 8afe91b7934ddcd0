"""Rows keep whole sums; people read a percentage, a mean, or centimetres."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measures.made_up import answered

from shared.measures import instruments, load_instrument, score


@pytest.mark.parametrize(("answers", "raw", "read"), [((0,) * 5, 0, 0), ((3, 2, 1, 2, 1), 9, 36), ((5,) * 5, 25, 100)])
def test_a_who5_is_read_as_four_times_its_sum(answers: tuple[int, ...], raw: int, read: int) -> None:
    who5 = load_instrument("who-5")

    scored = score(who5, answered(who5, *answers))

    assert (scored.total, scored.shown) == (raw, read)
    assert type(scored.shown) is int


@given(st.integers(0, 25))
def test_the_formula_that_subtracts_five_first_is_never_used_for_the_who5(raw: int) -> None:
    # A calculator that ranks high has answers from 1 to 6 in mind, and takes 20 points from everybody's wellbeing.
    wrong = (raw - 5) * 4

    assert load_instrument("who-5").shown(raw) == raw * 4 != wrong


@pytest.mark.parametrize(
    ("answers", "total", "mean"),
    [
        ((0,) * 8, 0, "0.0"),
        ((100,) * 8, 800, "100.0"),
        ((10, 20, 30, 40, 50, 60, 70, 81), 361, "45.1"),
        ((1, 1, 0, 0, 0, 0, 0, 0), 2, "0.3"),
    ],
)
def test_an_edi_is_read_as_the_mean_of_its_eight_lines_rounded_half_up(
    answers: tuple[int, ...], total: int, mean: str
) -> None:
    edi = load_instrument("edi")

    scored = score(edi, answered(edi, *answers))

    assert (scored.total, scored.shown) == (total, Decimal(mean))


def test_an_ors_is_measured_in_millimetres_and_read_in_centimetres() -> None:
    ors = load_instrument("ors")

    scored = score(ors, answered(ors, 55, 62, 48, 70))

    assert (scored.total, scored.shown) == (235, Decimal("23.5"))
    assert (ors.shown(ors.lowest), ors.shown(ors.highest)) == (Decimal("0.0"), Decimal("40.0"))


def test_a_fall_is_read_like_a_rise() -> None:
    assert load_instrument("ors").shown(-55) == Decimal("-5.5")
    assert load_instrument("edi").shown(-2) == Decimal("-0.3")
    assert load_instrument("who-5").shown(-3) == -12


def test_all_others_are_read_as_they_are() -> None:
    scaled = [one.id for one in instruments() if one.scale]

    assert scaled == ["edi", "ors", "srs", "who-5"]
    assert load_instrument("phq-9").shown(18) == 18
