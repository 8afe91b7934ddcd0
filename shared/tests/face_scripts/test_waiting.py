"""What waits on a device can be read where it cannot be sent, ends in time, and is asked for at all clinics."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Response

from face_scripts.site import Site, document, open_page, redirect

FORM = """
<form method="post" action="/sign-out" data-sign-out><button id="out">Out</button></form>
<form method="post" action="/room" data-offline="Vitals"><input type="hidden" name="number" value="1">
<label for="said">Blood  pressure <span>(mmHg)</span></label><input id="said" name="words">
<label for="where">Where</label><select id="where" name="where"><option value="l">Left arm</option></select>
<fieldset><legend>How</legend><label><input type="radio" name="how" value="s" checked> Sitting</label>
<label><input type="radio" name="how" value="l"> Lying</label></fieldset>
<label><input type="checkbox" name="again" value="yes"> Look again soon</label>
<label for="code">Code</label><input id="code" type="password" name="code" value="hunter2">
<button id="send">Write down</button></form>
"""

OLDER = """days => new Promise((resolve) => {
  const open = indexedDB.open("afterglow", 1);
  open.onsuccess = () => {
    const change = open.result.transaction("waiting", "readwrite");
    const store = change.objectStore("waiting");
    const older = (one) => store.put({ ...one, at: one.at - days * 86400000 });
    store.getAll().onsuccess = (event) => event.target.result.forEach(older);
    change.oncomplete = () => resolve(null);
  };
})"""


@pytest.fixture
def room(site: Site) -> Site:
    """Where nothing is taken."""
    show(site, "maple")
    site.views["POST /room"] = lambda _: Response(
        document("<p>Not now.</p>", **of("maple")), 403, content_type="text/html"
    )
    site.views["/sign-out"] = lambda _: document("<h1>Goodbye</h1>")
    return site


def of(clinic: str) -> dict[str, str]:
    return {"data_person": "a", "data_clinic": clinic, "data_worker": "/intake/look/worker.js", "data_csrf": "x"}


def show(site: Site, clinic: str) -> None:
    site.views["/room"] = lambda _: document(FORM, **of(clinic))


def write_without_connection(tab: Page, context: BrowserContext) -> None:
    open_page(tab, "/room", "offline")
    context.set_offline(True)
    tab.fill("#said", "120/80")
    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()


def test_what_was_refused_later_can_be_read(room: Site, tab: Page, context: BrowserContext) -> None:
    write_without_connection(tab, context)
    context.set_offline(False)
    expect(tab.get_by_text("Not now.")).to_be_visible()

    row = tab.locator("section li")

    assert row.locator("dt").all_inner_texts() == ["Blood pressure (mmHg)", "Where", "How"]
    assert row.locator("dd").all_inner_texts() == ["120/80", "Left arm", "Sitting"]
    expect(row.locator("p").first).to_contain_text("Vitals – ")


def test_what_waits_shows_its_values_and_when_by_the_pages_zone_in_24_hours(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    tab.clock.set_fixed_time("2026-11-26T22:34:00Z")
    room.views["/room"] = lambda _: document(FORM, **of("maple"), data_zone="Asia/Tokyo")
    write_without_connection(tab, context)

    row = tab.locator("section li")

    expect(row.locator("p").first).to_have_text("Vitals – Nov 27, 2026, 07:34")
    assert row.locator("dd").all_inner_texts() == ["120/80", "Left arm", "Sitting"]


def test_a_zone_that_the_device_does_not_know_hides_nothing(room: Site, tab: Page, context: BrowserContext) -> None:
    room.views["/room"] = lambda _: document(FORM, **of("maple"), data_zone="Moon/Tranquility")
    write_without_connection(tab, context)

    expect(tab.locator("section li dd").first).to_have_text("120/80")


def test_sending_comes_before_removing_and_removing_asks_first(room: Site, tab: Page, context: BrowserContext) -> None:
    write_without_connection(tab, context)
    buttons = tab.locator("section").get_by_role("button")
    expect(buttons).to_have_text(["Send now", "Remove"])

    buttons.last.click()
    expect(tab.get_by_role("dialog")).to_contain_text("It has not been sent, and is gone then.")
    tab.get_by_role("button", name="Keep it").click()
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()

    buttons.last.click()
    tab.keyboard.press("Escape")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()

    buttons.last.click()
    tab.get_by_role("button", name="Remove it").click()
    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)


@pytest.mark.parametrize(("days", "is_sent"), [(5.9, True), (6.1, False)])
def test_what_has_waited_so_long_that_its_number_may_be_forgotten_is_not_sent(
    room: Site, tab: Page, context: BrowserContext, days: float, is_sent: bool
) -> None:
    room.views["POST /room"] = lambda _: redirect("/room")
    write_without_connection(tab, context)
    tab.evaluate(OLDER, days)

    context.set_offline(False)

    if is_sent:
        expect(tab.get_by_text("Sent now: 1")).to_be_visible()
    else:
        expect(tab.get_by_text("This has waited for more than six days")).to_be_visible()
        expect(tab.get_by_role("link", name="Open the form again")).to_be_visible()
    assert room.times("POST /room") == is_sent


def test_whoever_signs_out_is_asked_of_what_waits_at_another_clinic_too(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    write_without_connection(tab, context)
    show(room, "birch")
    room.views["POST /room"] = lambda _: Response(status=503)
    context.set_offline(False)
    open_page(tab, "/room", "offline")
    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)

    tab.click("#out")
    expect(tab.get_by_role("dialog")).to_contain_text("were not sent yet: 1")
    tab.get_by_role("button", name="Sign out and lose it").click()

    expect(tab.get_by_text("Goodbye")).to_be_visible()
    show(room, "maple")
    open_page(tab, "/room", "offline")
    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)
