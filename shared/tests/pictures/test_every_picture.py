"""What is true of every picture."""

import re
from importlib import resources
from zoneinfo import ZoneInfo

import pytest
from pictures.looking import of_kind, outside, texts, tree
from pictures.samples import EVERY, English

from shared.languages import Reader
from shared.pictures import NARROW, WIDE, Picture, at_any_width

PLACING = {
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "d",
    "width",
    "height",
    "viewBox",
    "transform",
}
ATTRIBUTES = PLACING | {"class", "role", "aria-labelledby", "aria-label", "aria-current", "id", "href", "tabindex"}
TAGS = {"svg", "title", "desc", "g", "a", "text", "line", "path", "rect", "circle", "ellipse", "use"}


@pytest.fixture(params=[(name, width) for name in EVERY for width in (NARROW, WIDE)], ids=lambda p: f"{p[0]}-{p[1]}")
def picture(request: pytest.FixtureRequest) -> Picture:
    name, width = request.param
    return EVERY[name](English(), width)


def test_it_holds_only_shapes_and_no_style_of_its_own(picture: Picture) -> None:
    elements = list(tree(picture).iter())

    assert {element.tag for element in elements} <= TAGS
    assert {name for element in elements for name in element.attrib} <= ATTRIBUTES


def test_it_says_its_title_and_description_to_those_who_do_not_see_it(picture: Picture) -> None:
    svg = tree(picture)
    named = {element.get("id"): element.text for element in svg.iter() if element.get("id")}

    assert [named[one] for one in svg.get("aria-labelledby", "").split()] == [picture.title, picture.description]
    assert picture.description


def test_it_is_one_image_unless_something_in_it_leads_somewhere(picture: Picture) -> None:
    svg = tree(picture)
    links = list(svg.iter("a"))

    assert svg.get("role") == ("group" if links else "img")
    assert all(link.get("aria-label") for link in links)


def test_everything_in_it_lies_within_its_frame(picture: Picture) -> None:
    assert outside(picture) == []


def test_its_texts_are_never_smaller_than_eleven_pixels_on_a_phone(picture: Picture) -> None:
    width = float(tree(picture).get("viewBox", "").split()[2])

    if of_kind(picture, "picture-narrow"):
        assert 12 * 328 / width >= 11
    else:
        assert width >= WIDE or of_kind(picture, "picture-natural")


def test_every_row_of_its_table_has_a_cell_for_each_header(picture: Picture) -> None:
    assert {len(row) for row in picture.rows} <= {len(picture.headers)}


def test_every_class_in_it_has_a_look(picture: Picture) -> None:
    sheet = (resources.files("shared.web") / "face/static/pictures.css").read_text(encoding="utf-8")
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", sheet))
    used = {name for element in tree(picture).iter() for name in element.get("class", "").split()}

    own = {name for name in used if name.startswith("picture-")}

    assert used - own - known == set()


def test_numbers_are_written_with_one_decimal_at_most(picture: Picture) -> None:
    lengths = [value for element in tree(picture).iter() for name, value in element.attrib.items() if name in PLACING]

    assert [value for value in lengths if re.search(r"\.\d\d", value)] == []


def test_the_stylesheet_takes_all_colours_from_the_tokens() -> None:
    sheet = (resources.files("shared.web") / "face/static/pictures.css").read_text(encoding="utf-8")

    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", sheet) == []


@pytest.mark.parametrize("name", EVERY)
def test_drawn_for_any_width_it_shows_one_of_two_that_share_no_id(name: str) -> None:
    def draw(picture_id: str, width: int) -> Picture:
        return EVERY[name](English(), width, picture_id)

    either = tree(at_any_width("chart", draw))

    ids = [element.get("id") for element in either.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) >= 4
    assert [part.get("class") for part in either] == ["picture-if-narrow", "picture-if-wide"]


@pytest.mark.parametrize("name", EVERY)
def test_it_is_drawn_for_the_people_who_really_read_it(name: str) -> None:
    madrid = Reader("es", ZoneInfo("Europe/Madrid"))

    assert texts(EVERY[name](madrid, WIDE))
