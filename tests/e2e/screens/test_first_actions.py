"""Each role signs in, sees what is true after the demo, and does the first thing for which its page is there.

What belongs to nobody else is done in a browser with scripts and in one without.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from shared.testing.waiting import until

from .people import NOBODY, ROSA, Town

Opener = Callable[..., Page]

_NO_COMPLAINTS = ("the server responded with a status of 422", "net::ERR_INTERNET_DISCONNECTED")
"""What the browser itself notes of a form that comes back with what is to be mended, and of being offline."""

in_both = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


@pytest.fixture
def opened(town: Town) -> Iterator[Opener]:
    """Opens pages as somebody; what their browsers complain of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def as_(who: str, *, script: bool = True, width: int = 1280, language: str = "en") -> Page:
        viewport = {"width": width, "height": 800}
        context = town.context(who, java_script_enabled=script, viewport=viewport, locale=language)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield as_
    for context in contexts:
        context.close()
    assert [said for said in complaints if not any(known in said for known in _NO_COMPLAINTS)] == []


@in_both
def test_somebody_writes_to_the_clinic(opened: Opener, script: bool) -> None:
    page = opened(NOBODY, script=script, width=360)
    page.goto("/intake/clinics/maple")
    expect(page.get_by_role("region", name="If you need help now")).to_be_visible()
    page.get_by_label("What may we call you?").fill("Ada")
    page.get_by_role("button", name="Send to Maple Street Wellness").click()
    mend = page.locator(".mend")
    expect(mend).to_contain_text("Your message has not been sent yet")
    expect(page.get_by_label("What may we call you?")).to_have_value("Ada")

    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_role("group", name="Are you 18 or older?").get_by_label("Yes").check()
    page.get_by_role("group", name="Are you in a crisis right now?").get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Send to Maple Street Wellness").click()

    page.wait_for_url("**/intake/clinics/maple/received")


@in_both
def test_a_client_writes_down_what_they_noticed(opened: Opener, script: bool) -> None:
    page = opened(ROSA, script=script, width=360)
    page.goto("/intake/home")
    expect(page).to_have_url(re.compile("/integration/today$"))
    words = f"A door that was open, {'with' if script else 'without'} script."
    page.get_by_label("What did you notice?").fill(words)
    page.get_by_role("button", name="Keep this moment").click()

    expect(page.get_by_text("Your moment is kept, and you alone can read it.")).to_be_visible()
    page.goto("/integration/journey")
    expect(page.get_by_role("main")).to_contain_text(words)


def test_what_a_client_writes_without_a_connection_is_sent_when_there_is_one(opened: Opener) -> None:
    page = opened(ROSA, width=360)
    page.goto("/integration/today")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_label("What did you notice?").fill("Rain on the tram.")
    page.get_by_role("button", name="Keep this moment").click()
    expect(page.get_by_text("Waiting to be sent (1)")).to_be_visible()

    page.context.set_offline(False)

    expect(page.get_by_text("Sent now: 1")).to_be_visible()
    page.goto("/integration/journey")
    expect(page.get_by_role("main").get_by_text("Rain on the tram.")).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_client_tells_the_clinic_that_they_want_help_with_two_taps_and_no_scrolling(
    opened: Opener, language: str
) -> None:
    page = opened(ROSA, width=360, language=language)
    page.set_viewport_size({"width": 360, "height": 760})
    page.goto("/integration/journey")
    page.locator(".bar a.help").click()
    page.wait_for_url("**/integration/help")

    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="988")).to_be_in_viewport(ratio=1)
    expect(main.get_by_role("button")).to_be_in_viewport(ratio=1)


def test_the_front_desk_confirms_who_takes_somebody_home(opened: Opener) -> None:
    page = opened("wren")
    page.goto("/intake/home")
    expect(page.get_by_role("link", name=re.compile("inquir(y waits|ies wait)"))).to_be_visible()
    leila = _to_the_day_of(page, "Leila")
    expect(leila.get_by_text("Escort: missing")).to_be_visible()
    leila.get_by_text("Confirm the escort").click()
    page.get_by_role("textbox", name="Who takes them home?").fill("Mina Haidari")
    page.get_by_role("textbox", name="Their telephone").first.fill("+12125550190")
    page.get_by_role("button", name="They said yes").click()

    expect(_to_the_day_of(page, "Leila").get_by_text("Escort: missing")).to_have_count(0)


def test_the_front_desk_sees_who_is_ready_to_be_checked_in(opened: Opener) -> None:
    page = opened("wren")
    page.goto("/intake/home")
    jonas = _to_the_day_of(page, "Jonas")
    expect(jonas.get_by_text("missing")).to_have_count(0)
    is_today = not page.get_by_role("link", name="Today").count()

    expect(jonas.get_by_role("button", name="Check in")).to_have_count(int(is_today))


def _to_the_day_of(page: Page, name: str) -> Locator:
    """Their visit on the board: the demo books it for today, or the next morning where today is over by then."""
    page.wait_for_url("**/sessions/board*")
    visit = page.get_by_role("article", name=name)
    if not visit.count():
        page.get_by_role("link", name="Next day").click()
    expect(visit).to_be_visible()
    return visit


