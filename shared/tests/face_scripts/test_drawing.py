"""Drawing instead of writing, and a photo: nothing of it is lost, and nothing is sent that nobody meant to."""

import re

from playwright.sync_api import Page, expect

from face_scripts.capturing import MODULES, Moments, a_photo, choose, draw, drawing_in, pad_of, size_of
from face_scripts.site import open_page
from shared.pictures.pad import DRAWN, LONGEST, SIDE

# Drawing.


def test_lines_are_drawn_undone_and_cleared(moments: Moments, tab: Page) -> None:
    open_page(tab, "/moments", *MODULES)
    tab.get_by_role("button", name="Draw").click()

    draw(tab, (0.1, 0.1), (0.5, 0.5), (2.0, 2.0))
    first = drawing_in(tab)
    draw(tab, (0.2, 0.3))

    assert re.fullmatch(DRAWN, drawing_in(tab))
    assert first.endswith(f"L{SIDE - 1} {SIDE - 1}")
    assert drawing_in(tab).count("M") == 2
    tab.get_by_role("button", name="Undo the last line").click()
    assert drawing_in(tab) == first
    tab.get_by_role("button", name="Clear it").click()
    assert drawing_in(tab) == ""
    draw(tab, (0.1, 0.1), (0.5, 0.5))
    tab.click("#keep")
    tab.wait_for_url("**/done")
    assert re.fullmatch(DRAWN, moments.kept[0]["drawing"])


def test_a_drawing_is_there_again_after_a_reload_and_does_not_outgrow_what_is_taken(
    moments: Moments, tab: Page
) -> None:
    open_page(tab, "/moments", *MODULES)
    tab.get_by_role("button", name="Draw").click()
    draw(tab, (0.1, 0.1), (0.5, 0.5))
    drawn = drawing_in(tab)
    expect(tab.get_by_text("Saved on this device")).to_be_visible()

    open_page(tab, "/moments", *MODULES)

    expect(pad_of(tab).locator("path")).to_have_attribute("d", drawn)
    long = "M1 1" + "L899 899" * ((LONGEST - 8) // 8)
    tab.locator("[name=drawing]").evaluate("(field, path) => { field.value = path; }", long)
    draw(tab, *[(0.1 * (at % 9), 0.1 * (at % 7)) for at in range(20)])
    assert len(drawing_in(tab)) <= LONGEST


# Photos.


def test_a_photo_is_seen_and_loses_its_place_before_it_leaves_the_device(moments: Moments, tab: Page) -> None:
    open_page(tab, "/moments", *MODULES)
    photo = a_photo(tab, 3000, 1500)
    assert b"40.44611" in photo

    choose(tab, photo)

    expect(tab.get_by_role("img", name="Your photo")).to_be_visible()
    tab.click("#keep")
    tab.wait_for_url("**/done")
    sent = moments.kept[0]["photo"]
    assert b"40.44611" not in sent
    assert b"Exif" not in sent
    assert size_of(sent) == (2048, 1024)


def test_a_photo_can_be_taken_away_and_what_is_none_is_said_at_once(moments: Moments, tab: Page) -> None:
    open_page(tab, "/moments", *MODULES)
    choose(tab, a_photo(tab, 30, 20))
    tab.get_by_role("button", name="Take it away").click()
    expect(tab.get_by_role("img", name="Your photo")).to_have_count(0)

    choose(tab, b"<svg/>")

    expect(tab.get_by_role("alert")).to_contain_text("This kind of file cannot be taken here.")
    assert tab.locator("#photo").evaluate("field => field.files.length") == 0
