"""The frame's own stylesheets, scripts and pictures, as browsers get and keep them."""

import gzip
import re

import pytest

from shared.testing.bench import Bench
from shared.testing.visitor import visitor
from shared.web.face.files import FOLDER, digest, files

TEXT = [
    ("ink", "ground"),
    ("ink", "card"),
    ("ink", "raised"),
    ("ink", "danger-ground"),
    ("ink", "attention-ground"),
    ("ink", "inner-ground"),
    ("soft", "ground"),
    ("soft", "card"),
    ("soft", "raised"),
    ("accent", "ground"),
    ("accent", "card"),
    ("accent", "raised"),
    ("accent", "accent-ground"),
    ("accent", "attention-ground"),
    ("on-accent", "accent"),
    ("inner", "card"),
    ("inner", "inner-ground"),
    ("danger", "card"),
    ("danger", "danger-ground"),
    ("on-danger", "danger"),
    ("attention", "attention-ground"),
    ("attention", "card"),
]
"""Which colours stand on which."""


def tokens(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6});", (FOLDER / sheet).read_text(encoding="utf-8")))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2 between two colours."""

    def luminance(colour: str) -> float:
        parts = (int(colour[index : index + 2], 16) / 255 for index in (0, 2, 4))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sheet", ["tokens.css", "dark.css"])
def test_every_text_can_be_read_by_weak_eyes_by_day_and_by_night(sheet: str) -> None:
    colours = tokens(sheet)

    for front, back in TEXT:
        assert contrast(colours[front], colours[back]) >= 4.5, (front, back)
    assert contrast(colours["edge"], colours["card"]) >= 3


def test_the_dark_has_a_colour_for_each_of_the_light() -> None:
    assert tokens("dark.css").keys() == tokens("tokens.css").keys()


def test_a_page_names_files_by_what_is_in_them_and_browsers_keep_them_for_ever(bench: Bench) -> None:
    page = visitor(bench, "therapist").get("/notes/new").get_data(as_text=True)
    named = set(re.findall(r'(?:href|src)="(/sessions/look/[^"]+)"', page))

    assert f"/sessions/look/{digest()}/all.css" in named
    for address in named:
        answer = bench.app.test_client().get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_of_another_release_gets_the_present_file_and_keeps_it_not(bench: Bench) -> None:
    answer = bench.app.test_client().get("/sessions/look/0123456789abcdef/all.css")

    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_files_are_sent_small_to_whoever_takes_them_so(bench: Bench) -> None:
    browser, address = bench.app.test_client(), f"/sessions/look/{digest()}/all.css"

    plain, small = browser.get(address), browser.get(address, headers={"Accept-Encoding": "gzip, br"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.get_data()) == plain.get_data()
    assert len(small.get_data()) < len(plain.get_data()) / 2
    assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", ["tokens.css", "nothing.css", "..%2f..%2ffactory.py", "frame.html"])
def test_nothing_else_of_the_folder_or_beside_it_is_served(bench: Bench, name: str) -> None:
    assert bench.app.test_client().get(f"/sessions/look/{digest()}/{name}").status_code == 404


def test_no_file_fetches_anything_from_elsewhere() -> None:
    for name, file in files().items():
        if file.small is not None:
            text = file.body.decode().replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://|@import|url\((?!#)", text), name


def test_all_that_a_page_is_dressed_in_is_small() -> None:
    assert len(files()["all.css"].small or b"") < 10_000