def test_the_front_desk_makes_a_client_of_somebody_who_wrote(opened: Opener) -> None:
    page = opened("wren", script=False)
    page.goto("/intake/inquiries/waiting")
    page.get_by_role("link", name="Make Mara Quill a client").click()
    expect(page.get_by_label("Family name")).to_have_value("Quill")
    page.get_by_label("Language").select_option("en")
    page.get_by_role("main").get_by_role("button").last.click()

    expect(page).to_have_url(re.compile(r"/intake/clients/[0-9a-f-]+/"))
    page.goto("/intake/inquiries/waiting")
    expect(page.get_by_text("Mara Quill")).to_have_count(0)


def test_a_prescriber_decides_about_a_screening(opened: Opener) -> None:
    page = opened("lena")
    page.goto("/intake/home")
    page.get_by_role("link", name="Nadia").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("May Nadia be cleared?")
    page.get_by_label("Deferred").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.locator(".mend")).to_be_visible()
    expect(page.get_by_label("Deferred")).to_be_checked()

    page.get_by_label("What you found").fill("She will ask her doctor.")
    page.get_by_label("Reason").fill("A pregnancy is not ruled out.")
    page.get_by_role("button", name="Decide").click()

    expect(page).not_to_have_url(re.compile("/review$"))
    page.goto("/intake/home")
    expect(page.get_by_role("main").get_by_role("link", name="Nadia")).to_have_count(0)


@in_both
def test_a_nurse_writes_down_vitals(opened: Opener, script: bool) -> None:
    page = opened("jo", script=script, width=820)
    page.goto("/intake/home")
    upper = "131" if script else "133"
    for label, value in (("Upper pressure", upper), ("Lower pressure", "82"), ("Heart rate", "71"), ("Oxygen", "98")):
        page.get_by_role("textbox", name=label).fill(value)
    page.get_by_role("button", name="Write down the vitals").click()

    expect(page).to_have_url(re.compile("/sessions/room$"))
    expect(page.get_by_role("main")).to_contain_text(f"{upper}/82")


def test_a_therapist_opens_whoever_has_a_visit_today(opened: Opener) -> None:
    page = opened("sam")
    page.goto("/intake/home")
    met = page.get_by_role("region", name="With a visit today")
    expect(met.get_by_text("Window open")).to_be_visible()
    met.get_by_role("listitem").filter(has_text="Window open").get_by_role("heading").get_by_role("link").click()

    expect(page.get_by_role("region", name="Measures")).to_contain_text("50 % lower than 18")
    expect(page.get_by_role("region", name="Check-ins")).to_contain_text("The next one:")


def test_an_admin_changes_a_fact_of_the_clinic(opened: Opener) -> None:
    page = opened("theo")
    page.goto("/intake/home")
    page.get_by_role("link", name="Change the clinic’s facts").click()
    page.get_by_label("Sender name").fill("Maple St")
    page.get_by_label("Why").fill("Shorter in messages")
    page.get_by_role("button", name="Change", exact=True).click()

    page.goto("/intake/home")
    expect(page.get_by_role("main")).to_contain_text("Maple St")
    expect(page.get_by_role("main")).to_contain_text("Version 2")


def test_a_medical_director_reads_what_is_in_force(opened: Opener) -> None:
    page = opened("ines")
    page.goto("/intake/home")
    page.get_by_role("link", name="Clinical rules").click()
    expect(page.get_by_role("main")).to_contain_text("160")


@in_both
def test_an_operator_looks_at_another_clinic(opened: Opener, script: bool) -> None:
    page = opened("kit", script=script)
    page.goto("/intake/home")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is anything stuck?")
    expect(page.get_by_text("Nothing is stuck").first).to_be_visible()
    here = page.locator("p.question").inner_text()
    other = "Maple Street Wellness" if "Cedar" in here else "Cedar Grove Therapy"
    page.locator("summary", has_text="Kit Andersen").click()
    page.get_by_role("button", name=other).click()

    expect(page.locator("p.question")).to_contain_text(other)


def test_a_partner_has_what_failed_sent_again(opened: Opener, town: Town) -> None:
    rosa = f"/intake/clients/{town.said['client']}"
    with endpoint() as (url, refusing, heard):
        body = {"partner": "harbor-primary-care", "url": url, "types": ["intake.client.updated"], "scopes": ["summary"]}
        town.as_("theo", "POST", "/notify/subscriptions", json=body)
        version = town.as_("wren", "GET", rosa)["version"]
        town.as_("wren", "PATCH", rosa, json={"phone": "+12125550177"}, headers={"If-Match": f'"{version}"'})
        until(lambda: heard)
        page = opened("dana")
        page.goto("/intake/home")
        expect(page.get_by_text("Failing", exact=True)).to_be_visible()

        refusing.clear()
        page.get_by_role("button", name="Try again now").click()

        until(lambda: len(heard) > 1)
        assert len(set(heard)) == 1, "it is the same delivery"
        expect(page.get_by_text("Yes: nothing fails now.")).to_be_visible()


@contextmanager
def endpoint() -> Iterator[tuple[str, threading.Event, list[str]]]:
    """A partner's endpoint, which answers 500 while it is `refusing`, as at first; and the deliveries that it heard."""
    refusing, heard = threading.Event(), list[str]()
    refusing.set()

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(self.headers["webhook-id"])
            self.send_response(500 if refusing.is_set() else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", refusing, heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
