"""The parts of a page that do more with a script: dialogs, tabs, toasts, signatures, files, progress, times, order."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.wrappers import Request, Response

from face_scripts.site import Site, document, open_page, redirect
from shared.pictures.signature import DRAWN

DIALOG = (
    '<details data-dialog id="cancel"><summary>Cancel the visit</summary><div class="card" role="group"'
    ' aria-labelledby="cancel-title"><h3 id="cancel-title">Cancel it?</h3><form method="post" action="/cancel">'
    '<input id="why" name="why"><button>Yes</button></form></div></details>'
)


def test_what_unfolds_is_a_dialog_that_escape_puts_away_and_keeps_what_was_typed(site: Site, tab: Page) -> None:
    site.show("/visit", DIALOG)
    open_page(tab, "/visit", "dialogs")

    tab.get_by_text("Cancel the visit").click()

    dialog = tab.get_by_role("dialog", name="Cancel it?")
    expect(dialog).to_be_visible()
    tab.fill("#why", "snow")
    tab.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(tab.get_by_text("Cancel the visit")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("#why")).to_have_value("snow")
    site.views["POST /cancel"] = lambda _: document("<h1>Cancelled</h1>")
    tab.get_by_role("button", name="Yes").click()
    expect(tab.get_by_role("heading", name="Cancelled")).to_be_visible()
    assert site.forms == [{"why": "snow"}]


def test_who_opens_a_dialog_anew_before_the_browser_has_told_that_it_is_closed_finds_all_of_it(
    site: Site, tab: Page
) -> None:
    site.show("/visit", DIALOG)
    open_page(tab, "/visit", "dialogs")
    tab.get_by_text("Cancel the visit").click()
    tab.fill("#why", "snow")

    tab.evaluate("document.querySelector('dialog').close(); document.querySelector('summary').click()")

    expect(tab.get_by_role("dialog", name="Cancel it?")).to_have_count(1)
    expect(tab.locator("#why")).to_be_visible()
    expect(tab.locator("#why")).to_have_value("snow")


def test_what_is_to_be_mended_in_a_dialog_is_shown_in_it(site: Site, tab: Page) -> None:
    site.show("/visit", DIALOG.replace("<details", "<details open"))
    open_page(tab, "/visit", "dialogs")

    expect(tab.get_by_role("dialog", name="Cancel it?")).to_be_visible()


def test_tabs_show_one_section_and_the_arrows_go_from_one_to_the_next(site: Site, tab: Page) -> None:
    site.show(
        "/chart",
        '<nav data-tabs><ul><li><a href="#now">Now</a></li><li><a href="#before">Before</a></li></ul>'
        '</nav><section id="now">Today</section><section id="before">Yesterday</section>',
    )
    open_page(tab, "/chart#before", "tabs")
    expect(tab.get_by_text("Yesterday")).to_be_visible()
    expect(tab.get_by_text("Today")).to_be_hidden()

    tab.get_by_role("tab", name="Before").focus()
    tab.keyboard.press("ArrowRight")

    expect(tab.get_by_role("tab", name="Now", selected=True)).to_be_focused()
    expect(tab.get_by_role("tabpanel", name="Now")).to_have_text("Today")
    expect(tab.get_by_text("Yesterday")).to_be_hidden()


def test_tabs_begin_with_the_one_that_is_chosen_and_say_it_in_one_way(site: Site, tab: Page) -> None:
    site.show(
        "/chart",
        '<nav data-tabs><ul><li><a href="#now">Now</a></li><li><a href="#before" aria-current="page">Before</a>'
        '</li></ul></nav><section id="now">Today</section><section id="before">Yesterday</section>',
    )
    open_page(tab, "/chart", "tabs")

    expect(tab.get_by_text("Yesterday")).to_be_visible()
    expect(tab.get_by_text("Today")).to_be_hidden()
    expect(tab.locator("[aria-current]")).to_have_count(0)


def test_tabs_that_are_pages_stay_links(site: Site, tab: Page) -> None:
    site.show(
        "/chart", '<nav data-tabs><ul><li><a href="/chart">Now</a></li><li><a href="/old">Before</a></li></ul></nav>'
    )
    site.show("/old", "<h1>Before</h1>")
    open_page(tab, "/chart", "tabs")
    tab.get_by_role("link", name="Now").focus()

    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")

    tab.wait_for_url("**/old")


def test_a_note_stays_until_it_is_put_away(site: Site, tab: Page) -> None:
    site.show("/done", '<div class="toast" role="status" data-toast="kept"><p>Saved.</p></div>')
    tab.clock.install()
    open_page(tab, "/done", "toasts")

    tab.clock.run_for(60_000)
    expect(tab.get_by_text("Saved.")).to_be_visible()
    tab.get_by_role("button", name="Close").click()

    expect(tab.get_by_text("Saved.")).to_have_count(0)


def test_what_a_page_says_once_is_not_said_again_when_it_is_loaded_again(site: Site, tab: Page) -> None:
    site.show("/done", '<div class="toast" role="status" data-toast="kept"><p>Saved.</p></div>')

    open_page(tab, "/done?span=year&kept=moment#list", "toasts")

    expect(tab).to_have_url(re.compile(r"/done\?span=year#list$"))
    expect(tab.get_by_text("Saved.")).to_be_visible()


def test_a_note_of_a_script_goes_after_a_while_but_not_while_it_is_looked_at(site: Site, tab: Page) -> None:
    site.show("/done", "<div data-toast hidden></div>")
    tab.clock.install()
    open_page(tab, "/done", "toasts")
    add = "words => import('/intake/look/0123456789abcdef/toasts.js').then(module => { module.toast(words); })"
    tab.evaluate(add, "Sent.")
    tab.clock.run_for(10_500)
    expect(tab.get_by_text("Sent.")).to_be_visible()

    tab.get_by_text("Sent.").hover()
    tab.clock.run_for(60_000)
    expect(tab.get_by_text("Sent.")).to_be_visible()
    tab.mouse.move(0, 0)
    tab.clock.run_for(13_000)

    expect(tab.get_by_text("Sent.")).to_have_count(0)


def test_what_was_drawn_is_there_again_where_the_rest_is_to_be_mended(site: Site, tab: Page) -> None:
    site.show(
        "/consent",
        '<form><div data-signature><input id="name" name="name" type="text">'
        '<input type="hidden" name="name_drawn" value="M10 10L60 40"></div></form>',
    )
    open_page(tab, "/consent", "signature")

    expect(tab.get_by_role("img", name="Sign here").locator("path")).to_have_attribute("d", "M10 10L60 40")


def test_a_signature_may_be_drawn_beside_the_typed_name(site: Site, tab: Page) -> None:
    site.show(
        "/consent",
        '<form method="post" action="/consent"><div data-signature><label for="name">Your name</label>'
        '<input id="name" name="name" type="text"><input type="hidden" name="name_drawn" value=""></div>'
        "<button>Sign</button></form>",
    )
    open_page(tab, "/consent", "signature")
    tab.fill("#name", "Ana Ortiz")
    tab.get_by_role("button", name="Draw your signature").click()
    box = tab.get_by_role("img", name="Sign here").bounding_box()
    assert box is not None

    tab.mouse.move(box["x"] + 10, box["y"] + 10)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 60, box["y"] + 40)
    tab.mouse.up()
    tab.mouse.move(box["x"] + 90, box["y"] + 90)
    drawn = tab.locator("[name=name_drawn]").input_value()
    assert drawn.startswith("M")
    assert drawn.count("L") == 1
    tab.mouse.move(box["x"] + 10, box["y"] + 10)
    tab.mouse.down()
    tab.mouse.move(box["x"] - 60, box["y"] + 900)
    tab.mouse.up()
    drawn = tab.locator("[name=name_drawn]").input_value()
    assert re.fullmatch(DRAWN, drawn)
    assert drawn.endswith("L0 200")
    tab.get_by_role("button", name="Clear the drawing").click()
    expect(tab.locator("[name=name_drawn]")).to_have_value("")

    tab.get_by_role("button", name="Sign").click()
    tab.wait_for_load_state()
    assert site.forms == [{"name": "Ana Ortiz", "name_drawn": ""}]


class Letters:
    """Where a letter is uploaded."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.folder = folder
        site.show(
            "/letters",
            '<form method="post" action="/letters" enctype="multipart/form-data">'
            '<div data-upload data-largest="100000"><label for="letter">Letter</label>'
            '<input id="letter" name="letter" type="file" accept=".pdf,image/*">'
            "</div><button>Send</button></form>",
        )
        site.show("/thanks", "<h1>Thank you</h1>")
        site.views["POST /letters"] = lambda request: (request.files["letter"].read(), redirect("/thanks"))[1]

    def file(self, name: str, size: int = 1000) -> Path:
        path = self.folder / name
        path.write_bytes(b"x" * size)
        return path


