"""Regions that follow what happens."""

import queue
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from werkzeug.wrappers import Request, Response

from face_scripts.site import Site, document, open_page, redirect


class Board:
    """A board with a stream beside it: `change` says so to whoever listens."""

    def __init__(self, site: Site) -> None:
        self.words = "Nobody is here"
        self.refusal = ""
        self.refused = 0
        self.refusals = 0
        self._site = site
        self._streams: list[queue.SimpleQueue[str]] = []
        self.opened = threading.Event()
        site.views["/board"] = self._page
        site.views["/live"] = self._stream

    def change(self, words: str) -> None:
        self.words = words
        for one in self._streams:
            one.put("event: changed\ndata: 1\n\n")

    def end(self) -> None:
        """End all streams, as a server does that goes."""
        for one in self._streams:
            one.put("")
        self._streams.clear()
        self.opened.clear()

    def _page(self, _: Request) -> str:
        return document(
            '<p data-live-state></p><section data-region="board" data-address="/board" data-live="/live">'
            f'<h2>{self.words}</h2>{self.refusal}<input id="note">'
            '<a href="/board" data-into="board">Again</a></section>',
            data_person="a",
        )

    def _stream(self, _: Request) -> Response:
        if self.refused:
            self.refusals += 1
            return Response(status=self.refused, headers={"Retry-After": "15"})
        said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._streams.append(said)
        self.opened.set()

        def events() -> Iterator[str]:
            yield "retry: 100\n\n"
            while words := said.get(timeout=30):
                yield words

        return Response(events(), content_type="text/event-stream")


@pytest.fixture
def board(site: Site) -> Iterator[Board]:
    made = Board(site)
    yield made
    made.end()


def test_a_board_shows_by_itself_what_changes(board: Board, tab: Page, site: Site) -> None:
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")

    board.change("Ana is here")

    expect(tab.locator("h2")).to_have_text("Ana is here")
    assert site.times("GET /board") == 2


def test_many_changes_at_once_are_one(board: Board, tab: Page, site: Site) -> None:
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")

    for number in range(50):
        board.change(f"{number} are here")

    expect(tab.locator("h2")).to_have_text("49 are here")
    assert site.times("GET /board") <= 3


def test_whoever_types_in_it_is_asked_first_and_loses_nothing(board: Board, tab: Page) -> None:
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")
    tab.fill("#note", "half a sentence")

    board.change("Ana is here")

    tab.get_by_role("status").get_by_text("There is something new. Show it").click()
    expect(tab.locator("h2")).to_have_text("Ana is here")
    expect(tab.locator("#note")).to_have_value("half a sentence")
    expect(tab.get_by_text("something new")).to_have_count(0)


def test_a_refused_form_stays_with_what_was_typed_in_it(board: Board, tab: Page, site: Site) -> None:
    board.refusal = '<form><section class="mend" role="alert">Too high</section><input id="upper" value="310"></form>'
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")
    board.refusal = ""

    board.change("Ana is here")

    expect(tab.get_by_text("There is something new. Show it")).to_be_visible()
    expect(tab.locator("#upper")).to_have_value("310")
    expect(tab.locator(".mend")).to_have_text("Too high")


def test_a_stream_that_ends_is_opened_again(board: Board, tab: Page) -> None:
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")

    board.end()

    assert board.opened.wait(5)
    board.change("Ana is here")
    expect(tab.locator("h2")).to_have_text("Ana is here")


def test_a_stream_that_is_refused_is_looked_for_again_after_the_page_was_renewed(
    board: Board, tab: Page, site: Site
) -> None:
    board.refused = 401
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_contain_text("Updated")

    board.refused = 0
    board.words = "Ana is here"

    assert board.opened.wait(5)
    board.change("Ben is here")
    expect(tab.locator("h2")).to_have_text("Ben is here")


def test_where_there_is_no_room_for_a_stream_it_asks_now_and_then(board: Board, tab: Page, site: Site) -> None:
    board.refused = 503
    tab.clock.install()
    open_page(tab, "/board", "live")
    for _ in range(50):
        tab.clock.run_for(100)
        if board.refusals == 2:
            break
    expect(tab.locator("[data-live-state]")).to_contain_text("Updated")
    board.words = "Ana is here"

    for _ in range(4):
        tab.clock.run_for(10000)

    expect(tab.locator("h2")).to_have_text("Ana is here")
    assert board.refusals == 2


def test_a_board_of_whoever_is_signed_out_is_covered_and_not_left(board: Board, tab: Page, site: Site) -> None:
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")
    site.views["/board"] = lambda _: redirect("/intake/sign-in")
    site.show("/intake/sign-in", "<h1>Sign in</h1>")
    tab.evaluate("document.addEventListener('afterglow:ended', () => { document.title = 'ended'; })")

    board.change("Ana is here")

    expect(tab).to_have_title("ended")
    assert tab.url.endswith("/board")
    expect(tab.locator("h2")).to_have_text("Nobody is here")


def test_a_hidden_page_rests_and_looks_when_it_is_seen_again(board: Board, tab: Page, site: Site) -> None:
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")
    hide = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    hide += " document.dispatchEvent(new Event('visibilitychange')); }"
    tab.evaluate(hide, True)
    before = len([line for line in site.asked if line.startswith("GET /live")])
    board.change("Ana is here")
    tab.wait_for_timeout(700)
    assert site.times("GET /board") == 1

    board.opened.clear()
    tab.evaluate(hide, False)

    assert board.opened.wait(5)
    streams = [line for line in site.asked if line.startswith("GET /live")]
    assert len(streams) == before + 1
    assert int(streams[-1].rpartition("ago=")[2]) >= 700, "it says since when it has not looked"


def test_whoever_begins_to_type_while_it_is_fetched_loses_nothing_either(board: Board, tab: Page, site: Site) -> None:
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")
    asked, go_on = threading.Event(), threading.Event()
    page = site.views["/board"]
    site.views["/board"] = lambda request: (asked.set(), go_on.wait(10), page(request))[2]

    board.change("Ana is here")
    assert asked.wait(5)
    tab.focus("#note")
    go_on.set()

    expect(tab.get_by_text("There is something new. Show it")).to_be_visible()
    expect(tab.locator("h2")).to_have_text("Nobody is here")
    expect(tab.locator("#note")).to_be_focused()


def test_a_page_that_is_uncovered_follows_again(board: Board, tab: Page) -> None:
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")
    tab.evaluate("document.dispatchEvent(new CustomEvent('afterglow:ended'))")
    board.end()

    tab.evaluate("document.dispatchEvent(new CustomEvent('afterglow:resumed'))")

    assert board.opened.wait(5)
    board.change("Ana is here")
    expect(tab.locator("h2")).to_have_text("Ana is here")


def test_the_time_in_which_the_device_slept_counts(board: Board, tab: Page, site: Site) -> None:
    open_page(tab, "/board", "live")
    expect(tab.locator("[data-live-state]")).to_have_text("Live")
    board.opened.clear()

    tab.evaluate("const now = Date.now; Date.now = () => now() + 3600000;")
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert board.opened.wait(5)
    streams = [line for line in site.asked if line.startswith("GET /live")]
    assert int(streams[-1].rpartition("ago=")[2]) >= 3600000
