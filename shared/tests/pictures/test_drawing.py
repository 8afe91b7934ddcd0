"""What is typed by people cannot break a picture."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pictures.drawing import breadth, element, fixed, hatch, link, shortened, words, wrapped


def test_markup_that_somebody_typed_stays_text() -> None:
    drawn = words(0, 0, '<script>alert("1")</script>', "p-soft")

    assert "<script" not in drawn
    assert ElementTree.fromstring(drawn).text == '<script>alert("1")</script>'


@given(st.text(alphabet=st.characters(codec=None)))
def test_whatever_is_typed_the_drawing_can_be_read(said: str) -> None:
    read = ElementTree.fromstring(element("g", words(0, 0, said), hint=said, aria_label=said))

    assert [child.tag for child in read][-1] == "text"


@pytest.mark.parametrize(("value", "written"), [(1, "1"), (1.04, "1"), (-0.01, "0"), (12.34, "12.3"), (-5.0, "-5")])
def test_a_length_is_written_shortly(value: float, written: str) -> None:
    assert fixed(value) == written


@given(st.text(max_size=80), st.floats(0, 300))
def test_a_shortened_text_has_room(said: str, room: float) -> None:
    short = shortened(said, room)

    assert breadth(short) <= room
    assert short in ("", " ".join(said.split())) or short.endswith("…")


def test_a_name_is_broken_between_words_and_cut_only_at_its_end() -> None:
    assert wrapped("Moderately severe", 80, 2) == ("Moderately", "severe")
    assert wrapped("Dr. Amara Okafor-Lindqvist of the north", 90, 2) == ("Dr. Amara", "Okafor-Lindq…")


def test_hatching_stays_within_its_rectangle() -> None:
    numbers = [
        float(value)
        for value in hatch(10, 20, 30, 40, "p-hatch").split('"')[3].replace("M", " ").replace("L", " ").split()
    ]

    assert 10 <= min(numbers[::2]) <= max(numbers[::2]) <= 40
    assert 20 <= min(numbers[1::2]) <= max(numbers[1::2]) <= 60


def test_without_an_address_there_is_no_link() -> None:
    assert link(None, words(0, 0, "Ana"), name="Ana").startswith("<g>")
    assert 'tabindex="-1"' in link("/v/1", words(0, 0, "Ana"), name="Ana", again=True)