@pytest.fixture
def letters(site: Site, tmp_path: Path) -> Letters:
    return Letters(site, tmp_path)


def test_a_file_that_fits_is_sent(letters: Letters, site: Site, tab: Page) -> None:
    open_page(tab, "/letters", "upload")
    tab.set_input_files("#letter", letters.file("letter.pdf"))

    tab.click("text=Send")

    tab.wait_for_url("**/thanks")
    assert site.times("POST /letters") == 1


def test_a_file_is_sent_once_however_often_one_presses(letters: Letters, site: Site, tab: Page) -> None:
    site.views["POST /letters"] = lambda _: (time.sleep(0.5), redirect("/thanks"))[1]
    open_page(tab, "/letters", "upload")
    tab.set_input_files("#letter", letters.file("letter.pdf"))

    tab.dblclick("text=Send")

    tab.wait_for_url("**/thanks")
    assert site.times("POST /letters") == 1


@pytest.mark.parametrize(
    ("name", "size", "says"), [("letter.pdf", 100_001, "At most 0.1 MB"), ("letter.exe", 10, "This kind of file")]
)
def test_a_file_that_does_not_fit_is_told_before_it_is_sent(
    letters: Letters, site: Site, tab: Page, name: str, size: int, says: str
) -> None:
    open_page(tab, "/letters", "upload")

    tab.set_input_files("#letter", letters.file(name, size))
    expect(tab.get_by_role("alert")).to_contain_text(says)
    tab.click("text=Send")

    assert site.times("POST /letters") == 0
    tab.set_input_files("#letter", letters.file("picture.png"))
    expect(tab.get_by_role("alert")).to_have_count(0)
    tab.click("text=Send")
    tab.wait_for_url("**/thanks")


