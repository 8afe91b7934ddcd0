"""Parts of a page that are swapped alone."""

import threading
import time

import pytest
from playwright.sync_api import Page, expect
from werkzeug.wrappers import Response

from face_scripts.site import LOOK, Site, document, open_page, redirect

SIGN_IN = "/intake/sign-in"


def people(first: str, **page: str) -> str:
    return document(
        f'<section data-region="people" data-address="/people"><h2>{first}</h2><input id="note" name="note">'
        '<a href="/people?part=2" data-into="people" data-history>Next</a>'
        '<form method="get" action="/people" data-into="people"><input id="q" name="q" value=""><button>Find</button>'
        "</form>"
        '</section><p id="rest">The rest</p>',
        **page,
    )


def test_a_link_swaps_its_region_alone_and_back_brings_the_old_one(site: Site, tab: Page) -> None:
    site.views["/people"] = lambda request: people("Second" if request.args.get("part") else "First")
    open_page(tab, "/people", "regions")
    tab.evaluate("document.getElementById('rest').textContent = 'untouched'")

    tab.get_by_text("Next").click()

    expect(tab.locator("h2")).to_have_text("Second")
    expect(tab.locator("#rest")).to_have_text("untouched")
    assert tab.url.endswith("/people?part=2")
    tab.go_back()
    expect(tab.locator("h2")).to_have_text("First")


def test_a_search_swaps_its_region_and_keeps_the_focus_and_what_was_typed(site: Site, tab: Page) -> None:
    site.views["/people"] = lambda request: people(f"Found {request.args.get('q', '')}")
    open_page(tab, "/people", "regions")
    tab.fill("#note", "half a sentence")

    tab.fill("#q", "ana")
    tab.press("#q", "Enter")

    expect(tab.locator("h2")).to_have_text("Found ana")
    expect(tab.locator("#q")).to_be_focused()
    expect(tab.locator("#note")).to_have_value("half a sentence")
    expect(tab.locator(".unseen")).to_contain_text("Updated")


def test_what_is_slow_shows_that_it_is_awaited_and_what_is_quick_does_not(site: Site, tab: Page) -> None:
    site.views["/people"] = lambda request: (time.sleep(0.8 if request.args else 0), people("First"))[1]
    open_page(tab, "/people", "regions")

    tab.get_by_text("Next").click()

    expect(tab.locator("progress")).to_have_count(0)
    expect(tab.locator("progress")).to_be_visible()
    expect(tab.locator("progress")).to_have_count(0)


def test_what_fails_leaves_what_was_there_and_says_so(site: Site, tab: Page) -> None:
    site.views["/people"] = lambda _: people("First")
    open_page(tab, "/people", "regions")
    site.show("/people", "A bug", status=500)

    tab.get_by_text("Next").click()

    expect(tab.locator("#toasts")).to_contain_text("could not be loaded")
    expect(tab.locator("h2")).to_have_text("First")
    site.stop()
    tab.get_by_text("Next").click()
    expect(tab.locator("#toasts")).to_contain_text("There is no connection")
    expect(tab.locator("h2")).to_have_text("First")


def test_a_sign_in_is_never_swapped_into_a_region(site: Site, tab: Page) -> None:
    site.views["/people"] = lambda request: redirect(SIGN_IN) if request.args else people("First")
    site.show(SIGN_IN, '<h1>Sign in</h1><section data-region="people"></section>')
    open_page(tab, "/people", "regions")

    tab.get_by_text("Next").click()

    tab.wait_for_url(f"**{SIGN_IN}")
    expect(tab.locator("h1")).to_have_text("Sign in")


def test_nothing_of_somebody_else_comes_into_a_page(site: Site, tab: Page) -> None:
    site.views["/people"] = lambda request: people(
        "Theirs" if request.args else "Mine", data_person="b" if request.args else "a"
    )
    open_page(tab, "/people", "regions")
    tab.evaluate("window.same = true")

    tab.get_by_text("Next").click()

    expect(tab.locator("h2")).to_have_text("Theirs")
    assert tab.evaluate("window.same") is None, "the whole page was loaded"


def refresh_quietly(tab: Page) -> None:
    """Have the page ask by itself; its title says whether it took the answer for the end of the sign-in, and how."""
    script = """async (address) => {
        document.addEventListener("afterglow:ended", ({ detail }) => { document.title = `ended, moved: ${detail}`; });
        const { refresh } = await import(address);
        await refresh("people", { quiet: true });
    }"""
    tab.evaluate(script, f"{LOOK}regions.js")


@pytest.mark.parametrize("status", [404, 413, 429, 503])
def test_what_a_gateway_says_for_a_service_signs_nobody_out_and_takes_nobody_away(
    site: Site, tab: Page, status: int
) -> None:
    site.views["/people"] = lambda _: people("First", data_person="a", data_clinic="maple")
    open_page(tab, "/people", "regions")
    gateway = '<!doctype html><html lang="en"><title>One moment, please</title><main><h1>One moment</h1></main></html>'
    site.views["/people"] = lambda _: Response(gateway, status, content_type="text/html; charset=utf-8")

    refresh_quietly(tab)
    tab.get_by_text("Next").click()

    expect(tab.locator("#toasts")).to_contain_text("could not be loaded")
    expect(tab).to_have_title("A page")
    expect(tab.locator("h2")).to_have_text("First")


