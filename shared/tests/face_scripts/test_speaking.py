"""Speaking instead of writing; and what is spoken, drawn and photographed is not lost without a connection."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from face_scripts.capturing import MODULES, Moments, a_photo, choose, draw, drawing_in, size_of, speak
from face_scripts.site import Site, open_page
from shared.pictures.pad import DRAWN
from shared.testing.browsers import refusing

# Speaking.


def test_pressed_once_it_records_and_once_more_it_stops_and_can_be_heard_and_kept(moments: Moments, tab: Page) -> None:
    open_page(tab, "/moments", *MODULES)

    speak(tab)

    assert tab.locator("audio").get_attribute("src", timeout=1000) is not None
    expect(tab.locator("audio")).to_have_js_property("error", None)
    expect(tab.get_by_text("Recorded: 0:0")).to_have_count(1)
    tab.click("#keep")
    tab.wait_for_url("**/done")
    [kept] = moments.kept
    assert kept["recording"].startswith(b"\x1a\x45\xdf\xa3")
    assert b"webm" in kept["recording"][:128]
    assert len(kept["recording"]) > 1000
    assert kept["recording is"] == "audio/webm"


def test_what_was_recorded_can_be_taken_away_or_said_again(moments: Moments, tab: Page) -> None:
    open_page(tab, "/moments", *MODULES)
    speak(tab)
    tab.get_by_role("button", name="Take it away").click()
    expect(tab.locator("audio")).to_have_count(0)
    assert tab.locator("#spoken").evaluate("field => field.files.length") == 0

    speak(tab)
    tab.get_by_role("button", name="Speak again").click()
    tab.get_by_role("button", name="Stop").click()

    expect(tab.locator("audio")).to_have_count(1)


def test_after_three_minutes_it_stops_by_itself(moments: Moments, tab: Page) -> None:
    tab.clock.install()
    open_page(tab, "/moments", *MODULES)
    tab.get_by_role("button", name="Speak").click()
    expect(tab.get_by_role("button", name="Stop")).to_be_visible()

    tab.clock.run_for(179_000)
    expect(tab.get_by_role("button", name="Stop – 2:5")).to_be_visible()
    tab.clock.run_for(2_000)

    expect(tab.locator("audio")).to_be_visible()
    expect(tab.get_by_role("button", name="Speak again")).to_be_visible()


def test_who_keeps_a_moment_while_they_speak_has_said_all_of_it(moments: Moments, tab: Page) -> None:
    open_page(tab, "/moments", *MODULES)
    tab.get_by_role("button", name="Speak").click()
    expect(tab.get_by_role("button", name="Stop")).to_be_visible()
    tab.wait_for_timeout(1200)

    tab.click("#keep")

    tab.wait_for_url("**/done")
    assert len(moments.kept[0]["recording"]) > 1000


def test_a_microphone_that_is_refused_is_said_and_one_can_write(site: Site, browser: Browser) -> None:
    moments = Moments(site)
    with refusing(browser) as other, other.new_context(base_url=site.url) as context:
        tab = context.new_page()
        open_page(tab, "/moments", *MODULES)

        tab.get_by_role("button", name="Speak").click()

        expect(tab.get_by_role("alert")).to_contain_text("The microphone cannot be used now.")
        tab.fill("#words", "Then in words.")
        tab.click("#keep")
        tab.wait_for_url("**/done")
    assert moments.kept[0]["words"] == "Then in words."


def test_a_page_that_did_not_ask_for_it_gets_no_microphone_whoever_allows_it(moments: Moments, tab: Page) -> None:
    moments.site.permissions = Site().permissions
    open_page(tab, "/moments", *MODULES)

    tab.get_by_role("button", name="Speak").click()

    expect(tab.get_by_role("alert")).to_contain_text("The microphone cannot be used now.")


# Without a connection, and to be mended.


def test_voice_drawing_and_photo_wait_for_a_connection_and_are_sent_once(
    moments: Moments, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/moments", *MODULES)
    photo = a_photo(tab, 30, 20)
    context.set_offline(True)
    tab.fill("#words", "On the train.")
    speak(tab)
    tab.get_by_role("button", name="Draw").click()
    draw(tab, (0.1, 0.1), (0.5, 0.5))
    choose(tab, photo)
    expect(tab.get_by_role("img", name="Your photo")).to_be_visible()
    tab.click("#keep")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()

    # The form is as new; what waits says that something comes along.
    expect(tab.locator("audio")).to_have_count(0)
    expect(tab.get_by_role("img", name="Your photo")).to_have_count(0)
    assert drawing_in(tab) == ""
    assert tab.locator("section dd").all_inner_texts() == ["On the train.", "comes along", "comes along"]
    other = context.new_page()
    tab.close()
    context.set_offline(False)
    open_page(other, "/moments", *MODULES)

    expect(other.get_by_text("Sent now: 1")).to_be_visible()
    [kept] = moments.kept
    assert kept["words"] == "On the train."
    assert b"webm" in kept["recording"][:128]
    assert re.fullmatch(DRAWN, kept["drawing"])
    assert size_of(kept["photo"]) == (30, 20)
    assert moments.site.times("POST /moments") == 1


def test_what_an_answer_must_have_its_reader_see_is_seen_also_where_it_waited(
    moments: Moments, tab: Page, context: BrowserContext
) -> None:
    open_page(tab, "/moments", *MODULES)
    context.set_offline(True)
    tab.fill("#words", "Hard.")
    tab.click("#keep")
    expect(tab.get_by_text("Waiting to be sent (1)")).to_be_visible()
    context.set_offline(False)

    expect(tab.get_by_text("Whom to call")).to_be_visible()
    assert tab.url.endswith("/moments")


def test_what_was_spoken_and_photographed_stays_where_the_rest_is_to_be_mended(moments: Moments, tab: Page) -> None:
    open_page(tab, "/moments", *MODULES)
    speak(tab)
    choose(tab, a_photo(tab, 30, 20))
    expect(tab.get_by_role("img", name="Your photo")).to_be_visible()
    moments.mends = True
    tab.click("#keep")
    expect(tab.get_by_text("Please look at this again.")).to_be_visible()

    expect(tab.locator("audio")).to_be_visible()
    expect(tab.get_by_role("img", name="Your photo")).to_be_visible()
    tab.click("#keep")

    tab.wait_for_url("**/done")
    assert {"recording", "photo"} <= moments.kept[0].keys()