def test_a_file_on_its_way_can_be_stopped_and_one_that_was_lost_is_told(
    letters: Letters, site: Site, tab: Page
) -> None:
    site.views["POST /letters"] = lambda _: (time.sleep(1), redirect("/thanks"))[1]
    open_page(tab, "/letters", "upload")
    tab.set_input_files("#letter", letters.file("letter.pdf"))
    tab.click("text=Send")

    tab.get_by_role("button", name="Cancel").click()
    expect(tab.locator("#toasts")).to_contain_text("Nothing was sent")

    site.stop()
    tab.click("text=Send")
    expect(tab.locator("#toasts")).to_contain_text("This was not sent")
    assert tab.url.endswith("/letters")


def test_long_work_says_how_far_it_is_until_it_is_done(site: Site, tab: Page) -> None:
    said = iter(['{"done": 4, "total": 10, "words": "4 of 10"}', "", '{"done": 10, "total": 10, "words": "All done"}'])

    def state(_: Request) -> Response:
        body = next(said)
        return Response(body, 200 if body else 500, content_type="application/json")

    site.views["/state"] = state
    site.show(
        "/work",
        '<div data-progress="/state"><progress max="10" value="1"></progress><p role="status">1 of 10</p></div>',
    )
    tab.clock.install()
    open_page(tab, "/work", "progress")
    expect(tab.get_by_role("status").first).to_have_text("4 of 10")

    for _ in range(4):
        tab.clock.run_for(5000)
        tab.wait_for_timeout(100)

    expect(tab.get_by_role("status").first).to_have_text("All done")
    assert tab.locator("progress").evaluate("bar => bar.value") == 10
    assert site.times("GET /state") == 3


def test_times_stay_true_whatever_the_clock_of_the_device_says(site: Site, tab: Page) -> None:
    now = datetime(2026, 11, 2, 8, tzinfo=UTC)
    near, later = timedelta(minutes=1, seconds=40), timedelta(days=2, seconds=40)
    far = [timedelta(minutes=61, seconds=30), timedelta(hours=-47), later, near]
    times = [f'<time data-relative="{now.isoformat()}" datetime="{(now + one).isoformat()}">?</time>' for one in far]
    site.show("/visit", "".join(times))
    tab.clock.install(time=now + timedelta(days=400))
    open_page(tab, "/visit", "times")
    expect(tab.locator("time")).to_have_text(["in 1 h", "47 h ago", "in 2 days", "in 1 min"])

    tab.clock.run_for(120_000)

    expect(tab.locator("time")).to_have_text(["in 59 min", "47 h ago", "in 47 h", "now"])


class Plan:
    """A list whose order can be changed."""

    def __init__(self, site: Site) -> None:
        self.steps = ["Walk", "Write", "Rest"]
        site.views["/plan"] = lambda _: document(
            "<ol data-drag-list>"
            + "".join(
                f'<li data-drag-item>{step}<form method="post" action="/plan"><input type="hidden"'
                f' name="step" value="{step}"><button name="to" value="1">Up</button></form></li>'
                for step in self.steps
            )
            + "</ol>"
        )
        site.views["POST /plan"] = self._move

    def _move(self, request: Request) -> Response:
        step = request.form["step"]
        self.steps.remove(step)
        self.steps.insert(int(request.form["to"]) - 1, step)
        return redirect("/plan")


def test_dragging_sends_what_the_buttons_send(site: Site, tab: Page) -> None:
    plan = Plan(site)
    open_page(tab, "/plan", "drag")
    handles = tab.locator(".handle")

    handles.nth(0).hover()
    tab.mouse.down()
    handles.nth(2).hover()
    last = tab.locator("li").nth(2).bounding_box()
    assert last is not None
    tab.mouse.move(last["x"] + 20, last["y"] + last["height"] + 5)
    with tab.expect_navigation():
        tab.mouse.up()

    assert plan.steps == ["Write", "Rest", "Walk"]
    assert site.forms == [{"step": "Walk", "to": "3"}]


def test_escape_puts_back_what_is_dragged(site: Site, tab: Page) -> None:
    plan = Plan(site)
    open_page(tab, "/plan", "drag")
    handles = tab.locator(".handle")
    handles.nth(0).hover()
    tab.mouse.down()
    handles.nth(2).hover()

    tab.keyboard.press("Escape")
    tab.mouse.up()

    expect(tab.locator("li").first).to_contain_text("Walk")
    expect(tab.locator(".unseen")).to_have_text("Put back where it was.")
    assert plan.steps == ["Walk", "Write", "Rest"]
    assert site.times("POST /plan") == 0
