"""What is written without a connection is not lost, not sent twice, and sent by nobody else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Request, Response

from face_scripts.site import LOOK, Site, await_worker, document, listen, open_page, redirect, told

NUMBER = "0193f8a0-0000-7000-8000-000000000001"

SENT_ELSEWHERE = """() => new Promise((resolve) => {
  const open = indexedDB.open("afterglow", 1);
  open.onsuccess = () => {
    const change = open.result.transaction("waiting", "readwrite");
    change.objectStore("waiting").clear();
    change.oncomplete = () => resolve(null);
  };
})"""


class Room:
    """Where vitals are written down: each number once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.person = "a"
        self.proof = "proof of a"
        self.kept: dict[str, str] = {}
        self.lose_answers = False
        self.signed_out = False
        site.views["/room"] = lambda _: self._page()
        site.views["POST /room"] = self._take
        site.views["/done"] = lambda _: self._page("<h1>Written down</h1>")
        site.views["/intake/sign-in/renew"] = lambda _: document("<h1>Sign in</h1>")
        site.views["/intake/offline"] = lambda _: document(f'<h1>You are offline</h1><img src="{LOOK}icon.svg" alt="">')

    def _page(self, before: str = "", words: str = "") -> str:
        return document(
            f'{before}<form method="post" action="/room" data-offline="Vitals" id="vitals">'
            f'<input type="hidden" name="csrf" value="{self.proof}">'
            f'<input type="hidden" name="number" value="{NUMBER}">'
            f'<input id="said" name="words" value="{words}"><button id="send">Write down</button></form>',
            data_person=self.person,
            data_csrf=self.proof,
            data_worker="/intake/look/worker.js",
        )

    def _take(self, request: Request) -> Response:
        form = request.form
        if self.signed_out:
            return redirect("/intake/sign-in/renew", 307)
        if form["csrf"] != self.proof:
            return Response(
                self._page("<p>This form was opened under another sign-in.</p>"), 403, content_type="text/html"
            )
        if form["words"] == "too high":
            mend = '<section class="mend"><p>Please look at this again.</p></section>'
            return Response(self._page(mend, form["words"]), 422, content_type="text/html")
        self.kept.setdefault(form["number"], form["words"])
        if self.lose_answers:
            raise ConnectionResetError
        return redirect("/done")


@pytest.fixture
def room(site: Site) -> Iterator[Room]:
    return Room(site)


def write(tab: Page, words: str) -> None:
    tab.fill("#said", words)
    tab.click("#send")


def wait_for(tab: Page, n: int) -> None:
    expect(tab.get_by_text(f"Waiting to be sent ({n})")).to_be_visible()


def beside_one_in_which_something_waits(tab: Page, context: BrowserContext) -> Page:
    """Another tab of the same page, while there is no connection."""
    other = context.new_page()
    open_page(tab, "/room", "offline")
    open_page(other, "/room", "offline")
    context.set_offline(True)
    write(tab, "120/80")
    wait_for(tab, 1)
    return other


def test_with_a_connection_it_is_a_form_like_any_other(room: Room, tab: Page) -> None:
    open_page(tab, "/room", "offline")

    write(tab, "120/80")

    tab.wait_for_url("**/done")
    assert room.kept == {NUMBER: "120/80"}
    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)


def test_what_is_to_be_mended_is_shown_with_what_was_typed(room: Room, tab: Page) -> None:
    open_page(tab, "/room", "offline")

    write(tab, "too high")

    expect(tab.locator(".mend")).to_be_focused()
    expect(tab.locator("#said")).to_have_value("too high")
    write(tab, "120/80")
    tab.wait_for_url("**/done")


