"""What waits on a device can be read by whose it is, and by nobody else, and is asked for at all clinics."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Request, Response

from face_scripts.site import LOOK, Site, await_modules, document, open_page, redirect
from shared.web.face.frame import WITH_OWN_RECORDING

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


KEPT = """() => new Promise((resolve) => {
  const open = indexedDB.open("afterglow", 1);
  open.onsuccess = () => {
    const asked = open.result.transaction("waiting").objectStore("waiting").getAll();
    asked.onsuccess = () => {
      const text = (key, value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value);
      resolve(JSON.stringify([asked.result, { ...localStorage }, { ...sessionStorage }], text));
    };
  };
})"""
"""All that lies there, as text; of what is sealed, as much as is one."""


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


def with_a_file(site: Site) -> None:
    form = FORM.replace('action="/room"', 'action="/room" enctype="multipart/form-data"').replace(
        'type="password" name="code" value="hunter2"', 'type="file" name="code"'
    )
    site.views["/room"] = lambda _: document(form, **of("maple"))


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


MENDED = """
<p>A lead of the page.</p><section class="mend" role="alert"><h2>Not done</h2><p>Please look at this again:</p>
<ul><li>Blood pressure – Too high.</li><li>Where – Which arm?</li></ul></section>
"""


def refuse(site: Site, body: str = MENDED, status: int = 422) -> None:
    site.views["POST /room"] = lambda _: Response(
        document(body + FORM, **of("maple")), status, content_type="text/html"
    )


def refused(site: Site, tab: Page, context: BrowserContext) -> None:
    """What was written without a connection, and is refused when there is one."""
    refuse(site)
    open_page(tab, "/room", "offline")
    context.set_offline(True)
    tab.fill("#said", "120/80")
    tab.check("[name=how][value=l]")
    tab.check("[name=again]")
    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
    context.set_offline(False)
    expect(tab.get_by_role("link", name="Open the form again")).to_be_visible()


def test_the_reason_of_a_refusal_is_what_is_to_be_mended(room: Site, tab: Page, context: BrowserContext) -> None:
    refused(room, tab, context)

    expect(tab.locator("section li .complaint")).to_have_text("Blood pressure – Too high. Where – Which arm?")


def test_the_reason_of_a_problem_is_its_sentence_and_not_whom_to_call(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    problem = (
        '<section class="crisis"><p class="line">Call 988</p></section><section class="card"><p>Too late.</p></section>'
    )
    write_without_connection(tab, context)
    refuse(room, problem, 409)

    context.set_offline(False)

    expect(tab.locator("section li .complaint")).to_have_text("Too late.")


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_form_of_what_was_refused_opens_with_all_that_was_written_and_replaces_it(
    room: Site, tab: Page, context: BrowserContext, elsewhere: bool
) -> None:
    refused(room, tab, context)
    if elsewhere:
        room.views["/other"] = lambda _: document("<h1>Other</h1>", **of("maple"))
        open_page(tab, "/other", "offline")

    tab.get_by_role("link", name="Open the form again").click()

    expect(tab.locator("#said")).to_have_value("120/80")
    expect(tab.locator("[name=how][value=l]")).to_be_checked()
    expect(tab.locator("[name=again]")).to_be_checked()
    room.views["POST /room"] = lambda _: redirect("/done")
    room.views["/done"] = lambda _: document("<h1>Written down</h1>", **of("maple"))
    tab.click("#send")
    tab.wait_for_url("**/done")
    await_modules(tab, "offline")
    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)
    assert tab.evaluate(KEPT).startswith("[[],")


def test_a_recording_that_was_refused_is_in_its_form_again_to_be_heard(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    came: list[bytes] = []
    room.security = WITH_OWN_RECORDING
    field = '<label for="code">Code</label><input id="code" type="password" name="code" value="hunter2">'
    spoken = '<div data-recorder><label for="code">Speak</label><input id="code" type="file" name="code"></div>'
    form = FORM.replace(field, spoken).replace('action="/room"', 'action="/room" enctype="multipart/form-data"')
    room.views["/room"] = lambda _: document(form, **of("maple"))
    refuse(room)
    open_page(tab, "/room", "offline", "recorder")
    tab.set_input_files("#code", {"name": "voice.webm", "mimeType": "audio/webm", "buffer": b"I cannot sleep"})
    context.set_offline(True)
    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
    context.set_offline(False)

    tab.get_by_role("link", name="Open the form again").click()

    expect(tab.locator("[data-recorder] audio")).to_have_count(1)
    room.views["POST /room"] = lambda asked: (came.append(asked.files["code"].read()), redirect("/done"))[1]
    room.views["/done"] = lambda _: document("<h1>Written down</h1>", **of("maple"))
    tab.click("#send")
    tab.wait_for_url("**/done")
    assert came == [b"I cannot sleep"]


def test_what_was_refused_waits_anew_in_its_own_place(room: Site, tab: Page, context: BrowserContext) -> None:
    refused(room, tab, context)
    tab.get_by_role("link", name="Open the form again").click()
    expect(tab.locator("#said")).to_have_value("120/80")
    context.set_offline(True)
    tab.fill("#said", "125/80")

    tab.click("#send")

    expect(tab.locator("section li dd").first).to_have_text("125/80")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
    expect(tab.locator("section li .complaint")).to_have_count(0)


def test_another_of_the_same_kind_takes_nothing_of_what_was_refused(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    refused(room, tab, context)
    room.views["POST /room"] = lambda _: redirect("/done")
    room.views["/done"] = lambda _: document("<h1>Written down</h1>", **of("maple"))

    tab.fill("#said", "110/70")
    tab.click("#send")

    tab.wait_for_url("**/done")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()


def test_of_an_occasion_that_is_only_once_what_was_refused_goes_when_it_is_accepted(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    occasion = "0193f8a0-0000-7000-8000-00000000000a"
    form = FORM.replace('action="/room"', f'action="/room/{occasion}" data-draft="check-in-{occasion}"')
    room.views["/room"] = lambda _: document(form, **of("maple"))
    refuse(room)
    room.views[f"POST /room/{occasion}"] = room.views["POST /room"]
    write_without_connection(tab, context)
    context.set_offline(False)
    expect(tab.get_by_role("link", name="Open the form again")).to_be_visible()
    room.views[f"POST /room/{occasion}"] = lambda _: redirect("/done")
    room.views["/done"] = lambda _: document("<h1>Written down</h1>", **of("maple"))

    tab.fill("#said", "110/70")
    tab.click("#send")

    tab.wait_for_url("**/done")
    await_modules(tab, "offline")
    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)
    assert tab.evaluate(KEPT).startswith("[[],")


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
    tab.wait_for_function("async () => (await (await caches.match('/release'))?.text())?.endsWith(' en')")
    room.stop()
    tab.fill("#said", "120/80")
    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()

    tab.click("#out")

    expect(tab.get_by_text("There is no connection, so you are still signed in")).to_be_visible()
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()


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
