"""The end of a sign-in, said before it comes."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Response

from face_scripts.site import Site, document, open_page


def ends_in(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def around(seconds: float, person: str = "a", csrf: str = "of a", clinic: str = "maple") -> dict[str, str]:
    return {
        "data_person": person,
        "data_clinic": clinic,
        "data_ends_at": ends_in(seconds),
        "data_stay": "/intake/sign-in/stay",
        "data_renew": "/intake/sign-in/renew",
        "data_csrf": csrf,
    }


BODY = (
    '<h1>A chart</h1><input name="csrf" value="of a">'
    '<form method="post" action="/out" data-sign-out><button>Out</button></form>'
)


@pytest.fixture
def staying(site: Site) -> Site:
    site.views["/chart"] = lambda _: document(BODY, **around(60))
    site.views["/long"] = lambda _: document(BODY, **around(1800, csrf="newer"))
    site.views["/ending"] = lambda _: document(BODY, **around(1.5))
    site.views["/intake/sign-in/stay"] = lambda _: Response(status=204, headers={"X-Ends-At": ends_in(1800)})
    return site


def test_whoever_is_about_to_be_signed_out_is_asked_and_may_stay(staying: Site, tab: Page) -> None:
    open_page(tab, "/chart", "staying")
    dialog = tab.get_by_role("dialog", name="Are you still there?")
    expect(dialog).to_contain_text("less than a minute. What you typed stays.")

    tab.get_by_role("button", name="Stay signed in").click()

    expect(tab.get_by_role("dialog")).to_have_count(0)
    assert staying.times("GET /intake/sign-in/stay") == 1


def test_nobody_is_asked_long_before(staying: Site, tab: Page) -> None:
    open_page(tab, "/long", "staying")
    tab.wait_for_timeout(300)

    expect(tab.get_by_role("dialog")).to_have_count(0)


def test_when_it_is_over_nothing_of_the_page_is_seen_and_the_way_back_is(staying: Site, tab: Page) -> None:
    open_page(tab, "/ending?of=ana", "staying")
    expect(tab.get_by_role("link", name="Sign in again")).to_be_visible()

    expect(tab.get_by_text("A chart")).to_be_hidden()
    link = tab.get_by_role("link", name="Sign in again").get_attribute("href")
    assert str(link).endswith("/intake/sign-in/renew?next=%2Fending%3Fof%3Dana")


def test_a_sign_in_that_cannot_be_kept_is_over(staying: Site, tab: Page) -> None:
    staying.views["/intake/sign-in/stay"] = lambda _: Response(status=401)
    open_page(tab, "/chart", "staying")

    tab.get_by_role("button", name="Stay signed in").click()

    expect(tab.get_by_role("heading", name="You are signed out")).to_be_visible()


def test_where_nobody_is_reached_one_may_try_again(staying: Site, tab: Page) -> None:
    open_page(tab, "/chart", "staying")
    expect(tab.get_by_role("dialog")).to_be_visible()
    staying.stop()

    tab.get_by_role("button", name="Stay signed in").click()

    expect(tab.locator("#toasts")).to_contain_text("could not reach")
    expect(tab.get_by_role("dialog")).to_be_visible()


def test_what_is_done_in_one_tab_keeps_the_others(staying: Site, tab: Page, context: BrowserContext) -> None:
    open_page(tab, "/chart", "staying")
    expect(tab.get_by_role("dialog")).to_be_visible()

    open_page(context.new_page(), "/long", "staying")

    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab.locator("input[name=csrf]")).to_have_value("newer")


def test_signing_in_again_in_another_tab_uncovers_the_page(staying: Site, tab: Page, context: BrowserContext) -> None:
    open_page(tab, "/ending", "staying")
    expect(tab.get_by_text("A chart")).to_be_hidden()

    open_page(context.new_page(), "/long", "staying")

    expect(tab.get_by_text("A chart")).to_be_visible()
    expect(tab.get_by_text("You are signed out")).to_have_count(0)


def test_somebody_else_in_another_tab_covers_the_page(staying: Site, tab: Page, context: BrowserContext) -> None:
    staying.views["/theirs"] = lambda _: document(BODY, **around(1800, person="b"))
    open_page(tab, "/long", "staying")

    open_page(context.new_page(), "/theirs", "staying")

    expect(tab.get_by_text("A chart")).to_be_hidden()


def test_a_clock_that_nobody_set_signs_nobody_out(staying: Site, tab: Page) -> None:
    tab.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=3))
    open_page(tab, "/long", "staying")
    tab.wait_for_timeout(500)

    expect(tab.get_by_text("A chart")).to_be_visible()


def test_another_clinic_in_another_tab_covers_the_page_until_its_reader_is_back(
    staying: Site, tab: Page, context: BrowserContext
) -> None:
    until = ends_in(1800)
    for clinic in ("maple", "cedar"):
        page = document(BODY, **around(1800, csrf=f"at {clinic}", clinic=clinic) | {"data_ends_at": until})
        staying.views[f"/at/{clinic}"] = lambda _, page=page: page
    open_page(tab, "/at/maple", "staying")
    tab.evaluate("document.addEventListener('afterglow:resumed', () => { document.title = 'resumed'; })")
    other = context.new_page()

    open_page(other, "/at/cedar", "staying")

    expect(tab.get_by_role("heading")).to_have_text("You are at another clinic now")
    expect(tab.get_by_text("A chart")).to_be_hidden()
    on = tab.get_by_role("link", name="Go on where you are now").get_attribute("href")
    assert str(on).endswith("/intake/sign-in/renew"), "this page's address may be of nobody at the other clinic"
    expect(other.get_by_text("A chart")).to_be_visible()
    open_page(other, "/at/maple", "staying")
    expect(tab.get_by_text("A chart")).to_be_visible()
    expect(tab).to_have_title("resumed")
    expect(tab.locator("input[name=csrf]")).to_have_value("at maple")


def test_whoever_stays_signed_in_at_another_clinic_sees_that_they_are_there(staying: Site, tab: Page) -> None:
    headers = {"X-Ends-At": ends_in(1800), "Afterglow-Reader": "a/cedar"}
    staying.views["/intake/sign-in/stay"] = lambda _: Response(status=204, headers=headers)
    open_page(tab, "/chart", "staying")

    tab.get_by_role("button", name="Stay signed in").click()

    expect(tab.get_by_role("heading", name="You are at another clinic now")).to_be_visible()


def test_an_open_dialog_does_not_stand_in_the_way_back(staying: Site, tab: Page, context: BrowserContext) -> None:
    dialog = '<details data-dialog><summary>Cancel it</summary><div class="card"><input id="why"></div></details>'
    staying.views["/visit"] = lambda _: document(BODY + dialog, **around(1800))
    staying.views["/theirs"] = lambda _: document(BODY, **around(1800, person="b"))
    staying.show("/intake/sign-in/renew", "<h1>Sign in</h1>")
    open_page(tab, "/visit", "staying", "dialogs")
    tab.get_by_text("Cancel it").click()
    tab.fill("#why", "half a sentence")
    open_page(context.new_page(), "/theirs", "staying")
    expect(tab.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert tab.evaluate("document.querySelector('details #why').value") == "half a sentence"

    tab.get_by_role("link", name="Sign in again").click()

    expect(tab.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
