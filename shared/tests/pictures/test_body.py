"""The body map."""

from hypothesis import given
from hypothesis import strategies as st
from pictures.given import texts, widths
from pictures.looking import hint, number, of_kind, outside, tree
from pictures.looking import texts as written
from pictures.samples import SENSATIONS, English, choosing, felt

from shared.pictures import Sensation, body, regions
from shared.pictures.figure import PLACES, TALL, spots


def test_the_left_is_on_the_right_of_the_picture_from_the_front_and_on_its_left_from_the_back() -> None:
    ((front, _),) = spots("shoulders", "left", "front")
    ((back, _),) = spots("shoulders", "left", "back")

    assert front > 0 > back
    assert spots("shoulders", "right", "front") == ((-front, 73),)


def test_both_sides_are_two_marks_and_the_centre_is_one() -> None:
    assert len(spots("hands", "both", "front")) == 2
    assert len(spots("chest", "centre", "front")) == 1
    assert len(spots("chest", "both", "front")) == 2


def test_every_sensation_is_in_the_table_and_marked_where_it_has_a_place() -> None:
    picture = felt(English(), 720)

    marked = {hint(mark) for mark in of_kind(picture, "p-felt") if hint(mark)}
    assert len(picture.rows) == len(SENSATIONS)
    assert "chest, left: warmth, slow" in marked
    assert len(marked) == len(SENSATIONS) - 1
    assert "Elsewhere: behind the eyes" in written(picture)


def test_a_larger_extent_is_a_larger_mark() -> None:
    sizes = []
    for extent in (1, 2, 3):
        picture = body("x", [Sensation("belly", "centre", "front", "other", extent)], English(), title="Felt")
        sizes += [number(mark, "r") for mark in of_kind(picture, "p-felt") if hint(mark)]

    assert sizes == sorted(set(sizes))


def test_what_is_felt_is_told_by_texture_and_all_look_alike_in_colour() -> None:
    looks = []
    for sensation in ("warmth", "tears", "trembling", "tightness", "ease", "tingling", "heaviness", "other"):
        picture = body("x", [Sensation("belly", "centre", "front", sensation)], English(), title="Felt")
        marks = [mark for kind in ("p-felt", "p-texture", "p-grain") for mark in of_kind(picture, kind)]
        looks.append(
            tuple((mark.tag, tuple(sorted((k, v) for k, v in mark.attrib.items() if k != "class"))) for mark in marks)
        )

    assert len(set(looks)) == 8


def test_every_region_can_be_chosen_once_by_name_in_either_view() -> None:
    links = [(link.get("href"), link.get("aria-label")) for link in tree(choosing(English(), 340)).iter("a")]

    assert len(links) == len(set(links)) == len(regions())
    assert ("/place?region=hands&side=left&view=front", "hands, left, Front") in links
    assert {region.name for region in regions()} == set(PLACES)


def test_every_region_lies_on_the_figure() -> None:
    for place in PLACES.values():
        assert place.y - place.high >= 0
        assert place.y + place.high <= TALL
        assert place.x + place.wide <= 75


@given(
    st.lists(
        st.builds(
            Sensation,
            texts | st.sampled_from(sorted(PLACES)),
            st.sampled_from(["left", "right", "both", "centre"]),
            st.sampled_from(["front", "back"]),
            texts,
            st.integers(0, 5),
            st.none() | texts,
        ),
        max_size=10,
    ),
    widths,
)
def test_any_sensations_can_be_drawn_within_their_frame(sensations: list[Sensation], width: int) -> None:
    picture = body("x", sensations, English(), title="Any", width=width)

    assert outside(picture) == []
    assert len(picture.rows) == len(sensations)