def test_what_was_written_offline_is_sent_in_order_when_there_is_a_connection(
    room: Room, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/room", "offline")
    context.set_offline(True)
    write(tab, "first")
    wait_for(tab, 1)
    write(tab, "second")
    wait_for(tab, 2)
    expect(tab.locator("#said")).to_have_value("")
    assert room.site.times("POST /room") == 0

    context.set_offline(False)

    expect(tab.get_by_text("Sent now: 2")).to_be_visible()
    assert list(room.kept.values()) == ["first", "second"]
    assert len(set(room.kept)) == 2, "each has a number of its own"
    expect(tab.get_by_text("Waiting to be sent (")).to_have_count(0)


def test_what_waits_outlives_the_tab_and_a_server_that_is_down(room: Room, tab: Page, context: BrowserContext) -> None:
    open_page(tab, "/room", "offline")
    room.site.stop()
    write(tab, "120/80")
    wait_for(tab, 1)
    tab.close()
    room.site.start()

    again = context.new_page()
    open_page(again, "/room", "offline")

    expect(again.get_by_text("Sent now: 1")).to_be_visible()
    assert list(room.kept.values()) == ["120/80"]


def test_an_answer_that_is_lost_has_nothing_written_down_twice(room: Room, tab: Page) -> None:
    open_page(tab, "/room", "offline")
    tab.route("**/room", lambda route: (route.fetch(max_redirects=0), route.abort())[1])
    write(tab, "120/80")
    wait_for(tab, 1)
    assert room.kept == {NUMBER: "120/80"}

    tab.unroute_all()
    tab.get_by_role("button", name="Send now").click()

    expect(tab.get_by_text("Sent now: 1")).to_be_visible()
    assert room.site.times("POST /room") == 2
    assert room.kept == {NUMBER: "120/80"}


def test_two_tabs_send_it_once(room: Room, tab: Page, context: BrowserContext) -> None:
    beside_one_in_which_something_waits(tab, context)

    context.set_offline(False)

    expect(tab.get_by_text("Waiting to be sent (")).to_have_count(0)
    tab.wait_for_timeout(300)
    assert room.site.times("POST /room") == 1


def test_a_tab_shows_what_another_has_left_of_what_waited(room: Room, tab: Page, context: BrowserContext) -> None:
    other = beside_one_in_which_something_waits(tab, context)
    other.evaluate(
        "() => { navigator.locks.request('afterglow-waiting', () => new Promise((done) => { window.done = done; })); }"
    )
    other.wait_for_function("() => window.done")

    context.set_offline(False)
    other.evaluate(SENT_ELSEWHERE)
    other.evaluate("() => window.done()")

    expect(tab.get_by_text("Waiting to be sent (")).to_have_count(0)
    assert room.site.times("POST /room") == 0


def test_another_person_neither_sees_nor_sends_it(room: Room, tab: Page, context: BrowserContext) -> None:
    open_page(tab, "/room", "offline")
    room.site.stop()
    write(tab, "120/80")
    wait_for(tab, 1)
    room.site.start()

    room.person, room.proof = "b", "proof of b"
    open_page(tab, "/room", "offline")
    tab.wait_for_timeout(300)
    assert room.kept == {}
    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)

    room.person, room.proof = "a", "newer proof of a"
    open_page(tab, "/room", "offline")
    expect(tab.get_by_text("Sent now: 1")).to_be_visible()
    assert list(room.kept.values()) == ["120/80"]


def test_a_page_of_an_earlier_sign_in_proves_itself_again(room: Room, tab: Page, context: BrowserContext) -> None:
    open_page(tab, "/room", "offline")
    context.set_offline(True)
    write(tab, "120/80")
    wait_for(tab, 1)
    room.proof = "newer proof of a"

    context.set_offline(False)

    expect(tab.get_by_text("Sent now: 1")).to_be_visible()
    assert list(room.kept.values()) == ["120/80"]


def test_a_page_of_another_persons_sign_in_proves_nothing(room: Room, tab: Page, context: BrowserContext) -> None:
    open_page(tab, "/room", "offline")
    context.set_offline(True)
    write(tab, "120/80")
    wait_for(tab, 1)
    room.person, room.proof = "b", "proof of b"

    context.set_offline(False)

    expect(tab.get_by_text("Sign in again, and what you wrote is sent")).to_be_visible()
    assert room.kept == {}
    wait_for(tab, 1)


def test_a_sign_in_that_is_over_keeps_it_and_says_so(room: Room, tab: Page) -> None:
    open_page(tab, "/room", "offline")
    room.signed_out = True
    write(tab, "120/80")

    expect(tab.locator("#toasts")).to_contain_text("Sign in again")
    wait_for(tab, 1)
    room.signed_out = False
    tab.get_by_role("button", name="Send now").click()
    expect(tab.get_by_text("Sent now: 1")).to_be_visible()


