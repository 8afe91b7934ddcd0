"""What waits on a device can be read by whose it is, and by nobody else, and is asked for at all clinics."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Request, Response

from face_scripts.site import LOOK, Site, await_worker, document, open_page, redirect
from face_scripts.waiting_room import (
    FORM,
    KEPT,
    OLDER,
    of,
    show,
    where_nothing_is_taken,
    with_a_file,
    write_without_connection,
)


@pytest.fixture
def room(site: Site) -> Site:
    return where_nothing_is_taken(site)


def test_pressed_once_more_without_anything_new_nothing_more_waits(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    write_without_connection(tab, context)

    tab.click("#send")

    expect(tab.get_by_text("There is nothing new to keep.")).to_be_visible()
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
    tab.fill("#said", "125/80")
    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (2)")).to_be_visible()


@pytest.mark.parametrize("status", [303, 403])
def test_pressed_once_more_after_it_was_sent_or_refused_it_is_another_one(
    room: Site, tab: Page, context: BrowserContext, status: int
) -> None:
    room.views["POST /room"] = lambda _: redirect("/room") if status == 303 else Response(status=status)
    room.views["/done"] = lambda _: document("<h1>Written down</h1>", **of("maple"))
    write_without_connection(tab, context)
    context.set_offline(False)
    expect(tab.get_by_text("Sent now: 1" if status == 303 else "This was not sent.")).to_be_visible()
    room.views["POST /room"] = lambda _: redirect("/done")

    tab.click("#send")

    tab.wait_for_url("**/done")


def test_pressed_once_more_after_it_was_removed_it_is_another_one(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    write_without_connection(tab, context)
    tab.get_by_role("button", name="Remove").click()
    tab.get_by_role("button", name="Remove it").click()
    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)

    tab.click("#send")

    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()


def test_what_is_kept_to_be_sent_is_no_draft_any_more(room: Site, tab: Page, context: BrowserContext) -> None:
    drafted = FORM.replace('data-offline="Vitals"', 'data-offline="Vitals" data-draft="vitals"')
    room.views["/room"] = lambda _: document(drafted, **of("maple"))
    open_page(tab, "/room", "offline", "drafts")
    tab.fill("#said", "120/80")
    expect(tab.get_by_text("Saved on this device at")).to_be_visible()
    open_page(tab, "/room", "offline", "drafts")
    expect(tab.get_by_text("This is what you had typed.")).to_be_visible()
    context.set_offline(True)

    tab.click("#send")

    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
    expect(tab.get_by_text("This is what you had typed.")).to_have_count(0)
    expect(tab.get_by_text("Saved on this device at")).to_have_count(0)


@pytest.mark.parametrize("look", ["intake", "integration"])
def test_without_a_connection_nobody_is_signed_out_and_nothing_is_lost(
    room: Site, tab: Page, context: BrowserContext, look: str
) -> None:
    page = document(FORM, **of("maple")).replace('src="/intake/look/', f'src="/{look}/look/')
    room.views["/room"] = lambda _: page
    room.views["/intake/offline"] = lambda _: document("<h1 data-unreached>You are offline</h1>")
    tab.goto("/room")
    tab.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    tab.goto("/room")
    for module in ("offline", "leaving"):
        address = f"{LOOK}{module}.js".replace("/intake/", f"/{look}/")
        tab.evaluate("address => import(address).then(() => null)", address)
    await_worker(tab)
    room.stop()
    tab.fill("#said", "120/80")
    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()

    tab.click("#out")

    expect(tab.get_by_text("There is no connection, so you are still signed in")).to_be_visible()
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()


def leave_a_page_of_integration(site: Site, tab: Page, intake: int, integration: int) -> None:
    """Sign out on a page of integration, while the services answer so."""
    room = document(FORM, **of("maple")).replace('src="/intake/look/', 'src="/integration/look/')
    site.views["/room"] = lambda _: room
    site.views[f"HEAD {LOOK}leaving.js"] = lambda _: Response(status=intake)
    site.views[f"HEAD {LOOK}leaving.js".replace("intake", "integration")] = lambda _: Response(status=integration)
    tab.goto("/room")
    tab.evaluate("address => import(address).then(() => null)", f"{LOOK}leaving.js".replace("intake", "integration"))
    tab.click("#out")


@pytest.mark.parametrize("intake", [200, 404, 429])
def test_whoever_signs_out_needs_no_other_service_than_the_one_that_does_it(room: Site, tab: Page, intake: int) -> None:
    leave_a_page_of_integration(room, tab, intake, 503)

    expect(tab.get_by_text("Goodbye")).to_be_visible()


def test_while_the_service_that_signs_out_is_in_trouble_nobody_is_signed_out(room: Site, tab: Page) -> None:
    leave_a_page_of_integration(room, tab, 502, 200)

    expect(tab.get_by_text("There is no connection, so you are still signed in")).to_be_visible()
    assert room.times("POST /sign-out") == 0


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


@pytest.mark.parametrize("days", [5, 40])
def test_what_waits_is_sent_however_long_it_has_waited_and_says_how_long(
    room: Site, tab: Page, context: BrowserContext, days: int
) -> None:
    ago: list[int] = []
    room.views["POST /room"] = lambda asked: (ago.append(int(asked.headers["Written-Ago"])), redirect("/room"))[1]
    write_without_connection(tab, context)
    tab.evaluate(OLDER, days)

    context.set_offline(False)

    expect(tab.get_by_text("Sent now: 1")).to_be_visible()
    assert [one // 86_400_000 for one in ago] == [days]


def test_nothing_of_what_waits_can_be_read_on_the_device(room: Site, tab: Page, context: BrowserContext) -> None:
    with_a_file(room)
    open_page(tab, "/room", "offline")
    tab.set_input_files("#code", {"name": "voice.webm", "mimeType": "audio/webm", "buffer": b"I cannot sleep"})
    context.set_offline(True)
    tab.fill("#said", "120/80")
    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()

    kept = tab.evaluate(KEPT)

    assert "maple" in kept
    assert not any(told in kept for told in ("120/80", "Sitting", "Vitals", "/room", "voice.webm", "cannot sleep"))


def test_a_file_that_waited_arrives_as_it_was(room: Site, tab: Page, context: BrowserContext) -> None:
    came: list[tuple[str | None, str, bytes]] = []

    def take(asked: Request) -> Response:
        file = asked.files["code"]
        came.append((file.filename, file.mimetype, file.read()))
        return redirect("/room")

    room.views["POST /room"] = take
    with_a_file(room)
    open_page(tab, "/room", "offline")
    tab.set_input_files("#code", {"name": "voice.webm", "mimeType": "audio/webm", "buffer": bytes(range(256))})
    context.set_offline(True)
    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()

    context.set_offline(False)

    expect(tab.get_by_text("Sent now: 1")).to_be_visible()
    assert came == [("voice.webm", "audio/webm", bytes(range(256)))]


def test_what_cannot_be_opened_any_more_is_not_hidden_and_holds_nothing_up(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    room.views["POST /room"] = lambda _: Response(status=503)
    write_without_connection(tab, context)
    context.set_offline(False)
    room.views["/room"] = lambda _: document(FORM, **of("maple"), data_seal="A" * 43 + "=")
    open_page(tab, "/room", "offline")
    expect(tab.get_by_text("It cannot be opened on this device any more.")).to_be_visible()

    room.views["POST /room"] = lambda _: redirect("/done")
    room.views["/done"] = lambda _: document("<h1>Written down</h1>", **of("maple"))
    tab.click("#send")
    tab.wait_for_url("**/done")


def test_what_may_stand_in_no_draft_is_shown_nowhere_while_it_waits(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    said: list[str] = []
    room.views["POST /room"] = lambda asked: (said.append(asked.form["how"]), redirect("/room"))[1]
    room.views["/room"] = lambda _: document(FORM.replace("<fieldset>", "<fieldset data-no-draft>"), **of("maple"))
    write_without_connection(tab, context)

    assert tab.locator("section li dt").all_inner_texts() == ["Blood pressure (mmHg)", "Where"]

    context.set_offline(False)
    expect(tab.get_by_text("Sent now: 1")).to_be_visible()
    assert said == ["s"]


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
