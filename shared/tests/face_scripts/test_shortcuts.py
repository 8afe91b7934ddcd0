"""Keys for what is used often."""

import pytest
from playwright.sync_api import Page, expect

from face_scripts.site import Site, open_page


@pytest.fixture
def keyed(site: Site, tab: Page) -> Page:
    site.show(
        "/home",
        '<a href="/board" data-key="g b">Board</a><label for="q">Find</label><input id="q" data-key="/">'
        '<button type="button" data-key="n">New</button>'
        '<button type="button" data-shortcuts>Keyboard shortcuts</button>',
    )
    site.show("/board", "<h1>The board</h1>")
    open_page(tab, "/home", "shortcuts")
    tab.evaluate("() => { document.querySelector('[data-key=n]').onclick = () => { window.pressed = true; }; }")
    return tab


def test_two_keys_lead_on_and_one_goes_to_a_field(keyed: Page) -> None:
    keyed.keyboard.press("/")
    expect(keyed.locator("#q")).to_be_focused()
    expect(keyed.locator("#q")).to_have_value("")
    keyed.locator("#q").blur()
    keyed.keyboard.press("n")
    assert keyed.evaluate("window.pressed") is True

    keyed.keyboard.type("gb")

    keyed.wait_for_url("**/board")


def test_nothing_is_a_key_while_somebody_types_or_holds_another(keyed: Page) -> None:
    keyed.locator("#q").press_sequentially("gbn?")
    keyed.locator("#q").blur()
    for held in ("ctrlKey", "altKey", "metaKey"):
        keyed.locator("body").dispatch_event("keydown", {"key": "n", held: True})

    assert keyed.evaluate("window.pressed") is None
    assert keyed.url.endswith("/home")
    expect(keyed.get_by_role("dialog")).to_have_count(0)


def test_the_list_says_each_key_and_they_can_be_switched_off_for_good(keyed: Page) -> None:
    keyed.keyboard.press("?")
    sheet = keyed.get_by_role("dialog", name="Keyboard shortcuts")
    for words in ("g b", "Board", "/", "Find", "n", "New"):
        expect(sheet.get_by_text(words, exact=True)).to_be_visible()

    sheet.get_by_label("Use keyboard shortcuts on this device").uncheck()
    sheet.get_by_role("button", name="Close").click()
    open_page(keyed, "/home", "shortcuts")
    keyed.keyboard.press("?")
    expect(sheet).to_have_count(0)
    keyed.keyboard.type("gb")
    assert keyed.url.endswith("/home")

    keyed.get_by_role("button", name="Keyboard shortcuts").click()
    expect(sheet.get_by_label("Use keyboard shortcuts on this device")).not_to_be_checked()
