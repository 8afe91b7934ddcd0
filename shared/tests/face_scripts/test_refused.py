"""What waited and was refused says why, opens again with all that was written, and goes once it is taken."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.wrappers import Response

from face_scripts.site import Site, await_modules, document, open_page, redirect
from face_scripts.waiting_room import (
    FORM,
    KEPT,
    of,
    where_nothing_is_taken,
    write_without_connection,
)
from shared.web.face.frame import WITH_OWN_RECORDING


@pytest.fixture
def room(site: Site) -> Site:
    return where_nothing_is_taken(site)


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


def refused_of_an_occasion(site: Site, tab: Page, context: BrowserContext, more: str = "") -> None:
    """What was refused of an occasion that there is only once; of which one more is accepted then."""
    occasion = "0193f8a0-0000-7000-8000-00000000000a"
    form = FORM.replace('action="/room"', f'action="/room/{occasion}" data-draft="check-in-{occasion}"{more}')
    site.views["/room"] = lambda _: document(form, **of("maple"))
    refuse(site)
    site.views[f"POST /room/{occasion}"] = site.views["POST /room"]
    write_without_connection(tab, context)
    context.set_offline(False)
    expect(tab.get_by_role("link", name="Open the form again")).to_be_visible()
    site.views[f"POST /room/{occasion}"] = lambda _: redirect("/done")
    site.views["/done"] = lambda _: document("<h1>Written down</h1>", **of("maple"))

    tab.fill("#said", "110/70")
    tab.click("#send")

    tab.wait_for_url("**/done")
    await_modules(tab, "offline")


def test_of_an_occasion_that_is_only_once_what_was_refused_goes_when_it_is_accepted(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    refused_of_an_occasion(room, tab, context)

    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)
    assert tab.evaluate(KEPT).startswith("[[],")


def test_what_calls_for_a_person_whom_nobody_has_told_goes_only_by_its_writers_own_hand(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    refused_of_an_occasion(room, tab, context, ' data-calls="line"')

    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
    tab.get_by_role("button", name="Remove").click()
    tab.get_by_role("button", name="Remove it").click()
    expect(tab.get_by_text("Waiting to be sent")).to_have_count(0)


def open_again(tab: Page) -> None:
    tab.get_by_role("link", name="Open the form again").click()


ANSWERS = pytest.mark.parametrize(
    ("answer", "words"), [("Leave them", "110/70"), ("Put the earlier ones in their place", "120/80")]
)


def choose(tab: Page, answer: str) -> None:
    expect(tab.get_by_role("dialog")).to_contain_text("There are other words in this form already")
    tab.get_by_role("button", name=answer).click()


@ANSWERS
def test_what_was_refused_takes_the_place_of_other_words_only_where_their_writer_says_so(
    room: Site, tab: Page, context: BrowserContext, answer: str, words: str
) -> None:
    refused(room, tab, context)
    tab.fill("#said", "110/70")

    open_again(tab)
    expect(tab.locator("#said")).to_have_value("110/70")
    choose(tab, answer)

    expect(tab.locator("#said")).to_have_value(words)


@ANSWERS
def test_what_was_refused_takes_the_place_of_a_draft_only_where_its_writer_says_so(
    room: Site, tab: Page, context: BrowserContext, answer: str, words: str
) -> None:
    drafted = FORM.replace('data-offline="Vitals"', 'data-offline="Vitals" data-draft="vitals"')
    room.views["/room"] = lambda _: document(drafted, **of("maple"))
    room.views["/other"] = lambda _: document("<h1>Other</h1>", **of("maple"))
    refused(room, tab, context)
    await_modules(tab, "drafts")
    tab.fill("#said", "110/70")
    expect(tab.get_by_text("Saved on this device at")).to_be_visible()
    open_page(tab, "/other", "offline")

    open_again(tab)
    expect(tab.locator("#said")).to_have_value("110/70")
    choose(tab, answer)

    expect(tab.locator("#said")).to_have_value(words)


def test_what_was_refused_takes_the_place_of_what_is_to_be_mended_only_where_its_writer_says_so(
    room: Site, tab: Page, context: BrowserContext
) -> None:
    refused(room, tab, context)
    mend = FORM.replace('name="words">', f'name="words" value="110/70">{MENDED}')
    room.views["POST /room"] = lambda _: Response(document(mend, **of("maple")), 422, content_type="text/html")
    tab.fill("#said", "110/70")
    tab.click("#send")
    expect(tab.locator("main .mend")).to_be_focused()

    open_again(tab)
    choose(tab, "Leave them")

    expect(tab.locator("#said")).to_have_value("110/70")


def test_the_same_words_are_no_others(room: Site, tab: Page, context: BrowserContext) -> None:
    refused(room, tab, context)
    form = tab.locator("form[data-offline]")
    open_again(tab)
    expect(form).to_be_focused()
    tab.locator("#said").focus()

    open_again(tab)

    expect(form).to_be_focused()
    expect(tab.get_by_role("dialog")).to_have_count(0)