def test_what_is_refused_later_stays_with_the_reason_and_the_way_back(
    room: Room, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/room", "offline")
    context.set_offline(True)
    write(tab, "too high")
    wait_for(tab, 1)
    write(tab, "120/80")
    wait_for(tab, 2)

    context.set_offline(False)

    expect(tab.get_by_text("Please look at this again.")).to_be_visible()
    wait_for(tab, 1)
    assert list(room.kept.values()) == ["120/80"]
    expect(tab.get_by_role("link", name="Open the form again")).to_have_attribute("href", "/room")
    tab.get_by_role("button", name="Remove").click()
    tab.get_by_role("button", name="Remove it").click()
    expect(tab.get_by_text("Waiting to be sent (")).to_have_count(0)


def test_a_page_that_cannot_be_fetched_says_so_calmly_and_no_page_of_a_person_is_kept(
    room: Room, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/room", "offline")
    tab.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    open_page(tab, "/room", "offline")
    await_worker(tab)
    room.site.stop()

    tab.goto("/room")

    expect(tab.get_by_role("heading")).to_have_text("You are offline")
    kept = tab.evaluate(
        "async () => { const all = []; for (const name of await caches.keys())"
        " for (const one of await (await caches.open(name)).keys()) all.push(new URL(one.url).pathname); return all; }"
    )
    assert "/room" not in kept
    assert "/intake/offline" in kept
    assert f"{LOOK}afterglow.js" in kept
    room.site.start()
    tab.goto("/room")
    expect(tab.locator("#said")).to_be_visible()


def test_what_the_worker_keeps_is_of_a_release_whichever_service_sent_the_page(room: Room, tab: Page) -> None:
    room.site.views["/elsewhere"] = lambda _: room._page().replace('src="/intake/look/', 'src="/integration/look/')
    listen(tab)
    open_page(tab, "/room", "offline")
    here = told(tab)

    tab.goto("/elsewhere")
    tab.evaluate("address => import(address).then(() => null)", f"{LOOK}offline.js".replace("intake", "integration"))

    assert [one["release"] for one in here + told(tab)] == [LOOK.split("/")[3]] * 2


@pytest.mark.parametrize("stays", [True, False])
def test_whoever_signs_out_is_asked_where_something_waits(
    room: Room, tab: Page, context: BrowserContext, stays: bool
) -> None:
    site = room.site
    site.views["/intake/sign-out"] = lambda _: document("<h1>Goodbye</h1>")
    leave = '<form method="post" action="/intake/sign-out" data-sign-out><button id="out">Sign out</button></form>'
    page = room._page
    site.views["/room"] = lambda _: page(leave)
    open_page(tab, "/room", "offline")
    tab.evaluate('localStorage.setItem(\'draft:a:plan\', \'{"at": 9e15, "text": ""}\')')
    tab.evaluate('localStorage.setItem(\'draft:b:plan\', \'{"at": 9e15, "text": ""}\')')
    room.signed_out = True
    write(tab, "120/80")
    wait_for(tab, 1)

    tab.click("#out")
    expect(tab.get_by_role("dialog")).to_contain_text("were not sent yet: 1")
    tab.get_by_role("button", name="Stay signed in" if stays else "Sign out and lose it").click()

    if stays:
        wait_for(tab, 1)
        assert site.times("POST /intake/sign-out") == 0
    else:
        expect(tab.get_by_text("Goodbye")).to_be_visible()
    mine = tab.evaluate("localStorage.getItem('draft:a:plan')")
    assert (mine is not None) is stays
    assert tab.evaluate("localStorage.getItem('draft:b:plan')") is not None


GATEWAY = '<!doctype html><html lang="en"><title>A gateway</title><main><h1>A title</h1><p>{}</p></main></html>'


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_starts_anew_has_nobody_sign_in_again(room: Room, tab: Page, status: int) -> None:
    open_page(tab, "/room", "offline")
    room.site.views["POST /room"] = lambda _: Response(GATEWAY.format("One moment"), status, content_type="text/html")

    write(tab, "120/80")

    wait_for(tab, 1)
    expect(tab.get_by_text("Sign in again")).to_have_count(0)


def test_what_a_gateway_refuses_for_good_does_not_hold_up_what_was_written_after_it(
    room: Room, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/room", "offline")
    context.set_offline(True)
    write(tab, "very long")
    wait_for(tab, 1)
    write(tab, "120/80")
    wait_for(tab, 2)
    take = room._take

    def gateway(request: Request) -> Response:
        too_large = request.form["words"] == "very long"
        return Response(GATEWAY.format("Too large"), 413, content_type="text/html") if too_large else take(request)

    room.site.views["POST /room"] = gateway
    context.set_offline(False)

    expect(tab.get_by_text("Too large")).to_be_visible()
    wait_for(tab, 1)
    assert list(room.kept.values()) == ["120/80"]


def test_what_waited_goes_by_itself_and_what_is_sent_at_once_does_not(
    room: Room, tab: Page, context: BrowserContext
) -> None:
    take, said = room._take, []
    room.site.views["POST /room"] = lambda request: (said.append(request.headers.get("X-Quiet")), take(request))[1]
    open_page(tab, "/room", "offline")
    context.set_offline(True)
    write(tab, "first")
    wait_for(tab, 1)
    context.set_offline(False)
    expect(tab.get_by_text("Sent now: 1")).to_be_visible()

    write(tab, "second")

    tab.wait_for_url("**/done")
    assert said == ["1", None]


def test_a_browser_that_keeps_nothing_sends_what_can_be_sent(room: Room, tab: Page) -> None:
    tab.add_init_script("indexedDB.open = () => { throw new DOMException('blocked', 'SecurityError'); };")
    open_page(tab, "/room", "offline")

    write(tab, "120/80")

    tab.wait_for_url("**/done")
    assert room.kept == {NUMBER: "120/80"}