def test_a_page_of_our_own_that_breaks_signs_nobody_out(site: Site, tab: Page) -> None:
    site.views["/people"] = lambda _: people("First", data_person="a")
    open_page(tab, "/people", "regions")
    site.show("/people", "<h1>This is away for a moment</h1>", 503, data_worker="/intake/look/worker.js")

    refresh_quietly(tab)

    expect(tab).to_have_title("A page")


def test_a_page_that_leads_its_own_reader_on_signs_nobody_out(site: Site, tab: Page) -> None:
    site.views["/people"] = lambda _: people("First", data_person="a", data_clinic="maple")
    site.views["/others"] = lambda _: people("Others", data_person="a", data_clinic="maple")
    open_page(tab, "/people", "regions")
    site.views["/people"] = lambda _: redirect("/others")

    refresh_quietly(tab)

    expect(tab).to_have_title("A page")
    expect(tab.locator("h2")).to_have_text("First")


@pytest.mark.parametrize(("person", "clinic", "moved"), [("a", "cedar", "true"), ("b", "maple", "false")])
def test_nothing_of_another_clinic_comes_into_a_page_by_itself(
    site: Site, tab: Page, person: str, clinic: str, moved: str
) -> None:
    site.views["/people"] = lambda _: people("First", data_person="a", data_clinic="maple")
    open_page(tab, "/people", "regions")
    site.views["/people"] = lambda _: people("Second", data_person=person, data_clinic=clinic)

    refresh_quietly(tab)

    expect(tab).to_have_title(f"ended, moved: {moved}")
    expect(tab.locator("h2")).to_have_text("First")


def test_a_fragment_of_another_clinic_leaves_its_link(site: Site, tab: Page) -> None:
    part = '<div data-fragment="/notify/part"><a href="/notify/all">All letters</a></div>'
    site.show("/chart", part, data_person="a", data_clinic="maple")
    theirs = Response("<p>Two letters</p>", content_type="text/html", headers={"Afterglow-Reader": "a/cedar"})
    site.views["/notify/part"] = lambda _: theirs
    with tab.expect_response("**/notify/part"):
        open_page(tab, "/chart", "regions")

    expect(tab.get_by_text("All letters")).to_be_visible()
    tab.wait_for_timeout(200)
    expect(tab.get_by_text("Two letters")).to_have_count(0)


def test_only_what_nobody_asked_for_says_so(site: Site, tab: Page) -> None:
    said: list[tuple[str, str | None]] = []
    site.views["/people"] = lambda request: (
        said.append((request.full_path, request.headers.get("X-Quiet"))),
        people("Second" if request.args else "First") + '<div data-fragment="/part"><a href="/all">All</a></div>',
    )[1]
    site.views["/part"] = lambda request: (said.append(("/part", request.headers.get("X-Quiet"))), "<p>A part</p>")[1]
    open_page(tab, "/people", "regions")
    expect(tab.get_by_text("A part")).to_be_visible()

    refresh_quietly(tab)
    tab.get_by_text("Next").click()

    expect(tab.locator("h2")).to_have_text("Second")
    assert said == [("/people?", None), ("/part", "1"), ("/people?", "1"), ("/people?part=2", None)]


def test_what_somebody_asked_for_is_not_given_up_for_what_nobody_did(site: Site, tab: Page) -> None:
    may_answer = threading.Event()
    site.views["/people"] = lambda request: (
        may_answer.wait(5) if request.args else None,
        people("Second" if request.args else "First"),
    )[1]
    open_page(tab, "/people", "regions")

    tab.get_by_text("Next").click()
    refresh_quietly(tab)
    may_answer.set()

    expect(tab.locator("h2")).to_have_text("Second")
    assert site.asked == ["GET /people", "GET /people?part=2"]


def test_what_was_ticked_stays_ticked_by_its_form_and_name_and_value(site: Site, tab: Page) -> None:
    forms = "".join(
        f'<form method="post" action="/{one}"><input type="checkbox" name="done" value="bag">'
        '<input type="radio" name="way" value="on foot" checked><input type="radio" name="way" value="by car"></form>'
        for one in ("ana", "ben")
    )
    site.views["/people"] = lambda _: document(
        f'<section data-region="people" data-address="/people">{forms}</section>'
    )
    open_page(tab, "/people", "regions")
    tab.check('[action="/ben"] [name=done]')
    tab.check('[action="/ben"] [value="by car"]')
    tab.evaluate("document.querySelector('[data-region]').dataset.old = 'yes'")

    refresh_quietly(tab)

    expect(tab.locator("[data-old]")).to_have_count(0)
    ticked = (
        "() => [...document.querySelectorAll(':checked')].map((one) => [one.form.getAttribute('action'), one.value])"
    )
    assert tab.evaluate(ticked) == [["/ana", "on foot"], ["/ben", "bag"], ["/ben", "by car"]]


def test_a_fragment_of_another_service_stands_in_the_page_or_its_link_stays(site: Site, tab: Page) -> None:
    part = '<div data-fragment="{}"><a href="/notify/all">All letters</a></div>'
    site.show(
        "/chart", part.format("/notify/part") + part.format("/notify/gone") + part.format("https://elsewhere.test/")
    )
    site.views["/notify/part"] = lambda _: "<p>Two letters</p>"
    open_page(tab, "/chart", "regions")

    expect(tab.get_by_text("Two letters")).to_be_visible()
    expect(tab.get_by_text("All letters")).to_have_count(2)
