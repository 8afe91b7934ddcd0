"""The body map."""

from itertools import combinations

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


def layers_of(week: int) -> dict[str, str]:
    felt_before = [Sensation("belly", "centre", "front", "ease", weeks_ago=ago) for ago in (0, 1, 3, 7)]
    picture = body("x", felt_before, English(), title="Felt", week=week)
    return {layer.get("id", ""): layer.get("class", "") for layer in of_kind(picture, "p-layer")}


def test_each_week_is_a_layer_and_the_older_is_fainter_and_lies_below() -> None:
    assert list(layers_of(0).items()) == [
        ("x-week-7", "p-layer p-unshown"),
        ("x-week-3", "p-layer p-faded-3"),
        ("x-week-1", "p-layer p-faded-1"),
        ("x-week-0", "p-layer p-faded-0"),
    ]


def test_seen_from_an_earlier_week_what_came_later_is_not_there() -> None:
    seen = layers_of(3)

    assert (seen["x-week-0"], seen["x-week-1"]) == ("p-layer p-unshown", "p-layer p-unshown")
    assert (seen["x-week-3"], seen["x-week-7"]) == ("p-layer p-faded-0", "p-layer p-faded-4")


def test_what_is_not_seen_is_neither_in_the_table_nor_in_the_description() -> None:
    felt_before = [Sensation("belly", "centre", "front", kind, weeks_ago=n) for n, kind in enumerate(("ease", "tears"))]
    picture = body("x", felt_before, English(), title="Felt", week=1)

    assert picture.rows == (("belly (Front)", "tears", ""),)
    assert "ease" not in picture.description


def test_one_view_alone_shows_what_is_felt_there() -> None:
    back = body("x", SENSATIONS, English(), title="Felt", views=["back"], width=170)

    assert [row[0] for row in back.rows] == ["shoulders, right (Back)", "legs, left (Back)"]
    assert "Front" not in written(back)
    assert "Back" in written(back)


def test_several_in_one_place_stand_beside_each_other() -> None:
    felt_there = [Sensation("chest", "centre", "front", kind) for kind in ("warmth", "tears", "tightness")]
    picture = body("x", felt_there, English(), title="Felt")

    places = [number(mark, "cx") for mark in of_kind(picture, "p-felt") if hint(mark)]
    assert len(set(places)) == 3


def test_the_region_that_is_chosen_says_so() -> None:
    current = [link.get("aria-label") for link in tree(choosing(English(), 340)).iter("a") if link.get("aria-current")]

    assert current == ["chest, Front"]


def test_no_region_lies_over_another_and_none_is_too_small_for_a_finger() -> None:
    """A view is 164 wide, and at least 288 px on a telephone of 360."""
    scale = 288 / 164
    for view in ("front", "back"):
        ovals = [
            (x, y, place.wide, place.high)
            for place in PLACES.values()
            if view in place.views
            for x, y in spots(place.word, "both" if place.paired else "centre", view)
        ]
        assert all(min(wide, high) * 2 * scale >= 24 for _, _, wide, high in ovals)
        for one, other in combinations(ovals, 2):
            beside = abs(one[0] - other[0]) >= one[2] + other[2]
            assert beside or abs(one[1] - other[1]) >= one[3] + other[3], (one, other)
