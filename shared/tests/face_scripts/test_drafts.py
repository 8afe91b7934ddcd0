"""What is typed is not lost."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Request, Response

from face_scripts.site import Site, await_modules, document, open_page, redirect


def form(words: str = "", complaint: str = "", **page: str) -> str:
    mend = f'<section class="mend"><p>{complaint}</p></section>' if complaint else ""
    return document(
        f'{mend}<form method="post" action="/inquiry" data-draft="inquiry"><input type="hidden" name="csrf" value="x">'
        f'<textarea id="said" name="words">{words}</textarea><input id="code" type="password" name="code">'
        '<input id="name" name="name"><label><input type="checkbox" id="yes" name="agree" value="yes">Yes</label>'
        '<div data-no-draft><input id="card" name="card"></div><button id="send">Send</button></form>',
        **page,
    )


class Inquiries:
    """A form that takes anything but `refuse me`."""

    def __init__(self, site: Site) -> None:
        self.person = "a"
        self.key: str | None = None
        site.views["/inquiry"] = lambda _: form(**self._page)
        site.views["POST /inquiry"] = self._take
        site.views["/thanks"] = lambda _: document("<h1>Thank you</h1>", **self._page)
        site.views["/intake/sign-in"] = lambda _: document("<h1>Sign in</h1>")

    @property
    def _page(self) -> dict[str, str]:
        own_key = {} if self.key is None else {"data_seal": self.key}
        return {"data_person": self.person, **own_key} if self.person else {}

    def _take(self, request: Request) -> Response:
        words = request.form["words"]
        if words == "refuse me":
            return Response(form(words, "Say more.", **self._page), 422, content_type="text/html")
        return redirect("/intake/sign-in?" + urlencode({"next": "/inquiry"}) if words == "late" else "/thanks")


@pytest.fixture
def inquiries(site: Site) -> Inquiries:
    return Inquiries(site)


def type_words(tab: Page, words: str) -> None:
    tab.fill("#said", words)
    expect(tab.get_by_text("Saved on this device at")).to_be_visible()


def test_what_was_typed_is_there_after_a_reload_and_can_be_discarded(inquiries: Inquiries, tab: Page) -> None:
    open_page(tab, "/inquiry", "drafts")
    tab.check("#yes")
    type_words(tab, "I cannot sleep")

    open_page(tab, "/inquiry", "drafts")

    expect(tab.locator("#said")).to_have_value("I cannot sleep")
    expect(tab.locator("#yes")).to_be_checked()
    expect(tab.get_by_text("This is what you had typed.")).to_be_visible()
    tab.get_by_role("button", name="Discard it").click()
    expect(tab.locator("#said")).to_have_value("")
    open_page(tab, "/inquiry", "drafts")
    expect(tab.locator("#said")).to_have_value("")


def test_when_it_was_kept_is_said_by_the_pages_zone_in_24_hours(site: Site, tab: Page) -> None:
    tab.clock.set_fixed_time("2026-11-26T22:34:00Z")
    site.views["/inquiry"] = lambda _: form(data_person="a", data_zone="Asia/Tokyo")
    open_page(tab, "/inquiry", "drafts")

    tab.fill("#said", "I cannot sleep")

    expect(tab.get_by_text("Saved on this device at 07:34")).to_be_visible()


def test_a_crash_within_the_second_loses_nothing(inquiries: Inquiries, tab: Page) -> None:
    open_page(tab, "/inquiry", "drafts")
    tab.fill("#said", "I cannot sleep")

    open_page(tab, "/inquiry", "drafts")

    expect(tab.locator("#said")).to_have_value("I cannot sleep")


def test_secrets_are_never_kept(inquiries: Inquiries, tab: Page) -> None:
    inquiries.person = ""
    open_page(tab, "/inquiry", "drafts")
    tab.fill("#code", "hunter2")
    tab.fill("#card", "4111")
    type_words(tab, "hello")

    everything = tab.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")

    assert "hello" in everything
    assert not any(secret in everything for secret in ("hunter2", "4111", "csrf"))


def test_nothing_of_it_can_be_read_on_the_device(inquiries: Inquiries, tab: Page) -> None:
    open_page(tab, "/inquiry", "drafts")
    type_words(tab, "I cannot sleep")

    everything = tab.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")

    assert "draft:a:inquiry" in everything
    assert "cannot sleep" not in everything


def test_what_another_key_has_sealed_is_no_draft(inquiries: Inquiries, tab: Page) -> None:
    open_page(tab, "/inquiry", "drafts")
    type_words(tab, "I cannot sleep")

    inquiries.key = "A" * 43 + "="
    open_page(tab, "/inquiry", "drafts")
    expect(tab.locator("#said")).to_have_value("")

    type_words(tab, "I sleep")
    open_page(tab, "/inquiry", "drafts")
    expect(tab.locator("#said")).to_have_value("I sleep")


def test_a_page_without_a_key_keeps_nothing_and_says_so(inquiries: Inquiries, tab: Page) -> None:
    inquiries.key = ""
    open_page(tab, "/inquiry", "drafts")
    tab.fill("#said", "I cannot sleep")

    expect(tab.get_by_text("This could not be saved on this device.")).to_be_visible()
    assert tab.evaluate("localStorage.length") == 0


def test_what_lies_there_as_it_was_typed_is_removed(inquiries: Inquiries, tab: Page) -> None:
    tab.goto("/thanks")
    clear = '{"at": 9e15, "fields": [["words", "I cannot sleep"]]}'
    tab.evaluate("said => { for (const one of ['a', 'b']) localStorage[`draft:${one}:apart`] = said; }", clear)

    open_page(tab, "/inquiry", "drafts")

    assert tab.evaluate("localStorage.length") == 0


def test_of_two_texts_the_later_one_is_kept_however_long_the_earlier_one_takes(inquiries: Inquiries, tab: Page) -> None:
    open_page(tab, "/inquiry", "drafts")
    tab.evaluate(
        "() => { const seal = crypto.subtle.encrypt.bind(crypto.subtle); let first = true;"
        " crypto.subtle.encrypt = async (...all) => {"
        " if (first) { first = false; await new Promise((go) => { window.go = go; }); } return seal(...all); }; }"
    )
    tab.fill("#said", "I cannot")
    type_words(tab, "I cannot sleep")
    tab.evaluate("() => window.go()")

    open_page(tab, "/inquiry", "drafts")

    expect(tab.locator("#said")).to_have_value("I cannot sleep")


def test_another_person_sees_nothing_of_it(inquiries: Inquiries, tab: Page, context: BrowserContext) -> None:
    open_page(tab, "/inquiry", "drafts")
    type_words(tab, "I cannot sleep")

    inquiries.person = "b"
    open_page(tab, "/inquiry", "drafts")
    expect(tab.locator("#said")).to_have_value("")

    inquiries.person = "a"
    open_page(tab, "/inquiry", "drafts")
    expect(tab.locator("#said")).to_have_value("I cannot sleep")


def test_of_whoever_is_not_signed_in_it_stays_in_their_own_tab(
    inquiries: Inquiries, tab: Page, context: BrowserContext
) -> None:
    inquiries.person = ""
    open_page(tab, "/inquiry", "drafts")
    type_words(tab, "I cannot sleep")

    next_visitor = context.new_page()
    open_page(next_visitor, "/inquiry", "drafts")
    expect(next_visitor.locator("#said")).to_have_value("")

    open_page(tab, "/inquiry", "drafts")
    expect(tab.locator("#said")).to_have_value("I cannot sleep")


def test_a_form_that_was_accepted_is_forgotten(inquiries: Inquiries, tab: Page) -> None:
    open_page(tab, "/inquiry", "drafts")
    type_words(tab, "I cannot sleep")

    tab.click("#send")
    expect(tab.get_by_text("Thank you")).to_be_visible()
    await_modules(tab, "drafts")
    open_page(tab, "/inquiry", "drafts")

    expect(tab.locator("#said")).to_have_value("")


@pytest.mark.parametrize("words", ["refuse me", "late"])
def test_a_form_that_was_not_accepted_is_kept(inquiries: Inquiries, tab: Page, words: str) -> None:
    open_page(tab, "/inquiry", "drafts")
    type_words(tab, words)

    tab.click("#send")
    tab.wait_for_load_state()
    open_page(tab, "/inquiry", "drafts")

    expect(tab.locator("#said")).to_have_value(words)


def test_a_form_that_reached_nobody_is_kept(inquiries: Inquiries, tab: Page, site: Site) -> None:
    open_page(tab, "/inquiry", "drafts")
    type_words(tab, "I cannot sleep")
    site.stop()
    tab.click("#send")
    tab.wait_for_url("chrome-error://**")

    site.start()
    site.views["/home"] = lambda _: redirect("/thanks")
    open_page(tab, "/home", "words")
    open_page(tab, "/inquiry", "drafts")

    expect(tab.locator("#said")).to_have_value("I cannot sleep")


def test_drafts_go_after_a_week(inquiries: Inquiries, tab: Page) -> None:
    open_page(tab, "/inquiry", "drafts")
    type_words(tab, "I cannot sleep")
    age = "days => { for (const key of Object.keys(localStorage)) localStorage[key] = JSON.stringify({"
    age += " ...JSON.parse(localStorage[key]), at: Date.now() - days * 86400000 }); }"

    tab.evaluate(age, 6.9)
    open_page(tab, "/inquiry", "drafts")
    expect(tab.locator("#said")).to_have_value("I cannot sleep")
    tab.evaluate(age, 7.1)
    open_page(tab, "/inquiry", "drafts")

    expect(tab.locator("#said")).to_have_value("")


def test_what_a_stranger_typed_goes_after_half_an_hour(inquiries: Inquiries, tab: Page) -> None:
    inquiries.person = ""
    open_page(tab, "/inquiry", "drafts")
    type_words(tab, "I cannot sleep")
    age = "minutes => { for (const key of Object.keys(sessionStorage)) sessionStorage[key] = JSON.stringify({"
    age += " ...JSON.parse(sessionStorage[key]), at: Date.now() - minutes * 60000 }); }"

    tab.evaluate(age, 29)
    open_page(tab, "/inquiry", "drafts")
    expect(tab.locator("#said")).to_have_value("I cannot sleep")
    tab.evaluate(age, 31)
    open_page(tab, "/inquiry", "drafts")

    expect(tab.locator("#said")).to_have_value("")


def test_what_was_typed_says_from_which_version_it_began(tab: Page, site: Site) -> None:
    version = 1

    def settings(_: Request) -> str:
        return document(
            '<form method="post" data-draft="settings">'
            f'<input type="hidden" name="based_on" data-keep value="{version}">'
            '<input type="hidden" name="csrf" value="x"><input id="said" name="words"><button>Save</button></form>',
            data_person="a",
        )

    site.views["/settings"] = settings
    open_page(tab, "/settings", "drafts")
    type_words(tab, "Open until nine")

    version = 2  # A colleague's.
    open_page(tab, "/settings", "drafts")

    expect(tab.locator("[name=based_on]")).to_have_value("1")
    tab.get_by_role("button", name="Discard it").click()
    expect(tab.locator("[name=based_on]")).to_have_value("2")
