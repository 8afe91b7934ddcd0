"""The body map: regions that are touched, and weeks that a slider goes through, without the page being loaded anew."""

from pictures.samples import English
from playwright.sync_api import Page, expect

from face_scripts.site import Site, open_page
from shared.pictures import Region, Sensation, body

PLACES = ("front.chest.centre", "front.jaw.centre", "front.hands.left")
WEEKS = {
    0: "This week",
    1: "Last week",
    2: "Week of 9 Nov",
    3: "Week of 2 Nov",
    4: "Week of 26 Oct",
    5: "Week of 19 Oct",
}


def figure() -> str:
    def address(region: Region) -> str:
        return f"/body?place={region.view}.{region.name}.{region.side}#placing"

    felt = [Sensation("chest", "centre", "front", "warmth", weeks_ago=ago) for ago in (0, 2, 5)]
    drawn = body("figure-front", felt, English(), title="Front", choose=address, views=["front"], width=164)
    return str(drawn.svg)


def body_map(week: int = 0) -> str:
    options = "".join(f'<option value="{place}">{place}</option>' for place in ("", *PLACES))
    names = "".join(f'<option value="-{ago}" label="{name}"></option>' for ago, name in WEEKS.items())
    hidden = {ago: "" if week <= ago < week + 5 else " hidden" for ago in (0, 2, 5)}
    listed = "".join(f'<section data-week="{ago}"{kept}>felt {ago}</section>' for ago, kept in hidden.items())
    return (
        f'<div data-body-map="felt-place"><div class="bodies">{figure()}</div><section id="placing">'
        '<form method="post" action="/body" data-offline="Something felt"><input type="hidden" name="number" value="1">'
        f'<select id="felt-place" name="place" aria-label="Where">{options}</select><button>Place it</button></form>'
        f'</section><form method="get" data-weeks><label for="week">Weeks <output for="week">{WEEKS[week]}</output>'
        f'</label><input type="range" id="week" name="week" min="-5" max="-0" step="1" value="-{week}" list="names">'
        f'<button>Show</button><datalist id="names">{names}</datalist>'
        f'<a data-earlier href="/body?week={week + 1}">Earlier</a>'
        f'<a data-later href="/body?week={max(week - 1, 0)}" hidden>Later</a></form>'
        f"{listed}<p data-no-week hidden>Nothing</p></div>"
    )


def shown(tab: Page) -> dict[str, str]:
    said = "all => all.map(one => [one.id.split('-').at(-1), one.getAttribute('class')])"
    return dict(tab.locator("g.p-layer").evaluate_all(said))


def test_a_region_that_is_touched_is_chosen_in_its_place(site: Site, tab: Page) -> None:
    site.show("/body", body_map())
    open_page(tab, "/body", "body")

    tab.get_by_role("link", name="jaw, Front").click()

    expect(tab.locator("#felt-place")).to_have_value("front.jaw.centre")
    expect(tab.locator("#felt-place")).to_be_focused()
    expect(tab.locator("a[aria-current]")).to_have_attribute("aria-label", "jaw, Front")
    assert site.asked == ["GET /body"]


def test_by_keyboard_a_region_is_chosen_alike_and_a_list_marks_the_figure(site: Site, tab: Page) -> None:
    site.show("/body", body_map())
    open_page(tab, "/body", "body")

    tab.get_by_role("link", name="hands, left, Front").press("Enter")
    expect(tab.locator("#felt-place")).to_have_value("front.hands.left")
    tab.select_option("#felt-place", "front.chest.centre")

    expect(tab.locator("a[aria-current]")).to_have_attribute("aria-label", "chest, Front")
    assert site.asked == ["GET /body"]


def test_what_waits_for_a_connection_leaves_no_region_chosen(site: Site, tab: Page) -> None:
    site.show("/body", body_map(), data_worker="/intake/look/worker.js", data_person="a")
    open_page(tab, "/body", "body", "offline")
    tab.get_by_role("link", name="jaw, Front").click()
    tab.context.set_offline(True)

    tab.get_by_role("button", name="Place it").click()

    expect(tab.get_by_role("heading", name="Waiting to be sent")).to_be_visible()
    expect(tab.locator("a[aria-current]")).to_have_count(0)
    tab.context.set_offline(False)


def test_the_slider_goes_through_the_weeks_and_the_list_goes_with_it(site: Site, tab: Page) -> None:
    site.show("/body", body_map())
    open_page(tab, "/body", "body")
    assert shown(tab) == {"5": "p-layer p-unshown", "2": "p-layer p-faded-2", "0": "p-layer p-faded-0"}

    tab.locator("#week").press("ArrowLeft")
    tab.locator("#week").press("ArrowLeft")

    assert shown(tab) == {"5": "p-layer p-faded-3", "2": "p-layer p-faded-0", "0": "p-layer p-unshown"}
    expect(tab.locator("output")).to_have_text("Week of 9 Nov")
    expect(tab.locator("#week")).to_have_attribute("aria-valuetext", "Week of 9 Nov")
    expect(tab.get_by_text("felt 0")).to_be_hidden()
    expect(tab.get_by_text("felt 5")).to_be_visible()
    assert tab.url.endswith("/body?week=2")
    assert site.asked == ["GET /body"]


def test_links_move_the_slider_and_beyond_its_end_lead_to_another_page(site: Site, tab: Page) -> None:
    site.show("/body", body_map())
    open_page(tab, "/body", "body")

    expect(tab.get_by_text("Later")).to_be_hidden()

    for _ in range(3):
        tab.get_by_text("Earlier").click()
    expect(tab.locator("output")).to_have_text("Week of 2 Nov")
    tab.get_by_text("Later").click()
    expect(tab.locator("output")).to_have_text("Week of 9 Nov")
    assert site.asked == ["GET /body"]

    for _ in range(4):
        tab.get_by_text("Earlier").click()
    tab.wait_for_url("**/body?week=6")
    assert site.asked == ["GET /body", "GET /body?week=6"]


def test_without_script_regions_and_weeks_are_links_to_the_page_anew(site: Site, context: object) -> None:
    browser = context.browser  # type: ignore[attr-defined]
    plain = browser.new_context(base_url=site.url, java_script_enabled=False).new_page()
    site.show("/body", body_map())
    plain.goto("/body")

    plain.get_by_role("link", name="jaw, Front").click()
    plain.wait_for_url("**/body?place=front.jaw.centre#placing")
    plain.get_by_role("button", name="Show").click()
    plain.wait_for_url("**/body?week=*")
    plain.context.close()
