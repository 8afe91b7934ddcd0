"""Whom to call stands there at once where what calls for a person reaches nobody; and not before it was sent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Response

from face_scripts.site import Site, await_kept, await_worker, document, listen, open_page, redirect, told

CALL = """
<section class="crisis" id="call-now" tabindex="-1"><h2>You can reach somebody now</h2>
<p data-until-sent hidden>It has not reached the clinic yet.</p>
<p class="line">Call 988</p><p data-emergency>Call 911 first</p>{more}</section>
"""
FORM = f"""
<h1>How are you?</h1>{"<br>" * 200}
<form method="post" action="/answers" data-offline="Questions"><input type="hidden" name="number" value="1">
<fieldset data-calls="line" data-calls-at="2"><legend>Hard thoughts</legend>
<label><input type="radio" name="hard" value="1"> Some</label>
<label><input type="radio" name="hard" value="2"> Many</label>
</fieldset>
<fieldset data-calls="emergency" data-calls-at="yes" data-no-draft><legend>Unsafe</legend>
<label><input type="radio" name="unsafe" value="yes"> Unsafe</label>
<label><input type="radio" name="unsafe" value="no"> Safe</label>
</fieldset>
<fieldset data-calls="line" data-calls-at="80"><label>A number <input name="line"></label></fieldset>
<fieldset><label><input type="radio" name="slept" value="yes"> Slept</label></fieldset>
<button id="send">Send</button></form>
"""
OFFLINE = (
    "<h1 data-unreached>You are offline</h1><!-- whom to call --><p>Call your local number</p><!-- /whom to call -->"
)


def of(person: str) -> dict[str, str]:
    return {"data_person": person, "data_clinic": "maple", "data_worker": "/intake/look/worker.js", "data_csrf": "x"}


def client(body: str, person: str = "a") -> str:
    return document(body + f'<template id="whom-to-call">{CALL.format(more="")}</template>', **of(person))


@pytest.fixture
def answers(site: Site) -> Site:
    """Answers of which some call for a person, who is then shown where to call."""
    site.views["/answers"] = lambda _: client(FORM)
    site.views["POST /answers"] = lambda _: redirect("/help")
    again = "<form><button>Tell them again</button></form>"
    site.views["/help"] = lambda _: client(
        "<h1>Help</h1>" + CALL.format(more=again).replace("<section", "<section data-afterwards")
    )
    site.views["/intake/offline"] = lambda _: document(OFFLINE, data_worker="/intake/look/worker.js")
    return site


def call_of(tab: Page) -> list[str]:
    """What the page says of whom to call; nothing, where it says nothing."""
    return [one for one in tab.locator("main > #call-now").all_inner_texts() for one in one.split("\n") if one]


LINE_FIRST = ["You can reach somebody now", "It has not reached the clinic yet.", "Call 988", "Call 911 first"]
EMERGENCY_FIRST = [*LINE_FIRST[:2], "Call 911 first", "Call 988"]


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (lambda tab: tab.check("[name=hard][value='2']"), LINE_FIRST),
        (lambda tab: tab.fill("[name=line]", "80"), LINE_FIRST),
        (lambda tab: tab.check("[name=unsafe][value=yes]"), EMERGENCY_FIRST),
        (lambda tab: (tab.check("[name=hard][value='2']"), tab.check("[name=unsafe][value=yes]")), EMERGENCY_FIRST),
        (lambda tab: tab.check("[name=hard][value='1']"), []),
        (lambda tab: tab.check("[name=unsafe][value=no]"), []),
        (lambda tab: tab.fill("[name=line]", "79"), []),
        (lambda tab: tab.check("[name=slept]"), []),
    ],
)
def test_whom_to_call_is_shown_where_an_answer_calls_for_a_person_and_cannot_be_sent(
    answers: Site, tab: Page, context: BrowserContext, answer: Callable[[Page], object], shown: list[str]
) -> None:
    open_page(tab, "/answers", "offline")
    context.set_offline(True)
    answer(tab)
    assert call_of(tab) == [], "nobody has said it while they choose"

    tab.click("#send")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()

    assert call_of(tab) == shown
    if shown:
        expect(tab.locator("#call-now")).to_be_focused()
        expect(tab.locator("main > :first-child")).to_have_id("call-now")
        expect(tab.locator("#call-now")).to_be_in_viewport()


def test_what_calls_for_a_person_is_not_shown_to_whoever_looks_at_the_page(
    answers: Site, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/answers", "offline")
    context.set_offline(True)
    tab.check("[name=unsafe][value=yes]")
    tab.check("[name=hard][value='2']")
    tab.check("[name=slept]")
    tab.click("#send")

    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
    assert tab.locator("section li dd").all_inner_texts() == ["Slept"]


@pytest.mark.parametrize("status", [403, 503])
def test_it_is_shown_wherever_what_calls_for_a_person_has_not_arrived(answers: Site, tab: Page, status: int) -> None:
    open_page(tab, "/answers", "offline")
    answers.views["POST /answers"] = lambda _: Response(client("<p>Not now.</p>"), status, content_type="text/html")
    tab.check("[name=hard][value='2']")

    tab.click("#send")

    expect(tab.locator("#call-now")).to_be_focused()
    assert call_of(tab) == LINE_FIRST


def test_it_is_shown_where_the_browser_keeps_nothing(answers: Site, tab: Page, context: BrowserContext) -> None:
    tab.add_init_script("indexedDB.open = () => { throw new DOMException('blocked', 'SecurityError'); };")
    open_page(tab, "/answers", "offline")
    context.set_offline(True)
    tab.check("[name=hard][value='2']")

    tab.click("#send")

    expect(tab.locator("#call-now")).to_be_focused()


def test_with_a_connection_whoever_is_called_for_is_led_to_the_page_of_the_service(answers: Site, tab: Page) -> None:
    open_page(tab, "/answers", "offline")
    tab.check("[name=hard][value='2']")

    tab.click("#send")

    tab.wait_for_url("**/help")
    expect(tab.get_by_text("It has not reached the clinic yet.")).to_be_hidden()


def test_it_stands_on_each_page_while_it_waits_and_what_the_service_says_comes_in_its_place(
    answers: Site, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/answers", "offline")
    answers.views["POST /answers"] = lambda _: Response(status=503)
    tab.check("[name=hard][value='2']")
    tab.click("#send")
    expect(tab.locator("#call-now")).to_be_visible()
    open_page(tab, "/answers", "offline")
    expect(tab.get_by_text("It has not reached the clinic yet.")).to_be_visible()

    answers.views["POST /answers"] = lambda _: redirect("/help")
    tab.get_by_role("button", name="Send now").click()

    expect(tab.get_by_role("button", name="Tell them again")).to_be_visible()
    expect(tab.locator("#call-now")).to_have_count(1)
    expect(tab.get_by_text("It has not reached the clinic yet.")).to_be_hidden()


def test_what_the_service_heard_though_it_did_not_take_it_is_said_to_be_on_its_way_no_more(
    answers: Site, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/answers", "offline")
    context.set_offline(True)
    tab.check("[name=hard][value='2']")
    tab.click("#send")
    expect(tab.get_by_text("It has not reached the clinic yet.")).to_be_visible()
    heard = CALL.format(more="The clinic is told").replace("<section", "<section data-afterwards")
    mend = heard + '<section class="mend"><p>One is still open.</p></section>' + FORM
    answers.views["POST /answers"] = lambda _: Response(client(mend), 422, content_type="text/html")

    context.set_offline(False)
    expect(tab.get_by_text("The clinic is told")).to_be_visible()
    open_page(tab, "/answers", "offline")

    expect(tab.get_by_text("One is still open.")).to_be_visible()
    assert call_of(tab) == []


def test_a_form_may_call_for_a_person_by_being_sent(answers: Site, tab: Page, context: BrowserContext) -> None:
    body = CALL.format(more="") + FORM.replace('data-offline="Questions"', 'data-offline="Help now" data-calls="line"')
    answers.views["/answers"] = lambda _: client("<h1>Help</h1>" + body)
    open_page(tab, "/answers", "offline")
    context.set_offline(True)

    tab.click("#send")

    expect(tab.get_by_text("It has not reached the clinic yet.")).to_be_visible()
    expect(tab.locator("#call-now")).to_have_count(1)
    expect(tab.locator("#call-now")).to_be_focused()


def test_a_page_that_answers_in_place_is_shown(answers: Site, tab: Page) -> None:
    answers.views["POST /answers"] = lambda _: client("<h1>The clinic is told</h1>")
    open_page(tab, "/answers", "offline")

    tab.click("#send")

    expect(tab.get_by_text("The clinic is told")).to_be_visible()


def go_offline(tab: Page, site: Site, path: str, body: str, *, knows: bool = True) -> None:
    """Look at a page while there is a connection, until the browser `knows` whom to call, and then without one."""
    site.views[path] = lambda _: body
    open_page(tab, path, "offline")
    tab.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    open_page(tab, path, "offline")
    await_worker(tab)
    await_kept(tab, "async () => Boolean(await caches.match('/whom-to-call'))", knows)
    site.stop()
    tab.goto(path)
    expect(tab.get_by_role("heading").first).to_have_text("You are offline")


def test_the_page_without_a_connection_says_whom_a_client_can_call(answers: Site, tab: Page) -> None:
    go_offline(tab, answers, "/today", client("<h1>Today</h1>"))

    assert call_of(tab) == ["You can reach somebody now", "Call 988", "Call 911 first"]
    expect(tab.get_by_text("Call your local number")).to_have_count(0)


def test_each_page_without_a_connection_says_it(answers: Site, tab: Page) -> None:
    listen(tab)
    go_offline(tab, answers, "/today", client("<h1>Today</h1>"))

    for path in ("/journey", "/help", "/today"):
        open_page(tab, path, "offline")
        assert told(tab) == [], "it says nothing of who reads now"
        assert "Call 988" in call_of(tab)

    answers.start()
    open_page(tab, "/today", "offline")
    assert [one["person"] for one in told(tab)] == ["a"]


def test_a_service_in_trouble_that_knows_nobody_leaves_it(answers: Site, tab: Page) -> None:
    listen(tab)
    go_offline(tab, answers, "/today", client("<h1>Today</h1>"))
    answers.start()
    answers.show("/away", "<h1>This is away</h1>", 503, data_worker="/intake/look/worker.js")
    open_page(tab, "/away", "offline")
    assert told(tab) == [], "it says nothing of who reads now"
    answers.stop()

    tab.goto("/journey")

    assert "Call 988" in call_of(tab)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_without_a_connection_is_in_the_readers_language(answers: Site, tab: Page, language: str) -> None:
    words = {"en": "You are offline", "es": "Sin conexión"}
    answers.views["/intake/offline"] = lambda asked: document(
        OFFLINE.replace(words["en"], words[asked.accept_languages.best_match(["en", "es"]) or "en"])
    )
    answers.views["/today"] = lambda _: client("<h1>Today</h1>").replace('lang="en"', f'lang="{language}"')
    open_page(tab, "/today", "offline")
    tab.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    open_page(tab, "/today", "offline")
    await_worker(tab, language)
    answers.stop()

    tab.goto("/journey")

    expect(tab.get_by_role("heading").first).to_have_text(words[language])


def test_what_waits_stands_after_whom_to_call(answers: Site, tab: Page, context: BrowserContext) -> None:
    answers.views["/answers"] = lambda _: client(CALL.format(more="") + FORM)
    open_page(tab, "/answers", "offline")
    context.set_offline(True)
    tab.check("[name=slept]")

    tab.click("#send")

    expect(tab.locator("#call-now + section")).to_contain_text("Waiting to be sent (1)")


def test_where_a_page_has_a_place_for_what_waits_it_is_there_and_folded(
    answers: Site, tab: Page, context: BrowserContext
) -> None:
    body = "<h1>Help</h1>" + CALL.format(more="") + FORM + "<div data-waits-here></div>"
    answers.views["/answers"] = lambda _: client(body)
    open_page(tab, "/answers", "offline")
    context.set_offline(True)
    tab.check("[name=slept]")

    tab.click("#send")

    expect(tab.locator("[data-waits-here] summary")).to_have_text("Waiting to be sent (1)")
    expect(tab.get_by_role("button", name="Send now")).to_be_hidden()
    tab.locator("[data-waits-here] summary").click()
    expect(tab.get_by_role("button", name="Send now")).to_be_visible()


@pytest.mark.parametrize(
    "after",
    [document("<h1>Sign in</h1>", data_worker="/intake/look/worker.js"), document("<h1>Board</h1>", **of("b"))],
    ids=["nobody", "another"],
)
def test_whom_a_client_can_call_is_forgotten_with_the_first_page_that_is_not_theirs(
    answers: Site, tab: Page, after: str
) -> None:
    go_offline(tab, answers, "/today", client("<h1>Today</h1>"))
    answers.start()

    go_offline(tab, answers, "/after", after, knows=False)

    assert call_of(tab) == []
    expect(tab.get_by_text("Call your local number")).to_be_visible()


def test_a_page_of_theirs_in_trouble_leaves_it(answers: Site, tab: Page) -> None:
    go_offline(tab, answers, "/today", client("<h1>Today</h1>"))
    answers.start()

    go_offline(tab, answers, "/trouble", document("<h1>Something went wrong</h1>", **of("a")))

    assert "Call 988" in call_of(tab)


def test_whoever_leaves_a_page_quickly_is_not_led_back_to_it(answers: Site, tab: Page) -> None:
    answers.views["/before"] = lambda _: client("<h1>Before</h1>")
    elsewhere, came = f"http://localhost:{answers.port}/calm", []
    answers.views["/help"] = lambda _: client(f'<a href="{elsewhere}" data-instead>Leave this page</a>')
    answers.views["/calm"] = lambda asked: (came.append(asked.referrer), document("<h1>Weather</h1>"))[1]
    open_page(tab, "/before", "words")
    open_page(tab, "/help", "words")

    tab.get_by_text("Leave this page").click()
    tab.wait_for_url(elsewhere)
    assert came == [None]
    tab.go_back()

    expect(tab.get_by_role("heading")).to_have_text("Before")
