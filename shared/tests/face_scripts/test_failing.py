"""What a service fails at again and again holds up nothing that it need not, least of all what calls for a person."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Response

from face_scripts.site import Site, document, open_page, redirect
from face_scripts.waiting_room import of

FORM = """
<form method="post" action="/{name}" data-offline="{name}"{more}><input type="hidden" name="number" value="{name}">
<input id="{name}" name="words" aria-label="{name}"><button id="send-{name}">Send</button></form>
"""
FORMS = FORM.format(name="moment", more="") + FORM.format(name="body", more="")
HELP = FORM.format(name="help", more=' data-calls="line"')


@pytest.fixture
def failing(site: Site) -> Site:
    """A page of which the service takes all but a moment."""
    site.views["/page"] = lambda _: document(FORMS + HELP, **of("maple"))
    site.views["/done"] = lambda _: document("<h1>Written down</h1>", **of("maple"))
    for name in ("body", "help"):
        site.views[f"POST /{name}"] = lambda _: redirect("/done")
    fail(site, 500)
    return site


def fail(site: Site, status: int) -> None:
    site.views["POST /moment"] = lambda _: Response(status=status)


def write(tab: Page, name: str, words: str, n: int) -> None:
    """Write what waits then, as one of so many."""
    tab.fill(f"#{name}", words)
    tab.click(f"#send-{name}")
    expect(tab.get_by_text(f"Waiting to be sent ({n})")).to_be_visible()


def sent(site: Site) -> list[str]:
    """What was sent, in order."""
    return [one.removeprefix("POST /") for one in site.asked if one.startswith("POST ")]


def test_a_call_for_help_goes_at_once_whatever_waits(failing: Site, tab: Page) -> None:
    open_page(tab, "/page", "offline")
    write(tab, "moment", "The sea", 1)

    tab.click("#send-help")

    tab.wait_for_url("**/done")
    assert failing.times("POST /help") == 1


@pytest.mark.parametrize(("status", "told"), [(500, "It cannot be taken right now."), (503, "There is no connection.")])
def test_why_it_waits_is_true(failing: Site, tab: Page, status: int, told: str) -> None:
    fail(failing, status)
    open_page(tab, "/page", "offline")
    write(tab, "moment", "The sea", 1)
    expect(tab.get_by_text(told)).to_be_visible()


def test_a_call_for_help_is_not_behind_another_one(failing: Site, tab: Page) -> None:
    failing.views["POST /help"] = lambda _: Response(status=500)
    open_page(tab, "/page", "offline")
    write(tab, "help", "Please call", 1)
    failing.views["POST /help"] = lambda _: redirect("/done")

    tab.fill("#help", "Please come")
    tab.click("#send-help")

    tab.wait_for_url("**/done")


def test_what_is_written_in_another_form_goes_at_once(failing: Site, tab: Page) -> None:
    open_page(tab, "/page", "offline")
    write(tab, "moment", "The sea", 1)

    tab.fill("#body", "Warm")
    tab.click("#send-body")

    tab.wait_for_url("**/done")
    assert failing.times("POST /body") == 1


def test_of_what_waits_a_call_for_help_goes_first_and_the_rest_in_order(
    failing: Site, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/page", "offline")
    context.set_offline(True)
    write(tab, "moment", "The sea", 1)
    write(tab, "body", "Warm", 2)
    write(tab, "help", "", 3)

    context.set_offline(False)

    expect(tab.get_by_text("Sent now: 2")).to_be_visible()
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
    assert sent(failing) == ["help", "moment", "body"]


def test_what_was_written_later_in_the_same_form_does_not_overtake(
    failing: Site, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/page", "offline")
    context.set_offline(True)
    write(tab, "moment", "The sea", 1)
    write(tab, "moment", "And the shore", 2)
    write(tab, "body", "Warm", 3)
    context.set_offline(False)
    expect(tab.get_by_text("Sent now: 1")).to_be_visible()
    expect(tab.get_by_text("Waiting to be sent (2)")).to_be_visible()
    assert sent(failing) == ["moment", "body"]

    failing.views["POST /moment"] = lambda _: redirect("/done")
    tab.get_by_role("button", name="Send now").click()

    expect(tab.get_by_text("Sent now: 2")).to_be_visible()
    assert [one["words"] for one in failing.forms] == ["The sea", "Warm", "The sea", "And the shore"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_where_a_service_rests_it_is_asked_for_nothing_more(
    failing: Site, tab: Page, context: BrowserContext, status: int
) -> None:
    fail(failing, status)
    open_page(tab, "/page", "offline")
    context.set_offline(True)
    write(tab, "moment", "The sea", 1)
    write(tab, "body", "Warm", 2)

    with tab.expect_response("**/moment"):
        context.set_offline(False)
    tab.evaluate("() => navigator.locks.request('afterglow-waiting', () => null)")

    assert sent(failing) == ["moment"]
